package explain

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/target-server/target-server/distribution"
)

// width is that of the lines.
const width = 100

// Text is the report as lines for a person.
func (r Report) Text() string {
	var b strings.Builder
	b.WriteString(hanging("", r.Verdict) + "\n")
	b.WriteString(hanging("  runs on        ", r.Conditions.words(r.Order)))
	for _, p := range r.Pools {
		fmt.Fprintf(&b, "  %-14s %s\n", "pool "+p.Name, p.words())
	}
	b.WriteString("\n" + r.Conditions.legend())
	for _, route := range r.Routes {
		route.write(&b, r.Conditions)
	}
	if len(r.CircularWaits) > 0 {
		b.WriteString("\nCircular waits:\n")
	}
	for _, c := range r.CircularWaits {
		b.WriteString(hanging("  - ", c.words(r.Conditions)))
	}
	if len(r.Warnings) > 0 {
		b.WriteString("\nWarnings:\n")
	}
	for _, w := range r.Warnings {
		b.WriteString(hanging("  - ", w))
	}
	b.WriteString("\nHow to read this:\n")
	for _, note := range r.notes() {
		b.WriteString(hanging("  - ", note))
	}
	return b.String()
}

func (c Conditions) words(order string) string {
	parts := []string{strings.TrimSpace(c.Stack + " " + c.Vintage), counted(c.Workers, "worker")}
	switch {
	case c.Threads < 0:
		parts = append(parts, "any number of threads")
	case c.Workers > 1:
		parts = append(parts, counted(c.Threads, "thread")+" each", order)
	default:
		parts = append(parts, counted(c.Threads, "thread"), order)
	}
	if parts[0] == "" {
		parts = parts[1:]
	}
	return strings.Join(parts, ", ")
}

func (p Pool) words() string {
	return fmt.Sprintf("%s (%d + %d), for which a request waits at most %s",
		counted(p.Connections, "connection"), p.Size, p.Overflow, span(p.Timeout))
}

// write writes the part of one route.
func (r Route) write(b *strings.Builder, c Conditions) {
	fmt.Fprintf(b, "\n%s", hanging(r.Route+" ", r.words(c)))
	number, longest := 0, 0
	for _, s := range r.Stages {
		longest = max(longest, len(s.Name))
	}
	for _, s := range r.Stages {
		start := ""
		if s.Place == Token {
			number++
			start = fmt.Sprint(number)
		}
		place, length := string(s.Place), span(s.Time)
		if s.Place == Nowhere {
			place, length = "", ""
		}
		b.WriteString(hanging(fmt.Sprintf("  %2s  %-6s  %-*s  %7s  ", start, place, longest, s.Name, length), s.words()))
	}
	for _, c := range r.Ceilings {
		fmt.Fprintf(b, "  %-*s %s\n", longest+13, c.name(), c.words())
	}
	for _, c := range r.Answers {
		fmt.Fprintf(b, "  %-*s %s for answers alone\n", longest+13, c.name(), c.words())
	}
}

// words say what a stage waits for, and what the request holds meanwhile.
func (s Stage) words() string {
	var parts []string
	if s.Tokens > 0 {
		parts = append(parts, s.trips())
	}
	if len(s.Holding) > 0 {
		parts = append(parts, "waits for its thread with "+connections(s.Holding))
	}
	for _, a := range s.Asks {
		parts = append(parts, a.words())
	}
	if s.Returns != "" {
		parts = append(parts, "returns the connection of "+s.Returns)
	}
	if s.Share < 1 && s.Place != Nowhere {
		parts = append(parts, fmt.Sprintf("in %.3g %% of requests", 100*s.Share))
	}
	return strings.Join(parts, "; ")
}

func (a Ask) words() string {
	var with []string
	if a.Thread {
		with = append(with, "its thread")
	}
	if len(a.Holding) > 0 {
		with = append(with, connections(a.Holding))
	}
	text := "asks for a connection of " + a.Pool
	if len(with) > 0 {
		text += " with " + strings.Join(with, " and ")
	}
	if a.Keeps {
		text += ", and keeps it"
	}
	return text
}

// connections names a connection of each pool.
func connections(pools []string) string {
	return "a connection of " + strings.Join(pools, " and one of ")
}

func (c Ceiling) name() string {
	if slices.Contains([]string{inThreads, onLoop, inInterpreter}, c.Resource) {
		return c.Resource
	}
	return "pool " + c.Resource
}

func (c Ceiling) words() string {
	return fmt.Sprintf("%d ÷ %s = %s", c.Number, span(c.Time), rate(c.Rate))
}

// hanging writes text after a start, wrapped; further lines begin below the text.
func hanging(start, text string) string {
	indent := strings.Repeat(" ", min(len([]rune(start)), width/2))
	var b strings.Builder
	line := strings.TrimRight(start, " ")
	gap := start[len(line):]
	for word := range strings.FieldsSeq(text) {
		if gap == " " && len([]rune(line))+1+len([]rune(word)) > width {
			b.WriteString(line + "\n")
			line, gap = indent+word, " "
			continue
		}
		line += gap + word
		gap = " "
	}
	return b.String() + line + "\n"
}

// longest is more than any time of use, in seconds.
const longest = 1e8

// span writes a time with three digits.
func span(seconds float64) string {
	if seconds > longest {
		return fmt.Sprintf("%.3gs", seconds)
	}
	d := time.Duration(seconds * float64(time.Second))
	unit := time.Duration(1)
	for d/unit >= 1000 {
		unit *= 10
	}
	return distribution.FormatDuration(d.Round(unit))
}

// rate writes requests a second with three digits, or as a whole number.
func rate(r float64) string {
	if r >= 100 && r < 1e9 {
		return fmt.Sprintf("%.0f/s", r)
	}
	return fmt.Sprintf("%.3g/s", r)
}

func counted(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}
