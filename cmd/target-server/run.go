package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/server/supervisor"
)

// The exit codes, besides those that a stack ends with.
const (
	exitFine  = 0
	exitFail  = 1 // something failed at run time
	exitWrong = 2 // the input was wrong
)

// streams are the standard streams.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// program is the command, with everything that comes from outside as a field.
type program struct {
	serve  func(context.Context, config.Config, streams) error
	build  build
	now    func() time.Time
	stacks []config.Defaults
}

func now() time.Time { return time.Now() }

// run is main without a process of its own, and returns the exit code.
func (p program) run(
	ctx context.Context, args []string, env func(string) (string, bool), stdin io.Reader, stdout, stderr io.Writer,
) int {
	std := streams{stdin, stdout, stderr}
	command, rest := "", args
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		command, rest = args[0], args[1:]
	}
	switch command {
	case "":
		return p.runServe(ctx, rest, env, std)
	case supervisor.WorkerArgument:
		return p.runWorker(ctx, std)
	case "healthcheck":
		return p.runHealthcheck(ctx, rest, env, std)
	case "probe":
		return p.runProbe(ctx, rest, std)
	case "beside":
		return p.runBeside(ctx, rest, env, std)
	case "stacks":
		return p.runStacks(rest, std)
	case "version":
		return p.runVersion(rest, std)
	case "help":
		return p.runHelp(std)
	}
	return wrong(std, fmt.Errorf("command %q: is unknown; accepted: %s, or flags alone to serve",
		command, strings.Join(commandNames(), ", ")))
}

// wrong reports wrong input, one line for each error.
func wrong(std streams, err error) int {
	complain(std, err)
	return exitWrong
}

func complain(std streams, err error) {
	for line := range strings.Lines(err.Error()) {
		fmt.Fprintf(std.err, "target-server: %s\n", strings.TrimRight(line, "\n"))
	}
}

// bare refuses any argument after a command that takes none except --help.
func (p program) bare(command string, args []string, std streams) (code int, done bool) {
	if len(args) == 0 {
		return exitFine, false
	}
	if args[0] == "--help" || args[0] == "-h" {
		return p.runHelp(std), true
	}
	return wrong(std, fmt.Errorf("argument %q: is unexpected; accepted: none behind %s", args[0], command)), true
}

// exitCode returns the process's exit code after serving, and reports the error. An error with the method ExitCode is
// not reported: the stack ends with that code, and has logged why.
func exitCode(err error, std streams) int {
	if err == nil {
		return exitFine
	}
	if setting := new(config.Error); errors.As(err, &setting) {
		return wrong(std, err) // it shows only when the server starts
	}
	var coded interface{ ExitCode() int }
	if errors.As(err, &coded) {
		return coded.ExitCode()
	}
	if input, ok := errors.AsType[*server.InputError](err); ok {
		return wrong(std, input)
	}
	complain(std, err)
	return exitFail
}
