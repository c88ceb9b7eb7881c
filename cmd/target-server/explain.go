package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/stacks"
)

// explain describes a stack: what it imitates and what for, its defaults, its modes, what it refuses, which parts of it
// were measured against the real server, and what is known to differ.
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
	writeDefaults(&b, rows)
	writeModes(&b, rows, guide)
	writeRefusals(&b, rows)
	writeMeasured(&b, rows, measured)
	heading(&b, "Known to differ from the real server")
	for _, what := range guide.Differs {
		item(&b, what)
	}
	item(&b, "what docs/differences.md says of all stacks")
	return b.String(), nil
}

func heading(b *strings.Builder, text string) { b.WriteString("\n" + text + ":\n") }

// item writes text as an item of a list.
func item(b *strings.Builder, text string) {
	for i, line := range wrap(text, helpWidth-4) {
		b.WriteString(map[bool]string{true: "  - ", false: "    "}[i == 0] + line + "\n")
	}
}

// writeDefaults lists the stack's settings, except those that are the same for every stack.
func writeDefaults(b *strings.Builder, rows []config.Defaults) {
	heading(b, "Its defaults")
	for _, s := range settings(rows) {
		general := s.Name == "stack" || s.Name == "vintage" || s.Group == config.GroupObserve
		if s.value == "" || general || refusedByAll(rows, s.Name) || s.unused(rows) {
			continue
		}
		fmt.Fprintf(b, "  --%-20s %s\n", s.Name, s.value)
	}
}

// refusedByAll reports whether a setting is refused at every vintage.
func refusedByAll(rows []config.Defaults, name string) bool {
	return !slices.ContainsFunc(rows, func(row config.Defaults) bool { return row.Refuses[name] == "" })
}

// modeWords say what each mode does.
var modeWords = map[string]string{
	"threadpool":   "the handler works in a thread",
	"async-misuse": "the handler holds the event loop while it works",
	"cooperative":  "the handler awaits and holds nothing",
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
	heading(b, "What it refuses, and why")
	reasons := map[string][]string{} // vintages, by the text of a setting and its reason
	for _, row := range rows {
		for name, reason := range row.Refuses {
			text := "--" + strings.Replace(name, "=", " ", 1) + ": " + reason
			reasons[text] = append(reasons[text], row.Values.Vintage)
		}
		for condition, more := range row.With {
			for name, reason := range more {
				text := "--" + strings.Replace(name, "=", " ", 1) +
					", with --" + strings.Replace(condition, "=", " ", 1) + ": " + reason
				reasons[text] = append(reasons[text], row.Values.Vintage)
			}
		}
	}
	for _, text := range slices.Sorted(maps.Keys(reasons)) {
		if len(reasons[text]) < len(rows) {
			item(b, text+" (--vintage "+strings.Join(reasons[text], ", ")+")")
		} else {
			item(b, text)
		}
	}
	if rows[0].Supervised {
		item(b, "Windows: the stack has a parent of its workers, and processes cannot share a listening socket there")
	} else {
		item(b, "--workers above 1, on Windows: processes cannot share a listening socket there")
	}
}

// writeMeasured says how much of the real server was recorded; the tests compare this one with it.
func writeMeasured(b *strings.Builder, rows []config.Defaults, measured map[string]stacks.Measure) {
	heading(b, "What it was measured equal to")
	for _, row := range rows {
		m, ok := measured[row.Values.Vintage]
		if !ok {
			item(b, row.Values.Vintage+": nothing yet")
			continue
		}
		text := fmt.Sprintf("%s: %d facts in %d scenarios, recorded of the real server by %s",
			row.Values.Vintage, m.Facts, m.Scenarios, m.Recorded)
		var versions []string
		for _, name := range slices.Sorted(maps.Keys(m.Versions)) {
			versions = append(versions, name+" "+m.Versions[name])
		}
		text += "; " + strings.Join(versions, ", ")
		if m.Unstable > 0 {
			text += fmt.Sprintf("; on %d more the real server does not agree with itself", m.Unstable)
		}
		item(b, text)
	}
}
