package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// options are what the command line says.
type options struct {
	admin   string
	url     string
	token   string
	every   time.Duration
	wait    time.Duration
	command []string
}

// tokenVariable is where the target takes its token from as well.
const tokenVariable = "TARGET_SERVER_ADMIN_TOKEN"

func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	set := flag.NewFlagSet("beside", flag.ContinueOnError)
	set.SetOutput(stderr)
	set.Usage = func() {
		fmt.Fprintln(stderr, "Usage: beside [flags] -- GENERATOR [arguments]")
		set.PrintDefaults()
	}
	set.StringVar(&o.admin, "admin", "http://127.0.0.1:9090", "the target's admin `URL`")
	set.StringVar(&o.url, "url", "http://127.0.0.1:8080", "the target's own `URL`, where a page that is not there is asked for, five times a second")
	set.StringVar(&o.token, "token", "", "the `token` of its admin address (--admin-token); better in the environment variable "+tokenVariable)
	set.DurationVar(&o.every, "every", 37*time.Millisecond, "how `often` the target is asked; no divisor of its sleep, so that it is not always met in the same state")
	set.DurationVar(&o.wait, "wait", 10*time.Second, "how `long` to wait for a target that does not answer yet")
	if err := set.Parse(args); err != nil {
		return o, err
	}
	if o.token == "" {
		o.token = os.Getenv(tokenVariable)
	}
	o.command = set.Args()
	switch {
	case len(o.command) == 0:
		return o, errors.New("there is no generator; accepted: beside -- COMMAND, as in beside -- wrk -c80 http://127.0.0.1:8080/")
	case o.every < time.Millisecond:
		return o, fmt.Errorf("--every %v: accepted: 1ms or more", o.every)
	}
	return o, nil
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err != nil {
		fmt.Fprintf(stderr, "beside: %v\n", err)
		return 2
	}
	t := target{admin: o.admin, url: o.url, token: o.token}
	first, err := t.first(ctx, o.wait)
	if err != nil {
		fmt.Fprintf(stderr, "beside: the target does not answer (was it started with --admin-addr?): %v\n", err)
		return 1
	}
	generator := exec.CommandContext(ctx, o.command[0], o.command[1:]...)
	generator.Stdin, generator.Stdout, generator.Stderr = os.Stdin, stdout, stderr
	generator.Cancel = func() error { return generator.Process.Signal(os.Interrupt) }
	generator.WaitDelay = 10 * time.Second
	if err := generator.Start(); err != nil {
		fmt.Fprintf(stderr, "beside: %v\n", err)
		return 1
	}
	ended := make(chan error, 1)
	go func() { ended <- generator.Wait() }()
	knocking, done := context.WithCancel(ctx)
	knocks := make(chan []time.Duration, 1)
	go func() { knocks <- t.knock(knocking) }()
	samples, err := t.watch(ctx, first, o.every, ended)
	done()
	spent := generator.ProcessState.UserTime() + generator.ProcessState.SystemTime()
	a := summarise(samples, spent)
	a.knock = median(<-knocks)
	fmt.Fprint(stdout, a.text())
	fmt.Fprintf(stdout, "beside: %s\n", a.verdict())
	if status := new(exec.ExitError); errors.As(err, &status) && status.ExitCode() > 0 {
		return status.ExitCode()
	} else if err != nil {
		fmt.Fprintf(stderr, "beside: %v\n", err)
		return 1
	}
	return 0
}
