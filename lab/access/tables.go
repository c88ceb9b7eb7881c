package access

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// subject is a server with one thread, or as few as it can have.
type subject struct {
	name, args string
	fill       int // requests that leave one thread
}

// subjects are the stacks of the tables.
func subjects() []subject {
	return []subject{
		{name: "`uvicorn`", args: "--stack uvicorn --limit 1"},
		{name: "`gunicorn-uvicorn`", args: "--stack gunicorn-uvicorn --limit 1"},
		{name: "`hypercorn`", args: "--stack hypercorn --limit 1"},
		{name: "`hypercorn-uvloop`", args: "--stack hypercorn-uvloop --limit 1"},
		{name: "`hypercorn-trio`", args: "--stack hypercorn-trio", fill: 39},
		{name: "`gunicorn-sync`", args: "--stack gunicorn-sync"},
		{name: "`gunicorn-gthread`", args: "--stack gunicorn-gthread --limit 1"},
		{name: "`flask`", args: "--stack flask"},
		{name: "`flask-single`", args: "--stack flask-single"},
		{name: "`waitress`", args: "--stack waitress --limit 1"},
		{name: "`tomcat`", args: "--stack tomcat --limit 1"},
	}
}

// loops are the servers whose handlers run on the loop.
func loops() []subject {
	return []subject{
		{name: "`uvicorn --mode async-misuse`", args: "--stack uvicorn --mode async-misuse"},
		{name: "`hypercorn --mode async-misuse`", args: "--stack hypercorn --mode async-misuse"},
		{name: "`node --mode async-misuse`", args: "--stack node --mode async-misuse"},
		{name: "`uvicorn --mode cooperative`", args: "--stack uvicorn --mode cooperative"},
		{name: "`node`", args: "--stack node"},
	}
}

// vintages are the sets of versions that are played.
func vintages() []string { return []string{"2023-03", "current"} }

// row is what servers show at both vintages.
type row struct {
	names []string
	cells [2]string // one for each vintage
}

// table plays every subject at each vintage. Servers that show the same share a row, and so do vintages.
func table(heads string, subjects []subject, cells func(s subject, vintage string) (string, error)) (string, error) {
	var rows []*row
	for _, s := range subjects {
		r := &row{names: []string{s.name}}
		for i, vintage := range vintages() {
			found, err := cells(s, vintage)
			if err != nil {
				return "", fmt.Errorf("%s at %s: %w", s.args, vintage, err)
			}
			r.cells[i] = found
		}
		same := slices.IndexFunc(rows, func(other *row) bool { return other.cells == r.cells })
		if same < 0 {
			rows = append(rows, r)
		} else {
			rows[same].names = append(rows[same].names, s.name)
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "| server | vintage | %s |\n| --- | --- |%s\n", heads, strings.Repeat(" --- |", strings.Count(heads, "|")+1))
	for _, r := range rows {
		r.write(&b)
	}
	return b.String(), nil
}

func (r *row) write(b *strings.Builder) {
	names := strings.Join(r.names, ", ")
	if r.cells[0] == r.cells[1] {
		fmt.Fprintf(b, "| %s | both | %s |\n", names, r.cells[0])
		return
	}
	for i, vintage := range vintages() {
		fmt.Fprintf(b, "| %s | `%s` | %s |\n", names, vintage, r.cells[i])
	}
}

// start is when the requests of a run begin: when those that fill the threads are running.
const start = 100 * time.Millisecond

// filled adds the requests that fill the threads.
func (s subject) filled(requests ...request) []request {
	all := slices.Clone(requests)
	for i := range all {
		all[i].at += start
		if all[i].leaves > 0 {
			all[i].leaves += start
		}
		if all[i].path == "" {
			all[i].path = "/?id=" + all[i].id
		}
	}
	for i := range s.fill {
		id := fmt.Sprintf("fill%d", i)
		all = append(all, request{id: id, path: "/?sleep=9s&id=" + id})
	}
	return all
}

// waits are three requests for one thread, 100 ms apart, each of which sleeps 1 s.
func waits(s subject, vintage string) (string, error) {
	r, err := play(s.args+" --sleep 1s --vintage "+vintage, s.filled(
		request{id: "1"}, request{id: "2", at: 100 * time.Millisecond}, request{id: "3", at: 200 * time.Millisecond}))
	if err != nil {
		return "", err
	}
	var client, took, came []string
	contained := true
	for i, id := range []string{"1", "2", "3"} {
		own := of(r.lines, id)
		if len(own) != 1 {
			return "", fmt.Errorf("request %s has %d lines", id, len(own))
		}
		sent := start + time.Duration(i)*100*time.Millisecond
		client = append(client, seconds(r.answers[id].after))
		took = append(took, seconds(own[0].took))
		came = append(came, seconds(own[0].at-sent))
		contained = contained && seconds(r.answers[id].after) == seconds(own[0].took)
	}
	verdict := "no"
	switch {
	case slices.Max(client) < "1.5":
		verdict = "there is none"
	case contained:
		verdict = "yes"
	case slices.Max(took) > "1.5":
		verdict = "in part"
	}
	return strings.Join([]string{strings.Join(client, " "), strings.Join(came, " "), strings.Join(took, " "), verdict}, " | "), nil
}

// departures are a request that runs and one that waits, whose clients leave after half a second.
func departures(s subject, vintage string) (string, error) {
	var cells []string
	for _, reset := range []bool{false, true} {
		half := 500 * time.Millisecond
		r, err := play(s.args+" --sleep 1s --vintage "+vintage, s.filled(
			request{id: "1", leaves: half, reset: reset}, request{id: "2", at: 100 * time.Millisecond, leaves: half, reset: reset}))
		if err != nil {
			return "", err
		}
		for _, id := range []string{"1", "2"} {
			cells = append(cells, told(of(r.lines, id)))
		}
	}
	return strings.Join(cells, " | "), nil
}

// others are a request that needs no thread, sent while the only one is busy, one for which the queue is full, and bytes
// that are no request.
func others(s subject, vintage string) (string, error) {
	arguments := s.args + " --sleep 1s --vintage " + vintage
	r, err := play(arguments, s.filled(
		request{id: "1"},
		request{id: "404", path: "/nowhere?id=404", at: 200 * time.Millisecond},
		request{id: "malformed", raw: "nonsense\r\n\r\n", at: 1500 * time.Millisecond}))
	if err != nil {
		return "", err
	}
	refused := "has no queue"
	full, err := play(arguments+" --queue 0", s.filled(request{id: "1"}, request{id: "2", at: 100 * time.Millisecond}))
	if err == nil {
		refused = told(of(full.lines, "2"))
	}
	malformed := slices.DeleteFunc(slices.Clone(r.lines), func(l line) bool { return l.id != "" })
	return strings.Join([]string{told(of(r.lines, "404")), refused, told(malformed)}, " | "), nil
}

// tasks are two requests for one thread, each with a background task of 800 ms, the second 100 ms later.
func tasks(s subject, vintage string) (string, error) {
	r, err := play(s.args+" --vintage "+vintage, s.filled(
		request{id: "1", path: "/def?id=1"}, request{id: "2", path: "/def?id=2", at: 100 * time.Millisecond}))
	if err != nil {
		return "", err
	}
	return strings.Join([]string{
		seconds(r.answers["1"].after) + " " + seconds(r.answers["2"].after), told(of(r.lines, "1")), told(of(r.lines, "2")),
	}, " | "), nil
}

// of lists the lines of a request.
func of(lines []line, id string) []line {
	return slices.DeleteFunc(slices.Clone(lines), func(l line) bool { return l.id != id })
}

// told formats the lines of one request: status and duration of each, and when it came.
func told(lines []line) string {
	var texts []string
	for _, l := range lines {
		texts = append(texts, fmt.Sprintf("`%s %s` at %s", l.status, seconds(l.took), seconds(l.at-start)))
	}
	if texts == nil {
		return "none"
	}
	return strings.Join(texts, ", then ")
}

// seconds formats a time in seconds.
func seconds(d time.Duration) string { return fmt.Sprintf("%.1f", d.Seconds()) }
