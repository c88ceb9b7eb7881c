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
		{"probe", "measure how any HTTP server handles many requests at once (probe --help)"},
		{"watch", "show in the terminal what a running server does (watch --help)"},
		{"beside", "run a load generator, and say whether it or the target is the limit (beside --help)"},
		{"plot", "draw the requests of a run, from its log, as SVG or PNG (plot --help)"},
		{"healthcheck", "exit with 0 if a server answers and 1 if not, for containers (healthcheck --help)"},
		{"program", "check, print or explain an application for --program (program --help)"},
		{"stacks", "list the stacks that can be imitated; stacks NAME describes one of them"},
		{"version", "print the version"},
		{"help", "print this text; help COMMAND prints that of a command"},
	}
}

func commandNames() []string {
	var names []string
	for _, command := range commands() {
		names = append(names, command[0])
	}
	return names
}

const helpHead = `target-server stands in for a Python application server in tests. Clients see the same
queueing, refusals and silences as with FastAPI on Uvicorn, or with another stack. It is one binary
and needs no Python.

Usage:
  target-server [FLAGS]    run the server: GET /?id=N answers "hello" after --sleep
  target-server COMMAND    run a command

Commands:
`

const helpValues = `
Write a flag as --flag=value or --flag value. Each flag can also be set by the environment variable
next to it, or in the YAML file that --config names, with the flag's name as the key (without its
dashes). A flag overrides the environment, which overrides the file, which overrides the stack's
default. A DURATION is written as 100ms, 5s or 2m; a bare number is seconds. The defaults below are
those of --stack uvicorn; target-server stacks lists those of the others.
`

const helpTail = `
Examples:
  target-server --sleep=800s                     40 requests run at once; others wait for a thread
  target-server --mode=async-misuse --workers=2  each of two workers runs one request at a time,
                                                 and answers nothing else meanwhile
  target-server --program=crud                   serve a built-in application with a database, or
                                                 your own: --program=FILE (see program --help)
  target-server --limit=200 --queue=100          200 requests run, 100 wait, and any more get 503

Exit status: 0 after a normal stop, 1 if something failed while running, 2 if the input was wrong.
If the real server exits differently, so does this one: Uvicorn at --vintage=current exits with 3 if
its address is in use, and is ended by the SIGTERM that stops it (which a shell shows as 143).
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
