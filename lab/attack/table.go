package attack

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// Table is a Markdown table of what was done and found, one row per target.
func Table(out io.Writer, results []Result) {
	fmt.Fprintln(out, "| stack | vintage | rounds | conversations | connections | requests | findings |")
	fmt.Fprintln(out, "| --- | --- | --: | --: | --: | --: | --: |")
	line := func(stack, vintage string, t Tally, findings int) {
		fmt.Fprintf(out, "| %s | %s | %d | %d | %d | %d | %d |\n", stack, vintage, t.Rounds, t.Conversations, t.Connections, t.Requests, findings)
	}
	var sum Tally
	findings := 0
	for _, r := range results {
		line("`"+r.Stack+"`", r.Vintage, r.Tally, len(r.counted()))
		sum.Add(r.Tally)
		findings += len(r.counted())
	}
	line("all", "", sum, findings)
	var names, counts []string
	for _, k := range Kinds() {
		names, counts = append(names, string(k)), append(counts, fmt.Sprint(sum.Steps[k]))
	}
	fmt.Fprintf(out, "\n| steps | %s |\n| --- |%s\n| number | %s |\n", strings.Join(names, " | "), strings.Repeat(" --: |", len(names)), strings.Join(counts, " | "))
}

// The comments between which Page inserts the table.
const (
	pageBegin = "<!-- attack: figures -->\n"
	pageEnd   = "<!-- attack: end of figures -->\n"
)

// Page replaces the figures in a Markdown file.
func Page(file, caption string, results []Result) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("page: %w", err)
	}
	before, rest, ok := strings.Cut(string(text), pageBegin)
	_, after, there := strings.Cut(rest, pageEnd)
	if !ok || !there {
		return errors.New("page: " + file + " lacks the comments between which the figures belong: " + pageBegin)
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s%s%s\n\n", before, pageBegin, caption)
	Table(&b, results)
	b.WriteString("\n" + pageEnd + after)
	return os.WriteFile(file, b.Bytes(), 0o644)
}
