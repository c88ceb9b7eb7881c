package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/target-server/target-server/config"
)

const stacksHelp = `target-server stacks lists the stacks that --stack can choose from, with their versions and defaults.

Usage:
  target-server stacks         list them
  target-server stacks NAME    describe one: its defaults and modes, what it refuses and why,
                               how it was measured, and how it differs from the real server
`

// runStacks lists what --stack and --vintage can choose from, or explains one stack.
func (p program) runStacks(args []string, std streams) int {
	if len(args) > 0 && (args[0] == "--help" || args[0] == "-h") {
		return write(std, stacksHelp)
	}
	names := p.stackNames()
	switch {
	case len(args) > 1:
		return wrong(std, fmt.Errorf("argument %s: is unexpected; accepted: target-server stacks, or target-server stacks NAME", shown(args[1])))
	case len(args) == 0:
		return write(std, p.listStacks(names))
	case !slices.Contains(names, args[0]):
		return wrong(std, fmt.Errorf("stack %s: is unknown; accepted: %s", shown(args[0]), strings.Join(names, ", ")))
	}
	text, err := p.explain(args[0])
	if err != nil {
		complain(std, err)
		return exitFail
	}
	return write(std, text)
}

func write(std streams, text string) int {
	if _, err := io.WriteString(std.out, text); err != nil {
		return exitFail
	}
	return exitFine
}

func (p program) stackNames() []string {
	var names []string
	for _, row := range p.stacks {
		if !slices.Contains(names, row.Values.Stack) {
			names = append(names, row.Values.Stack)
		}
	}
	return names
}

// rows are the rows of one stack, one for each vintage.
func (p program) rows(stack string) []config.Defaults {
	var rows []config.Defaults
	for _, row := range p.stacks {
		if row.Values.Stack == stack {
			rows = append(rows, row)
		}
	}
	return rows
}

// listed are the settings that the list shows: those in which the stacks differ most.
var listed = []string{"app", "mode", "sleep", "limit", "backlog", "keep-alive", "timeout", "graceful-timeout"}

// listStacks lists every stack with its vintages and the defaults that distinguish it.
func (p program) listStacks(names []string) string {
	var b strings.Builder
	for _, name := range names {
		rows := p.rows(name)
		fmt.Fprintf(&b, "%s\n", name)
		for _, row := range rows {
			fmt.Fprintf(&b, "  %-9s%s\n", row.Values.Vintage, row.Summary)
		}
		var words []string
		for _, s := range settings(rows) {
			if !slices.Contains(listed, s.Name) || s.value == "" || s.value == "none" {
				continue
			}
			if !s.unused(rows) && !refusedByAll(rows, s.Name) {
				words = append(words, "--"+s.Name+" "+s.value)
			}
		}
		paragraph(&b, "  ", strings.Join(words, " "))
	}
	return b.String() + "\nThe flags shown are each stack's defaults. target-server stacks NAME describes one stack.\n"
}

// setting is an option with its default in a stack.
type setting struct {
	config.Option
	value string // the default; if the vintages differ, that of each
}

// unused reports whether the setting is about a thread pool, and no mode of the stack has one.
func (s setting) unused(rows []config.Defaults) bool {
	return (s.Name == "limit" || s.Name == "queue") && refusedByAll(rows, "mode=threadpool")
}

// settings are all options, with the stack's defaults.
func settings(rows []config.Defaults) []setting {
	var all []setting
	for i, option := range config.Options(rows[:1]) {
		s := setting{option, option.Default}
		for _, row := range rows[1:] {
			if other := config.Options([]config.Defaults{row})[i].Default; other != option.Default {
				s.value = fmt.Sprintf("%s (%s: %s)", s.value, row.Values.Vintage, other)
			}
		}
		all = append(all, s)
	}
	return all
}

// paragraph writes text in lines that start with a prefix.
func paragraph(b *strings.Builder, prefix, text string) {
	for _, line := range wrap(text, helpWidth-len(prefix)) {
		b.WriteString(prefix + line + "\n")
	}
}
