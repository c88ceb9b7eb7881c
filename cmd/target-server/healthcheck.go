package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"syscall"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/like"
)

const healthcheckHelp = `target-server healthcheck checks whether a server answers: exit status 0 if it does, 1 if it does
not.

Usage:
  target-server healthcheck [--addr HOST:PORT] [--timeout DURATION] [--connect-only]

  --addr HOST:PORT    the server; by default the address that the server itself would take from
                      TARGET_SERVER_ADDR, from the file in TARGET_SERVER_CONFIG, or else :8080
  --timeout DURATION  how long to wait for the answer (default 3s)
  --connect-only      only connect, and send nothing. The kernel accepts connections even while the
                      event loop is blocked, so this shows only that some process listens on the
                      port

It sends GET /healthcheck, a path that no application has. The answer, a 404, comes from the event
loop and needs no thread, so a server whose threads are all in use is healthy. If the event loop is
blocked (--mode async-misuse), there is no answer and the check fails, as it would with the real
server. Any HTTP answer counts, even a 503. The request appears in the access log and counts for
--limit-max-requests.

Exit status: 0 if the server answered, 1 if it did not, 2 if the input was wrong.
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
	within, cancel := context.WithTimeout(ctx, check.timeout)
	defer cancel()
	if err := check.run(within); err != nil {
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
	durationFlag(set, "timeout", &timeout)
	connectOnly := set.Bool("connect-only", false, "")
	switch err := set.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return healthcheck{}, err
	case err != nil:
		return healthcheck{}, flagError(err, "healthcheck", "--addr, --timeout, --connect-only")
	case set.NArg() > 0:
		return healthcheck{}, fmt.Errorf("argument %q: is unexpected; accepted after healthcheck: only flags, as in healthcheck --addr 127.0.0.1:8080", set.Arg(0))
	case timeout <= 0:
		return healthcheck{}, fmt.Errorf("flag --timeout: %v is too short; accepted: a duration above 0, such as 3s", timeout)
	}
	server := []string{"--admin-addr=off"} // the check does not use it, and need not be able to read its token
	set.Visit(func(f *flag.Flag) {
		if f.Name == "addr" {
			server = append(server, "--addr="+*addr)
		}
	})
	cfg, err := config.Load(config.Sources{Args: server, LookupEnv: env, Stacks: p.stacks, Foreign: like.Read})
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
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "tcp", h.addr)
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("no connection within %s", seconds(h.timeout))
	case errors.Is(err, syscall.ECONNREFUSED):
		return errors.New("connection refused: no server listens there")
	case err != nil:
		return err
	}
	defer conn.Close()
	if h.connectOnly {
		return nil
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+h.addr+"/healthcheck", nil)
	if err != nil {
		return err
	}
	// A transport of its own uses no proxy from the environment and leaves no idle connection.
	connected := func(context.Context, string, string) (net.Conn, error) { return conn, nil }
	response, err := (&http.Transport{DisableKeepAlives: true, DialContext: connected}).RoundTrip(request)
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("no answer within %s to GET /healthcheck: the server accepts connections, but its event loop is "+
			"blocked, or it is overloaded or stopped", seconds(h.timeout))
	case err != nil:
		return fmt.Errorf("no HTTP answer to GET /healthcheck: %w", err)
	}
	return response.Body.Close()
}

// seconds is a time as people write it: "3 s".
func seconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'g', -1, 64) + " s" }
