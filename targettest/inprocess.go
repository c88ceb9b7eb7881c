package targettest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/eventloop/memnet"
	"github.com/target-server/target-server/like"
	"github.com/target-server/target-server/program"
	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/server/admin"
	"github.com/target-server/target-server/stacks"
)

// inProcess is a worker in the test's own process.
type inProcess struct {
	worker  *server.Embedded
	network *memnet.Network // nil for a real socket
}

// anyPort is the address that a server listens on.
const anyPort = "127.0.0.1:0"

// settings reads the options, which are a command line and perhaps a program, and finds the stack that they name.
func settings(args []string, p *program.Program) (config.Config, *server.Stack, error) {
	defaults := fixtureDefaults
	if p != nil || slices.ContainsFunc(args, func(arg string) bool { return strings.HasPrefix(arg, "--program=") }) {
		defaults = withoutSleep
	}
	cfg, err := config.Load(config.Sources{
		Args: args, LookupEnv: defaults, Stacks: stacks.Defaults(), Now: time.Now, Program: p, Foreign: like.Read,
	})
	if err != nil {
		return cfg, nil, err
	}
	stack, err := stacks.Find(cfg.Stack, cfg.Vintage)
	if err != nil {
		return cfg, nil, err
	}
	return cfg, stack, stack.CheckProgram(cfg)
}

// fixtureDefaults is an environment with the fixture's own defaults, which flags override. The admin address, if there
// is one, is open: it is the fixture's, on loopback.
func fixtureDefaults(name string) (string, bool) {
	name, ours := strings.CutPrefix(name, config.EnvPrefix)
	value, ok := map[string]string{"SLEEP": "0s", "HISTORY": "10000", "ADMIN_OPEN": "on"}[name]
	return value, ours && ok
}

// withoutSleep is fixtureDefaults for a program, whose own steps sleep.
func withoutSleep(name string) (string, bool) {
	if name == config.EnvPrefix+"SLEEP" {
		return "", false
	}
	return fixtureDefaults(name)
}

func embed(t testing.TB, set *setup, log *tail) (place, error) {
	t.Helper()
	cfg, stack, err := settings(append(set.args, "--addr="+anyPort), set.program)
	switch {
	case err != nil:
		return nil, err
	case cfg.Workers > 1:
		return nil, fmt.Errorf("Set(\"workers\", \"%d\"): the test's process has one worker; accepted: Processes(%d)", cfg.Workers, cfg.Workers)
	case cfg.AdminAddr != "", cfg.ReadyFile != "", cfg.ExitWithParent:
		return nil, errors.New("admin-addr, ready-file and exit-with-parent are of no use in the test's own process; " +
			"accepted: none of them, since the methods of Server do all that they are for")
	}
	p := &inProcess{}
	if set.inMemory {
		p.network = memnet.New()
	}
	p.worker, err = server.Embed(context.Background(), cfg, stack, p.network, log)
	return p, err
}

// memoryHost is the host of servers in memory. No resolver may resolve it (RFC 6761).
const memoryHost = "target-server.invalid"

func (p *inProcess) url() string {
	if p.network != nil {
		return "http://" + memoryHost
	}
	return "http://" + p.addr()
}

func (p *inProcess) addr() string {
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(p.worker.Port()))
}

func (p *inProcess) dial(ctx context.Context) (net.Conn, error) {
	if p.network != nil {
		conn, err := p.network.Dial(ctx)
		if err != nil {
			return nil, err
		}
		return conn, nil
	}
	var d net.Dialer
	return d.DialContext(ctx, "tcp", p.addr())
}

func (p *inProcess) statistics(context.Context) ([]admin.Statistics, error) {
	return []admin.Statistics{p.worker.Statistics()}, nil
}

func (p *inProcess) requests(context.Context) ([]admin.Request, error) {
	return p.worker.Requests(0), nil
}

func (p *inProcess) do(_ context.Context, c admin.Command) error {
	var err error
	switch c.Do {
	case admin.Limit:
		_, err = p.worker.ReadLimit(strconv.Itoa(c.N))
	case admin.Sleep:
		_, err = p.worker.ReadSleep(c.Sleep.String())
	}
	if err != nil {
		return err
	}
	p.worker.Do(c)
	return nil
}

func (p *inProcess) wait(ctx context.Context, c admin.Condition) error { return p.worker.Wait(ctx, c) }

// terminate kills a server that does not handle SIGTERM, as the signal would.
func (p *inProcess) terminate() error {
	if !p.worker.Handles(syscall.SIGTERM) {
		return p.worker.Kill()
	}
	p.worker.Signal(syscall.SIGTERM)
	return nil
}

func (p *inProcess) ended() <-chan struct{} { return p.worker.Ended() }

func (p *inProcess) kill() error { return p.worker.Kill() }
