package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/target-server/target-server/config"
)

// helpWidth is the width of the help's lines.
const helpWidth = 100

// commands are the subcommands and what they do.
func commands() [][2]string {
	return [][2]string{
		{"probe", "find out how any HTTP server deals with many requests (probe --help)"},
		{"beside", "run a load generator, and say whether it or the target is the limit (beside --help)"},
		{"healthcheck", "exit code 0 if a server answers, 1 if not; for containers (healthcheck --help)"},
		{"stacks", "list what can be imitated; stacks NAME explains one of them"},
		{"version", "print the version"},
		{"help", "print this"},
	}
}

func commandNames() []string {
	var names []string
	for _, command := range commands() {
		names = append(names, command[0])
	}
	return names
}

const helpHead = `target-server stands in for a Python application server in a test: a client meets the same queueing,
the same refusals and the same silences as in front of FastAPI on Uvicorn, from one binary without
Python.

Usage:
  target-server [flags]      serve GET /?id=N
  target-server COMMAND

Commands:
`

const helpValues = `
Flags are given as --flag=value or --flag value; each has the environment variable beside it, and
its name is a key of the YAML file given with --config. A flag beats the environment, which beats
the file, which beats the stack's own default. A DURATION is written 100ms, 5s or 2m; a bare number
is seconds.
`

const helpTail = `
Examples:
  target-server --sleep=800s                     40 requests run, all others wait for a thread
  target-server --mode=async-misuse --workers=2  two processes; one request stops a whole one
  target-server --limit=200 --queue=100          200 run, 100 wait, and the next one gets 503

Exit codes: 0 after a regular end, 1 if something failed while running, 2 if the input was wrong.
Where the real server ends otherwise, so does this one: at --vintage=current with 3 if the address
is in use, and by SIGTERM (143) when it is told to stop by one.
`

func (p program) runHelp(std streams) int {
	var b strings.Builder
	b.WriteString(helpHead)
	for _, command := range commands() {
		fmt.Fprintf(&b, "  %-12s %s\n", command[0], command[1])
	}
	b.WriteString(helpValues)
	group := ""
	for _, option := range config.Options(p.stacks) {
		if option.Group != group {
			group = option.Group
			fmt.Fprintf(&b, "\n%s:\n", group)
		}
		writeOption(&b, option)
	}
	b.WriteString(helpTail)
	if _, err := io.WriteString(std.out, b.String()); err != nil {
		return exitFail
	}
	return exitFine
}

// writeOption writes a flag's line, then what it means.
func writeOption(b *strings.Builder, option config.Option) {
	name := "--" + option.Name
	if option.Value != "" {
		name += " " + option.Value
	}
	fmt.Fprintf(b, "  %-32s %s\n", name, option.Env)
	usage := option.Usage
	if len(option.Aliases) > 0 {
		usage += "; also --" + strings.Join(option.Aliases, ", --")
	}
	if option.Default != "" {
		usage += " (default " + option.Default + ")"
	}
	const indent = "      "
	for _, line := range wrap(usage, helpWidth-len(indent)) {
		b.WriteString(indent + line + "\n")
	}
}

// wrap breaks text into lines of at most width bytes.
func wrap(text string, width int) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		if line != "" && len(line)+1+len(word) > width {
			lines = append(lines, line)
			line = ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(lines, line)
}
