package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/target-server/target-server/internal/machine"
)

// report is what --json prints.
type report struct {
	Date    string          `json:"date"`
	Machine machine.Machine `json:"machine"`
	Results []result        `json:"results"`
}

// today is the date that a figure is of.
func today() string { return time.Now().Format(time.DateOnly) }

func writeJSON(w io.Writer, found []result) error {
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	if err := out.Encode(report{today(), machine.Here(), found}); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	return nil
}

// writeTable prints a Markdown table and, below it, how each figure is measured.
func writeTable(w io.Writer, found []result, programs []program) error {
	text := table(found, programs) + "\n" + where() + "\n\n" + methods(found)
	if _, err := io.WriteString(w, text); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	return nil
}

// table is the figures, a row each.
func table(found []result, programs []program) string {
	var b strings.Builder
	row := func(cells ...string) { b.WriteString("| " + strings.Join(cells, " | ") + " |\n") }
	head, rule := []string{"figure", "goal"}, []string{"---", "---"}
	for _, p := range programs {
		head, rule = append(head, p.name), append(rule, "---")
	}
	row(append(head, "")...)
	row(append(rule, "---")...)
	for _, r := range found {
		cells := []string{r.What, r.Goal, r.Unit.text(r.Ours)}
		for _, p := range programs[ours+1:] {
			cells = append(cells, r.cell(p))
		}
		row(append(cells, r.verdict())...)
	}
	return b.String()
}

// where says of which run the table is, and how to read it.
func where() string {
	return fmt.Sprintf("%s, %s. In brackets: target-server's share of the rival's figure, the median of pairs.", today(), machine.Here())
}

// methods says how each figure is measured.
func methods(found []result) string {
	var b strings.Builder
	for _, r := range found {
		fmt.Fprintf(&b, "- %s: %s", r.What, r.How)
		if r.More != "" {
			fmt.Fprintf(&b, " (%s)", r.More)
		}
		b.WriteString(".\n")
	}
	return b.String()
}

func (r result) verdict() string {
	switch {
	case r.Goal == "":
		return ""
	case r.Met:
		return "met"
	}
	return "missed"
}

// share formats a ratio with two significant digits, and above 1 with two decimals.
func share(ratio float64) string {
	if ratio < 1 {
		return fmt.Sprintf("%.2g", ratio)
	}
	return fmt.Sprintf("%.2f", ratio)
}

// cell is a rival's number, or the reason why there is none.
func (r result) cell(p program) string {
	for _, c := range r.Rivals {
		switch {
		case c.Name != p.name:
		case c.Value == 0: // of which nothing is a share
			return r.Unit.text(0)
		default:
			return fmt.Sprintf("%s (%s)", r.Unit.text(c.Value), share(c.Ratio))
		}
	}
	if len(r.Rivals) > 0 {
		return p.missing(r.Figure)
	}
	return ""
}
