package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/mattn/go-isatty"

	"github.com/target-server/target-server/lab/watch"
	"github.com/target-server/target-server/server/admin/live"
)

const watchHelp = `target-server watch shows in the terminal what a running target-server does: its threads and what
they run, the event loop, the queue in its order, connection pools, and curves of the last minutes.
The live page shows the same in a browser.

Usage:
  target-server watch [FLAGS] [URL]

  URL is the target's admin address, the value of its own --admin-addr: http://HOST:PORT, or without
  http:// (default http://127.0.0.1:9090)

  --admin-token TOKEN      the token, if the admin address requires one
  --admin-token-file PATH  file that contains the token
  --plain                  print one line a second instead of drawing; the default if the output is
                           not a terminal, or TERM is dumb or empty
  --for DURATION           end after this time
  --frames N               end after N frames, of which there are eight a second, or after N lines

If they are not given, the admin address and the token come from TARGET_SERVER_ADMIN_ADDR,
TARGET_SERVER_ADMIN_TOKEN and TARGET_SERVER_ADMIN_TOKEN_FILE, or from the file in
TARGET_SERVER_CONFIG.

Keys: ? shows them all; q quits; l, s, p, h, r and R change the target: limit, sleep, pause, hold,
release, reset. If NO_COLOR is set, there are no colours.

If the target goes away, watch says so and connects again as soon as it is back.

Example:
  target-server --sleep=1s --admin-addr=127.0.0.1:9090 &
  target-server watch

Exit status: 0 after q, Ctrl-C, SIGTERM, --for or --frames; 1 if the target could not be reached at
first or is not a target-server, 2 if the input was wrong.
`

const watchFlags = "--admin-token, --admin-token-file, --plain, --for, --frames, and a URL without a flag"

// watching is what a watch was asked for.
type watching struct {
	url, token string
	plain      bool
	frames     int
	time       time.Duration
}

func (p program) runWatch(ctx context.Context, args []string, env func(string) (string, bool), std streams) int {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	context.AfterFunc(ctx, stop) // so that a second signal ends a process whose terminal takes nothing any more
	w, err := p.readWatch(args, env)
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(std.out, watchHelp)
		return exitFine
	case err != nil:
		return wrong(std, err)
	}
	err = watch.Run(ctx, watch.Options{
		Client: live.New(w.url, w.token, nil), Screen: !w.plain && draws(std.out, env), Out: std.out, Frames: w.frames, For: w.time,
	})
	if errors.Is(err, syscall.ECONNREFUSED) {
		err = fmt.Errorf("%w; start the target with --admin-addr %s", err, withoutScheme(w.url))
	}
	if err != nil {
		complain(std, fmt.Errorf("watch of %s: %w", w.url, err))
		return exitFail
	}
	return exitFine
}

// readWatch reads the flags and, for the admin address and its token, the server's own settings.
func (p program) readWatch(args []string, env func(string) (string, bool)) (w watching, err error) {
	set := flag.NewFlagSet("watch", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	var server []string
	for _, name := range []string{"admin-token", "admin-token-file"} {
		set.Func(name, "", func(text string) error {
			server = append(server, "--"+name+"="+text)
			return nil
		})
	}
	set.BoolVar(&w.plain, "plain", false, "")
	set.IntVar(&w.frames, "frames", 0, "")
	durationFlag(set, "for", &w.time)
	rest, err := anyOrder(set, args)
	given := map[string]bool{}
	set.Visit(func(f *flag.Flag) { given[f.Name] = true })
	switch {
	case errors.Is(err, flag.ErrHelp):
		return w, err
	case err != nil:
		return w, flagError(err, "watch", watchFlags)
	case len(rest) > 1:
		return w, fmt.Errorf("watch: %d URLs are given (%s, %s …); accepted: one", len(rest), shown(rest[0]), shown(rest[1]))
	case given["frames"] && w.frames < 1:
		return w, fmt.Errorf("flag --frames: %d is out of range; accepted: 1 or more", w.frames)
	case given["for"] && w.time <= 0:
		return w, fmt.Errorf("flag --for: %v is too short; accepted: a duration above 0, such as 10s", w.time)
	}
	if len(rest) == 1 {
		addr, err := adminURL(rest[0])
		if err != nil {
			return w, err
		}
		server = append(server, "--admin-addr="+addr)
	}
	w.url, w.token, err = p.adminAddress(server, env)
	return w, err
}

// adminURL is the address in the URL of an admin address.
func adminURL(text string) (addr string, err error) {
	addr = withoutScheme(text)
	colon := strings.LastIndexByte(addr, ':')
	port, err := strconv.ParseUint(addr[colon+1:], 10, 16)
	if colon < 0 || err != nil || port == 0 || strings.ContainsAny(addr, "/@?# ") {
		return "", fmt.Errorf("watch: %s is not the URL of an admin address; accepted: http://HOST:PORT or HOST:PORT, as in: target-server watch localhost:9090", shown(text))
	}
	return addr, nil
}

// draws reports whether an output is a terminal that can be drawn on.
func draws(out io.Writer, env func(string) (string, bool)) bool {
	file, ok := out.(*os.File)
	if !ok || !isatty.IsTerminal(file.Fd()) {
		return false
	}
	kind, _ := env("TERM")
	return kind != "dumb" && (kind != "" || runtime.GOOS == "windows")
}
