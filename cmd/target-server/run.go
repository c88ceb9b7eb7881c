package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/target-server/target-server/config"
	application "github.com/target-server/target-server/program"
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
	// environ is os.Environ, or nil.
	environ func() []string
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
	case "plot":
		return p.runPlot(ctx, rest, std)
	case "watch":
		return p.runWatch(ctx, rest, env, std)
	case "program":
		return p.runProgram(rest, std)
	case "stacks":
		return p.runStacks(rest, std)
	case "version":
		return p.runVersion(rest, std)
	case "help":
		return p.runHelpOf(ctx, rest, env, std)
	}
	return wrong(std, p.unknownCommand(command))
}

// runHelpOf prints the help of a command, or that of the program.
func (p program) runHelpOf(ctx context.Context, args []string, env func(string) (string, bool), std streams) int {
	switch {
	case len(args) == 0 || args[0] == "help" || strings.HasPrefix(args[0], "-"):
		return p.runHelp(std)
	case slices.Contains(p.stackNames(), args[0]):
		return wrong(std, fmt.Errorf("command %s: is a stack; use target-server stacks %s", shown(args[0]), args[0]))
	case !slices.Contains(commandNames(), args[0]):
		return wrong(std, p.unknownCommand(args[0]))
	}
	return p.run(ctx, []string{args[0], "--help"}, env, std.in, std.out, std.err)
}

// unknownCommand says what is wrong with a word that is not a command, and what may have been meant.
func (p program) unknownCommand(command string) error {
	instead, meant := config.AdviceForArgument(p.stacks, command), meantCommand(command)
	switch {
	case instead != "":
		instead = "; " + instead
	case meant != "":
		instead = "; did you mean target-server " + meant + "?"
	case p.isSetting(command):
		instead = "; flags begin with two dashes: " + shown("--"+command)
	case command == "serve" || command == "run" || command == "start" || strings.HasSuffix(command, "target-server"):
		instead = "; leave it out: target-server with flags alone starts a server"
	default:
		instead = "; accepted: " + strings.Join(commandNames(), ", ") + ", or flags alone to start a server"
	}
	return fmt.Errorf("command %s: is unknown%s", shown(command), instead)
}

// meantCommand is the command that begins with a word of three letters or more, or empty.
func meantCommand(word string) string {
	const shortest = 3
	for _, name := range commandNames() {
		if len(word) >= shortest && strings.HasPrefix(name, word) {
			return name
		}
	}
	return ""
}

// isSetting reports whether a word is a flag and its value without the dashes.
func (p program) isSetting(word string) bool {
	name, _, hasValue := strings.Cut(word, "=")
	return hasValue && slices.ContainsFunc(config.Options(p.stacks), func(o config.Option) bool { return o.Name == name })
}

// shown quotes an outside value on one short line.
func shown(value string) string {
	const longest = 60
	if len(value) > longest {
		return fmt.Sprintf("%q… (%d bytes)", strings.ToValidUTF8(value[:longest], ""), len(value))
	}
	return strconv.Quote(value)
}

// wrong reports wrong input, one line for each error.
func wrong(std streams, err error) int {
	complain(std, err)
	return exitWrong
}

// complain prints an error, a line for each that is joined in it. A mistake in a program begins with its place, as those
// of compilers do, so that editors can find it.
func complain(std streams, err error) {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, one := range joined.Unwrap() {
			complain(std, one)
		}
		return
	}
	if _, ok := err.(*application.Problems); ok { //nolint:errorlint // the same
		fmt.Fprintln(std.err, err)
		return
	}
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
	return wrong(std, fmt.Errorf("argument %s: is unexpected; target-server %s takes no arguments", shown(args[0]), command)), true
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
