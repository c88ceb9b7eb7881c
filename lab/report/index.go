package report

import (
	"fmt"
	"strings"

	"github.com/target-server/target-server/lab/servers"
)

// index is fidelity.md: what was compared, and the sums.
func index(r Results) string {
	var p page
	p.WriteString(generated)
	p.line("# Fidelity: target-server beside the real servers\n")
	p.line("The lab starts each real server and target-server, plays the same scenarios on both, and compares what a client, or a reader of the log,")
	p.line("can see: bytes, order, times, how connections end, log lines, exit statuses. %d scenarios of %d stacks were played at two vintages:", played(r.Rows()), len(r.Parts))
	p.line("`2023-03`, the versions of March 2023, and `current`.\n\n%s\n", runs(r.Parts))
	p.WriteString(sumsByStack(r.Parts))
	p.line("\nThe page of each stack has its scenarios, its versions, every difference and pictures. Differences that are known and that no")
	p.line("scenario shows are in [differences.md](differences.md).\n")
	p.WriteString(howToRead)
	p.WriteString(checks(r))
	return p.String()
}

// runs says when, where and for how long the stacks were played: all together if that was on one day and one machine.
func runs(parts []Part) string {
	type where struct{ date, machine string }
	var order []where
	stacks, seconds := map[where][]string{}, map[where]float64{}
	for _, p := range parts {
		w := where{p.Date, p.Machine}
		if stacks[w] == nil {
			order = append(order, w)
		}
		stacks[w] = append(stacks[w], p.Stack)
		seconds[w] += p.Seconds
	}
	var sentences []string
	for _, w := range order {
		text := run(w.date, w.machine, seconds[w])
		if len(order) > 1 {
			text = strings.Join(stacks[w], ", ") + ": " + strings.ToLower(text[:1]) + text[1:]
		}
		sentences = append(sentences, text)
	}
	return strings.Join(sentences, "\n\n")
}

func sumsByStack(parts []Part) string {
	var p page
	columns := []string{"stack", "scenarios"}
	for _, vintage := range servers.Vintages() {
		columns = append(columns, "facts equal, "+vintage)
	}
	p.table(append(columns, "different", "unstable")...)
	for _, part := range parts {
		cells := []string{fmt.Sprintf("[%s](%s/%s.md)", part.Stack, folder, part.Stack), fmt.Sprint(played(part.Rows))}
		cells = append(cells, sumCells(part.Rows)...)
		p.line("| %s |", strings.Join(cells, " | "))
	}
	var all []Row
	for _, part := range parts {
		all = append(all, part.Rows...)
	}
	p.line("| **all** | %d | %s |", played(all), strings.Join(sumCells(all), " | "))
	return p.String()
}

// sumCells are the cells of the table that add up.
func sumCells(rows []Row) []string {
	var cells []string
	for _, vintage := range servers.Vintages() {
		sum := sums(rows, at(vintage))
		cells = append(cells, fmt.Sprintf("%d of %d", sum.Agree, sum.Facts))
	}
	sum := sums(rows, every)
	different := fmt.Sprint(len(sum.Differ))
	if n := broken(rows); n > 0 {
		different += fmt.Sprintf(", and %d not played", n)
	}
	return append(cells, different, fmt.Sprint(len(sum.Unstable)))
}

const howToRead = `## How to read it

- A **scenario** is a schedule of connections, bytes and departures that asks one question, such as: does a queued request still run when
  its client leaves?
- A **fact** is one thing that it shows. Bytes, log lines and counts are equal or not; times, orders and shares are equal within what the
  scenario allows.
- What does not agree at first is played again, up to three times, with little else running. A fact is **different** if the real server
  showed the same each time and target-server never did.
- A fact is **unstable** if the real server did not show the same each time. It is listed, and counts neither as equal nor as different.

`

// checks tells how far the result can be trusted.
func checks(r Results) string {
	var p page
	all := sums(r.Rows(), every)
	p.line("## Checks of the comparison itself\n")
	p.table("check", "what it tells", "result")
	p.line("| real server against itself | noise: the real server was played twice, and these facts were not the same both times | %d of %d facts |", all.Noise, all.Facts)
	p.line("| target-server against the real server, first try | facts on which target-server agreed with neither of the two | %d of %d facts |", all.Missed, all.Facts)
	p.line("| the same after repeats | facts that are still different | %d of %d facts |", len(all.Differ), all.Facts)
	p.line("| [wrong variants](%s/%s) | target-server with one deliberate mistake: does a scenario catch it? | %d of %d caught |", folder, variantsPage,
		r.Variants.caught(), len(r.Variants.All))
	p.line("\n`make lab` plays it all again beside the real servers, in about half an hour; `go test ./lab/recordings` compares target-server with")
	p.line("recordings of them, in seconds and without Python. [lab/](../lab/README.md) tells how a fact comes to count.\n")
	p.line("Scenarios ask what somebody thought of. So byte sequences at the boundaries of HTTP/1.1, generated from a seed, are played beside every")
	p.line("real server as well (`make lab-boundaries`), and recordings of them are replayed by `go test ./lab/boundaries`. The few with which")
	p.line("target-server differs are listed with their reasons in [differs.yaml](../lab/boundaries/recorded/differs.yaml).")
	return p.String()
}
