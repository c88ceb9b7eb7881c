package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/stacks"
)

// explain describes a stack: what it imitates and what for, its settings, its modes, what it refuses, how much of it was
// measured on the real server, and how it is known to differ.
func (p program) explain(stack string) (string, error) {
	rows, guide := p.rows(stack), stacks.Guide(stack)
	measured, err := stacks.Measured(stack)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n", stack)
	for _, row := range rows {
		fmt.Fprintf(&b, "  --vintage %-9s%s\n", row.Values.Vintage, row.Summary)
	}
	heading(&b, "What it is for")
	paragraph(&b, "  ", guide.For)
	writeDefaults(&b, rows, guide)
	writeModes(&b, rows, guide)
	writeRefusals(&b, rows)
	writeWithoutEffect(&b, rows)
	writeMeasured(&b, rows, measured)
	heading(&b, "Known differences from the real server")
	for _, what := range guide.Differs {
		item(&b, what)
	}
	item(&b, "the differences of all stacks: see docs/differences.md")
	return b.String(), nil
}

func heading(b *strings.Builder, text string) { b.WriteString("\n" + text + ":\n") }

// item writes text as an item of a list.
func item(b *strings.Builder, text string) {
	for i, line := range wrap(text, helpWidth-4) {
		b.WriteString(map[bool]string{true: "  - ", false: "    "}[i == 0] + line + "\n")
	}
}

// optionWords say what the settings are that no real server has.
var optionWords = map[string]string{
	"mode":    "see below",
	"sleep":   "how long the handler sleeps",
	"queue":   "an extension: how many requests may wait for a thread",
	"respawn": "an extension: replace any worker that dies",
}

// writeDefaults lists the stack's settings, except those that are the same for every stack, with what the real server
// calls them.
func writeDefaults(b *strings.Builder, rows []config.Defaults, guide server.Guide) {
	heading(b, "Its settings with their defaults, and what the real server calls them")
	for _, s := range settings(rows) {
		general := s.Name == "stack" || s.Name == "vintage" || s.Group == config.GroupObserve
		if s.value == "" || general || refusedByAll(rows, s.Name) || s.unused(rows) {
			continue
		}
		words := cmp.Or(guide.Options[s.Name], optionWords[s.Name])
		const indent = 38
		for i, line := range wrap(words, helpWidth-indent) {
			start := ""
			if i == 0 {
				start = fmt.Sprintf("  --%-20s %s", s.Name, s.value)
			}
			if len(start) >= indent { // too long to have words after it
				b.WriteString(start + "\n")
				start = ""
			}
			b.WriteString(strings.TrimRight(fmt.Sprintf("%-*s%s", indent, start, line), " ") + "\n")
		}
	}
}

// refusedByAll reports whether a setting is refused at every vintage.
func refusedByAll(rows []config.Defaults, name string) bool {
	return !slices.ContainsFunc(rows, func(row config.Defaults) bool { return row.Refuses[name] == "" })
}

// modeWords say what each mode does.
var modeWords = map[string]string{
	"threadpool":   "the handler runs in a thread",
	"async-misuse": "the handler runs on the event loop and blocks it (async def with time.sleep)",
	"cooperative":  "the handler runs on the event loop and leaves it free (async def with await asyncio.sleep)",
}

// writeModes lists the stack's modes.
func writeModes(b *strings.Builder, rows []config.Defaults, guide server.Guide) {
	heading(b, "Its modes")
	for _, s := range settings(rows) {
		if s.Name != "mode" {
			continue
		}
		for _, mode := range s.Choices {
			if refusedByAll(rows, "mode="+mode) || refusedByAll(rows, "mode") && mode != rows[0].Values.Mode {
				continue
			}
			words := modeWords[mode]
			if special := guide.Modes[mode]; special != "" {
				words = special
			}
			item(b, mode+": "+words)
		}
	}
}

// writeRefusals lists the settings that the stack refuses, with the reasons.
func writeRefusals(b *strings.Builder, rows []config.Defaults) {
	heading(b, "Settings that it refuses, and why")
	type refusal struct{ flag, reason string }
	vintages := map[refusal][]string{}
	for _, row := range rows {
		for name, reason := range row.Refuses {
			r := refusal{refused(name, row), reason}
			vintages[r] = append(vintages[r], row.Values.Vintage)
		}
		for condition, more := range row.With {
			for name, reason := range more {
				r := refusal{refused(name, row) + " with " + asFlag(condition), reason}
				vintages[r] = append(vintages[r], row.Values.Vintage)
			}
		}
	}
	var lines []string
	for r, at := range vintages {
		if len(at) < len(rows) {
			r.flag += " at --vintage " + strings.Join(at, ", ")
		}
		lines = append(lines, r.flag+": "+r.reason)
	}
	slices.Sort(lines)
	for _, line := range lines {
		item(b, line)
	}
	for _, line := range programRefusals(rows[0]) {
		item(b, line)
	}
	if byMode(rows) {
		item(b, "--queue with --mode async-misuse or cooperative: no request waits for a thread")
	}
	if rows[0].Supervised {
		item(b, "on Windows, the whole stack: it runs its workers under a parent process, and processes cannot share a listening socket there")
	} else if !refusedByAll(rows, "workers") {
		item(b, "on Windows, --workers 2 or more: processes cannot share a listening socket there")
	}
}

// programRefusals lists what a program cannot have on a stack, with the reasons, which are the same at every vintage.
func programRefusals(row config.Defaults) []string {
	stack, err := stacks.Find(row.Values.Stack, row.Values.Vintage)
	if err != nil {
		return nil // impossible: the row is that stack's
	}
	var lines []string
	for feature, term := range stack.Terms {
		lines = append(lines, "in a program, "+string(feature)+": "+term.Reason)
	}
	slices.Sort(lines)
	return lines
}

// writeWithoutEffect lists the settings that are accepted with a warning.
func writeWithoutEffect(b *strings.Builder, rows []config.Defaults) {
	var lines []string
	for name, reason := range rows[0].Ignores {
		lines = append(lines, asFlag(name)+": "+reason)
	}
	if _, never := rows[0].Ignores["limit"]; !never && byMode(rows) {
		lines = append(lines, "--limit with --mode async-misuse or cooperative: no request uses a thread")
	}
	if !refusedByAll(rows, "respawn") && !rows[0].Supervised {
		lines = append(lines, "--respawn with --workers 1: there is no parent process to replace the worker")
	}
	if len(lines) == 0 {
		return
	}
	heading(b, "Settings that it accepts with a warning, because they have no effect")
	slices.Sort(lines)
	for _, line := range lines {
		item(b, line)
	}
}

// byMode reports whether the stack has threads in one mode and none in another.
func byMode(rows []config.Defaults) bool {
	onlyForOtherApp := rows[0].With["app="+rows[0].Values.App]["mode"] != ""
	return !refusedByAll(rows, "mode") && !refusedByAll(rows, "limit") && !onlyForOtherApp
}

// refused spells a setting that is refused. Of the modes, that is every other than the default.
func refused(name string, row config.Defaults) string {
	if name == "mode" {
		return "any --mode except " + row.Values.Mode
	}
	return asFlag(name)
}

// asFlag spells a setting of [config.Defaults].Refuses, with or without a value.
func asFlag(setting string) string { return "--" + strings.Replace(setting, "=", " ", 1) }

// writeMeasured says how much of the real server was recorded, and with which versions.
func writeMeasured(b *strings.Builder, rows []config.Defaults, measured map[string]stacks.Measure) {
	heading(b, "Facts recorded from the real server, which tests compare this one with")
	for _, row := range rows {
		m, ok := measured[row.Values.Vintage]
		if !ok {
			item(b, row.Values.Vintage+": none yet")
			continue
		}
		text := fmt.Sprintf("%s: %d facts in %d scenarios, last recorded on %s",
			row.Values.Vintage, m.Facts, m.Scenarios, m.Recorded)
		var versions []string
		for _, name := range slices.Sorted(maps.Keys(m.Versions)) {
			versions = append(versions, name+" "+m.Versions[name])
		}
		text += ", with " + strings.Join(versions, ", ")
		if m.Unstable > 0 {
			vary := "vary"
			if m.Unstable == 1 {
				vary = "varies"
			}
			text += fmt.Sprintf("; %d more %s on the real server, and so cannot be compared", m.Unstable, vary)
		}
		if m.Live != nil {
			text += fmt.Sprintf("; side by side on %s: %d of %d facts equal", m.Live.Date, m.Live.Equal, m.Live.Facts)
		}
		item(b, text)
	}
}
