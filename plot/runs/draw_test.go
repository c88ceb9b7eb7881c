package runs

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/plot"
)

// golden compares with a file in testdata, or writes it if UPDATE is set.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := "testdata/" + name
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil || string(got) != string(want) {
		t.Errorf("%s is not what is drawn (%v); if that is on purpose: UPDATE=1 go test ./plot/runs", path, err)
	}
}

// The pictures are looked at when they change.
func TestGolden(t *testing.T) {
	newest, oldest := pool(24, 10, 4, 100, true), pool(24, 10, 4, 100, false)
	newest.Name, oldest.Name = "last <in>.ndjson", "first in.ndjson"
	oldest.Requests[5].Outcome = "client left"
	golden(t, "one.svg", Draw([]Run{newest}, Options{}).SVG())
	golden(t, "two.svg", Draw([]Run{newest, oldest}, Options{Title: "The order of a queue", Panels: []string{"starts", "latency", "threads"}}).SVG())
}

// words are the texts of a picture; it must be XML.
func words(t *testing.T, p plot.Picture) string {
	t.Helper()
	var b strings.Builder
	decoder := xml.NewDecoder(strings.NewReader(string(p.SVG())))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return b.String()
		}
		if err != nil {
			t.Fatal(err)
		}
		if text, ok := token.(xml.CharData); ok {
			b.Write(text)
		}
	}
}

func TestPanels(t *testing.T) {
	run := pool(24, 10, 4, 100, true)
	titles := map[string]string{
		"starts": "Order of starts", "finishes": "Finished requests", "running": "Running and waiting", "latency": "Latency by arrival", "threads": "Threads",
	}
	for _, chosen := range [][]string{nil, {"starts"}, {"threads", "latency"}, {"running"}, {"finishes"}} {
		text := words(t, Draw([]Run{run}, Options{Panels: chosen}))
		for _, name := range Panels() {
			if want := len(chosen) == 0 || slices.Contains(chosen, name); strings.Contains(text, titles[name]+"\n") != want {
				t.Errorf("--panels %v: %s is there: %v, want %v", chosen, name, !want, want)
			}
		}
	}
}

// What cannot be told by colour alone is told in words.
func TestWords(t *testing.T) {
	lost := script([4]int{0, 0, 4000, 101}, [4]int{10, 4000, 8000, 101}, [4]int{20, -1, 30, 102}, [4]int{30, 7000, -1, 201})
	lost.Name, lost.Requests[2].Outcome = "lost", "refused"
	many := script()
	for i := range 1500 {
		many.Requests = append(many.Requests, script([4]int{i, i, 9000, 1}).Requests...)
		many.Requests[i].Thread = i + 1
	}
	many.Last = script([4]int{0, 0, 9000, 1}).Last
	for _, tt := range []struct {
		runs []Run
		want []string
	}{
		{[]Run{lost}, []string{
			"The requests of a run\n", "4 requests in 8.00 s; at most 2 running and 2 waiting; longest wait 6.97 s; 1 not answered; 1 not ended",
			"worker 1\n", "worker 2\n", "not answered\n", "no client got the answer, or it has not ended\n", "seconds since the first arrival\n",
		}},
		{[]Run{many}, []string{"1,500 requests in 9.00 s; at most 1,500 running and 0 waiting; longest wait 0.00 ms\n", "and 1,400 more lanes, not shown\n"}},
		{[]Run{lost, many}, []string{"The requests of 2 runs\n", "lost, worker 2\n", "and 1,450 more lanes, not shown\n", "lost: no two were queued\n"}},
		{[]Run{script([4]int{0, 0, 1, 1})}, []string{"1 request in 1.00 ms", "milliseconds since the first arrival\n"}},
	} {
		text := words(t, Draw(tt.runs, Options{}))
		for _, want := range tt.want {
			if !strings.Contains(text, want) {
				t.Errorf("%q is not in the picture:\n%s", want, text)
			}
		}
	}
}

// Names and ids come from outside: none breaks the picture, hides what follows it or makes it huge.
func TestHostileTexts(t *testing.T) {
	run := pool(4, 100, 2, 50, true)
	for i, id := range []string{"</text><script>alert(1)</script>", "\u202egnitirw\x00\x1b[2J", strings.Repeat("x", 1<<20), "\xff\xfe & \" '"} {
		run.Requests[i].ID = id
	}
	run.Name = strings.Repeat("<n>\u202e", 1000)
	p := Draw([]Run{run, run}, Options{Title: strings.Repeat("<script>\x00", 1000)})
	words(t, p)
	if svg := string(p.SVG()); len(svg) > 60_000 || strings.Contains(svg, "<script") || strings.Contains(svg, "\u202e") {
		t.Errorf("%d bytes: %.300s", len(svg), svg)
	}
}

// However many requests there are, the picture stays small.
func TestSize(t *testing.T) {
	small, large := pool(30_000, 1, 40, 50, true), Run{}
	step := small.Last / 1000
	for i, q := range small.Requests { // scattered, so that nothing is in line
		q.Start += time.Duration(i*7919%3000) * step
		q.End = q.Start + time.Duration(i*7907%10)*step
		q.Thread = i % 3000
		large.Requests = append(large.Requests, q)
		large.Last = max(large.Last, q.End)
	}
	for name, run := range map[string]Run{"in order": small, "scattered": large} {
		if size := len(Draw([]Run{run}, Options{}).SVG()); size > 1_000_000 {
			t.Errorf("%s: %d bytes", name, size)
		} else {
			t.Logf("%s: %d bytes", name, size)
		}
	}
}

// A picture has so many lanes and no more, however many workers there were.
func TestWorkersWithoutALane(t *testing.T) {
	var run Run
	for i := range 10 * mostLanes {
		run.Requests = append(run.Requests, Request{End: time.Second, Started: true, Ended: true, Worker: i, Number: 1})
	}
	lanes, more := 0, 0
	for _, g := range run.groups(mostLanes) {
		lanes, more = lanes+len(g.lanes), more+g.more
	}
	if lanes != mostLanes || more != 9*mostLanes {
		t.Errorf("%d lanes and %d more", lanes, more)
	}
}
