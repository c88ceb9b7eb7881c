package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/target-server/target-server/config"
)

const healthcheckHelp = `target-server healthcheck asks whether a server answers: exit code 0 if it does, 1 if it does not.

Usage:
  target-server healthcheck [--addr HOST:PORT] [--timeout DURATION] [--connect-only]

  --addr HOST:PORT    the server; default: what the server itself would take from
                      TARGET_SERVER_ADDR, from the file in TARGET_SERVER_CONFIG, or else :8080
  --timeout DURATION  how long to wait (default 3s)
  --connect-only      do not ask, only connect. The kernel accepts for a blocked loop too, so this
                      says no more than that somebody holds the port

It asks for /healthcheck, a path that no application has: the answer, a 404, comes from the event
loop and takes no thread, so a full pool is healthy. A loop that is blocked (--mode async-misuse)
answers nobody, and the check fails as it would with the real server. Any HTTP answer counts, a 503
too. The request shows in the access log and counts for --limit-max-requests.
`

// healthcheck is one check.
type healthcheck struct {
	addr        string
	timeout     time.Duration
	connectOnly bool
}

func (p program) runHealthcheck(ctx context.Context, args []string, env func(string) (string, bool), std streams) int {
	check, err := p.readHealthcheck(args, env)
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(std.out, healthcheckHelp)
		return exitFine
	case err != nil:
		return wrong(std, err)
	}
	ctx, cancel := context.WithTimeout(ctx, check.timeout)
	defer cancel()
	if err := check.run(ctx); err != nil {
		complain(std, fmt.Errorf("healthcheck of %s: %w", check.addr, err))
		return exitFail
	}
	return exitFine
}

// readHealthcheck reads the flags and, without --addr, the server's own settings.
func (p program) readHealthcheck(args []string, env func(string) (string, bool)) (healthcheck, error) {
	set := flag.NewFlagSet("healthcheck", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	addr := set.String("addr", "", "")
	timeout := 3 * time.Second
	set.Func("timeout", "", func(text string) (err error) {
		timeout, err = config.ParseDuration(text)
		return err
	})
	connectOnly := set.Bool("connect-only", false, "")
	switch err := set.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return healthcheck{}, err
	case err != nil:
		return healthcheck{}, fmt.Errorf("healthcheck: %w; accepted: --addr, --timeout, --connect-only", err)
	case set.NArg() > 0:
		return healthcheck{}, fmt.Errorf("argument %q: is unexpected; accepted: flags alone behind healthcheck", set.Arg(0))
	case timeout <= 0:
		return healthcheck{}, fmt.Errorf("flag --timeout: %q is no time to wait; accepted: a duration such as 3s", timeout)
	}
	server := []string{"--admin-addr=off"} // the check does not use it, and need not be able to read its token
	set.Visit(func(f *flag.Flag) {
		if f.Name == "addr" {
			server = append(server, "--addr="+*addr)
		}
	})
	cfg, err := config.Load(config.Sources{Args: server, LookupEnv: env, Stacks: p.stacks})
	if err != nil {
		return healthcheck{}, err
	}
	target, err := reachable("addr", cfg.Addr)
	return healthcheck{target, timeout, *connectOnly}, err
}

// reachable turns an address that a server listens on, the value of a flag, into one to connect to.
func reachable(flag, addr string) (string, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return "", fmt.Errorf("flag --%s: %w", flag, err)
	}
	if port == "0" {
		return "", fmt.Errorf("flag --%s: %q has no port to connect to; accepted: the port that the server got", flag, addr)
	}
	switch ip := net.ParseIP(host); {
	case host == "" || ip != nil && ip.IsUnspecified() && ip.To4() != nil:
		host = "127.0.0.1"
	case ip != nil && ip.IsUnspecified():
		host = "::1"
	}
	return net.JoinHostPort(host, port), nil
}

func (h healthcheck) run(ctx context.Context) error {
	if h.connectOnly {
		var dialer net.Dialer
		conn, err := dialer.DialContext(ctx, "tcp", h.addr)
		if err != nil {
			return err
		}
		return conn.Close()
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+h.addr+"/healthcheck", nil)
	if err != nil {
		return err
	}
	// A transport of its own uses no proxy from the environment and leaves no idle connection.
	response, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(request)
	if err != nil {
		return err
	}
	return response.Body.Close()
}
