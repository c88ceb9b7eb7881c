package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/lab/beside"
	"github.com/target-server/target-server/like"
)

const besideHelp = `target-server beside runs a load generator against a target-server, meanwhile reads from the target
how many requests it holds, and says which of the two is the limit. In the generator's own report a
slow generator looks like a slow target: a low rate and long times.

Usage:
  target-server beside [FLAGS] -- COMMAND [ARGUMENT...]

  --admin-addr HOST:PORT   the target's admin address, the value of its own --admin-addr; a URL is
                           accepted as well, and --admin means the same (default 127.0.0.1:9090)
  --admin-token TOKEN      the token, if the admin address requires one
  --admin-token-file PATH  file that contains the token
  --url URL                the target itself; by default the target is asked where it listens. It
                           is needed if the target has another address here, as a container has
  --every DURATION         interval between samples; avoid a value that divides --sleep evenly, or
                           every sample may find the target in the same state (default 37ms)
  --wait DURATION          how long to wait for a target that is still starting (default 2s)

If they are not given, the admin address and the token come from TARGET_SERVER_ADMIN_ADDR,
TARGET_SERVER_ADMIN_TOKEN and TARGET_SERVER_ADMIN_TOKEN_FILE, or from the file in
TARGET_SERVER_CONFIG.

The generator prints what it always prints. After that, beside prints what the target counted, and
a verdict. Five times a second it also requests a path that does not exist: the 404 comes at once,
unless the event loop is blocked. These checks appear in the target's access log, and count for
--limit-concurrency and --limit-max-requests.

Example:
  target-server --vintage=current --sleep=100ms --log-format=off --admin-addr=127.0.0.1:9090 &
  target-server beside -- wrk -t1 -c80 -d10s 'http://127.0.0.1:8080/?id=1'

Exit status: the generator's; 1 if the target could not be reached, 2 if the input was wrong.
`

const besideFlags = "--admin-addr, --admin-token, --admin-token-file, --url, --every, --wait"

func (p program) runBeside(ctx context.Context, args []string, env func(string) (string, bool), std streams) int {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	options, err := p.readBeside(args, env)
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(std.out, besideHelp)
		return exitFine
	case err != nil:
		return wrong(std, err)
	}
	options.Stdin, options.Stdout, options.Stderr = std.in, std.out, std.err
	report, err := beside.Run(ctx, options)
	if err != nil {
		if report.Seen() {
			fmt.Fprint(std.out, report.Text())
		}
		complain(std, fmt.Errorf("beside: %w", err))
		return exitFail
	}
	fmt.Fprint(std.out, report.Text())
	return report.Status
}

// readBeside reads the flags and, for the admin address and its token, the server's own settings.
func (p program) readBeside(args []string, env func(string) (string, bool)) (o beside.Options, err error) {
	set := flag.NewFlagSet("beside", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	var server []string
	setting := func(name string) func(string) error {
		return func(text string) error {
			server = append(server, "--"+name+"="+text)
			return nil
		}
	}
	addr := func(text string) error { return setting("admin-addr")(withoutScheme(text)) }
	set.Func("admin-addr", "", addr)
	set.Func("admin", "", addr)
	set.Func("admin-token", "", setting("admin-token"))
	set.Func("admin-token-file", "", setting("admin-token-file"))
	set.StringVar(&o.URL, "url", "", "")
	o.Every, o.Wait = 37*time.Millisecond, 2*time.Second
	durationFlag(set, "every", &o.Every)
	durationFlag(set, "wait", &o.Wait)
	switch err := set.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return o, err
	case err != nil:
		return o, flagError(err, "beside", besideFlags)
	}
	if o.Command, err = generator(args, set); err != nil {
		return o, err
	}
	switch {
	case o.Every < time.Millisecond || o.Every > time.Minute:
		return o, fmt.Errorf("flag --every: %v is out of range; accepted: 1ms to 1m", o.Every)
	case o.Wait < 0 || o.Wait > time.Hour:
		return o, fmt.Errorf("flag --wait: %v is out of range; accepted: 0s to 1h", o.Wait)
	}
	if err := checkURL(o.URL); err != nil {
		return o, err
	}
	o.Admin, o.Token, err = p.adminAddress(server, env)
	return o, err
}

// adminAddress reads where an admin address is, and its token, as the server reads these settings.
func (p program) adminAddress(server []string, env func(string) (string, bool)) (url, token string, err error) {
	server = append(server, "--admin-open") // that others may reach the address is the server's concern
	load := func() (config.Config, error) {
		return config.Load(config.Sources{Args: server, LookupEnv: env, Stacks: p.stacks, Foreign: like.Read})
	}
	cfg, err := load()
	if err == nil && cfg.AdminAddr == "" {
		server = append(server, "--admin-addr=127.0.0.1:9090")
		cfg, err = load() // which reads the token's file only if there is an admin address
	}
	if err != nil {
		return "", "", err
	}
	known, err := reachable("admin-addr", cfg.AdminAddr)
	return "http://" + known, string(cfg.AdminToken), err
}

// generator is the command after the flags.
func generator(args []string, set *flag.FlagSet) ([]string, error) {
	const example = "as in: target-server beside -- wrk -c80 -d10s http://127.0.0.1:8080/?id=1"
	command := set.Args()
	switch n := len(args) - len(command); {
	case len(command) == 0:
		return nil, fmt.Errorf("beside: no load generator is given; put its command after --, %s", example)
	case n == 0 || args[n-1] != "--":
		return nil, fmt.Errorf("argument %q: is unexpected; put the load generator's command after --, %s", command[0], example)
	}
	if _, err := exec.LookPath(command[0]); err != nil {
		return nil, fmt.Errorf("command %q: cannot be run: %w; accepted: a load generator that is installed, %s",
			command[0], errors.Unwrap(err), example)
	}
	return command, nil
}

// withoutScheme takes a URL such as the ready file has for an address.
func withoutScheme(addr string) string {
	rest, _ := strings.CutPrefix(addr, "http://")
	return strings.TrimSuffix(rest, "/")
}

// checkURL checks --url.
func checkURL(text string) error {
	if text == "" {
		return nil
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" || u.Hostname() == "" || u.RequestURI() != "/" {
		return fmt.Errorf("flag --url: %q is not the URL of a target; accepted: http://HOST:PORT", text)
	}
	return nil
}
