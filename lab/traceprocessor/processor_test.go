package traceprocessor_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/distribution"
	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/lab/traceprocessor"
	"github.com/target-server/target-server/program"
	"github.com/target-server/target-server/server/servertest"
	"github.com/target-server/target-server/stacks"
	"github.com/target-server/target-server/trace"
)

// The questions that every trace is asked: what the processor complains of, the slices that have ended, and the arrows.
const (
	complaints = "select name, value from stats where severity in ('error', 'data_loss') and value > 0"
	allSlices  = `select s.ts, s.dur, s.name, s.depth,
		coalesce(case when t.is_main_thread then 'event loop' else 'thread ' || t.tid end, k.name) as track,
		extract_arg(s.arg_set_id, 'debug.id') as id, extract_arg(s.arg_set_id, 'debug.wait') as wait,
		extract_arg(s.arg_set_id, 'debug.work') as work, extract_arg(s.arg_set_id, 'debug.status') as status,
		extract_arg(s.arg_set_id, 'debug.outcome') as outcome, extract_arg(s.arg_set_id, 'debug.number') as number,
		extract_arg(s.arg_set_id, 'debug.worker') as worker, extract_arg(s.arg_set_id, 'debug.client_left') as client_left,
		extract_arg(s.arg_set_id, 'debug.route') as route, extract_arg(s.arg_set_id, 'debug.thread_number') as thread_number
		from slice s join track k on s.track_id = k.id left join thread_track tt on tt.id = s.track_id left join thread t on t.utid = tt.utid order by s.ts, s.id`
	arrows  = `select a.name as "from", b.name as "to" from flow f join slice a on f.slice_out = a.id join slice b on f.slice_in = b.id order by a.ts, b.ts, a.id, b.id`
	process = "select name, pid from process where pid != 0"
)

// ask has the trace processor answer the questions about a trace.
func ask(t *testing.T, text []byte) (found [][]traceprocessor.Row) {
	t.Helper()
	p, err := traceprocessor.Find("..")
	if err != nil {
		t.Skip(err)
	}
	path := filepath.Join(t.TempDir(), "run.pftrace")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	found, err = p.Query(t.Context(), path, complaints, allSlices, arrows, process)
	if err != nil {
		t.Fatal(err)
	}
	if len(found[0]) > 0 {
		t.Errorf("the trace processor complains: %v", found[0])
	}
	return found
}

// play runs clients against a worker in simulated time, and returns its trace and the rows of its log.
func play(t *testing.T, change func(*config.Config), clients func(*servertest.World)) (text []byte, rows []map[string]any) {
	t.Helper()
	w := servertest.New(t, stacks.All()[0], change, func(c *config.Config) { c.LogFormat = "json" })
	w.Trace(trace.PerfettoTrace)
	clients(w)
	w.Run(time.Minute)
	decoder := json.NewDecoder(&w.Workers[0].Stdout)
	for decoder.More() {
		row := map[string]any{}
		if err := decoder.Decode(&row); err != nil {
			t.Fatal(err)
		}
		if row["id"] != "" {
			rows = append(rows, row)
		}
	}
	return slices.Concat(trace.Clocks(0, servertest.Noon), w.Workers[0].Traced.Bytes()), rows
}

// Perfetto's own trace processor finds a slice for each request, with what its row says, and one for each wait and each
// handler, on the right tracks, at the right times.
func TestTraceHasWhatRowsSay(t *testing.T) {
	text, rows := play(t, func(c *config.Config) { c.Limit, c.Sleep = 3, distribution.Of(time.Second) }, func(w *servertest.World) {
		for i := range 10 {
			c := w.Get(time.Second+time.Duration(i)*100*time.Millisecond, i+1)
			if i%5 == 4 {
				w.At(2500*time.Millisecond, c.Close)
			}
		}
	})
	found := ask(t, text)
	check.Equal(t, "processes", fmt.Sprint(found[3]), fmt.Sprintf("[map[name:uvicorn worker 1 pid:%d]]", os.Getpid()))
	var requests, handlers, waits []traceprocessor.Row
	for _, s := range found[1] {
		switch track := s["track"].(string); {
		case track == "requests" && s["name"] != "client left":
			requests = append(requests, s)
		case strings.HasPrefix(track, "thread "):
			handlers = append(handlers, s)
		case track == "waiting for a thread":
			waits = append(waits, s)
		}
	}
	if len(requests) != 10 || len(rows) != 10 || len(handlers) != 10 || len(waits) != 7 {
		t.Fatalf("%d requests, %d rows, %d handlers, %d waits", len(requests), len(rows), len(handlers), len(waits))
	}
	for _, s := range requests {
		row := rows[slices.IndexFunc(rows, func(r map[string]any) bool { return r["id"] == s["id"] })]
		check.Equal(t, "request "+fmt.Sprint(s["id"]), said(s), said(row))
		check.Equal(t, "arrival", since(number(s["ts"])), clock(t, row["arrival"]))
	}
	for _, s := range handlers {
		row := rows[slices.IndexFunc(rows, func(r map[string]any) bool { return r["id"] == s["id"] })]
		check.Equal(t, "start", since(number(s["ts"])), clock(t, row["start"]))
		check.Equal(t, "end", since(number(s["ts"])+number(s["dur"])), clock(t, row["end"]))
		check.Equal(t, "thread", s["track"], any(fmt.Sprint("thread ", row["thread_number"])))
	}
	// An arrow goes from each arrival to its handler, by its wait if it has waited, and from there to its answer.
	from := map[string]int{}
	for _, a := range found[2] {
		from[strings.Fields(fmt.Sprint(a["from"]))[0]+" to "+strings.Fields(fmt.Sprint(a["to"]))[0]]++
	}
	check.Equal(t, "arrows from arrivals to handlers", from["arrival to handler"], 3)
	check.Equal(t, "arrows to answers", from["handler to answer"], 8) // two clients have left
	check.Equal(t, "arrows", len(found[2]), 3+7+7+8)
}

// said is what a row, or a slice, says of a request.
func said(row map[string]any) string {
	var all []string
	for _, key := range []string{"id", "wait", "work", "status", "outcome", "number", "worker", "thread_number"} {
		all = append(all, fmt.Sprint(key, "=", row[key]))
	}
	left := row["client_left"] == true || row["client_left"] == "1"
	return strings.Join(append(all, fmt.Sprint("client_left=", left)), " ")
}

func number(value any) time.Duration {
	n, _ := strconv.ParseInt(fmt.Sprint(value), 10, 64) // 0 for what is none, which is then unequal
	return time.Duration(n)
}

func since(d time.Duration) string { return d.String() }

// clock is a time of a row, since the world began.
func clock(t *testing.T, value any) string {
	t.Helper()
	at, err := time.Parse(time.RFC3339Nano, fmt.Sprint(value))
	if err != nil {
		t.Error(err)
	}
	return since(at.Sub(servertest.Noon))
}

// The processor accepts the traces of other modes, of a program, and of a file that is cut off; what it draws never overlaps on
// one track, so that no slice is inside another.
func TestTracesAreAccepted(t *testing.T) {
	var all []byte
	for i, mode := range []string{"async-misuse", "cooperative", "crud"} {
		text, _ := play(t, func(c *config.Config) {
			c.Limit, c.Sleep = 2, distribution.Of(100*time.Millisecond)
			if i < 2 {
				c.Mode = mode
				return
			}
			p, err := program.ReadBuiltin(mode)
			if err != nil {
				t.Fatal(err)
			}
			c.Program = p
		}, func(w *servertest.World) {
			for n := range 20 {
				at := time.Second + time.Duration(n*n%13)*10*time.Millisecond
				c := w.Send(at, servertest.Request([]string{"/", "/?id=1", "/items/3", "/reports/3", "/health"}[n%5]))
				if n%7 == 3 {
					w.At(at+50*time.Millisecond, c.Close)
				}
			}
		})
		found := ask(t, text)
		for _, s := range found[1] {
			if s["depth"] != "0" && s["name"] != "client left" && s["name"] != "answer" && s["name"] != "arrival" { // which are moments
				t.Errorf("%s: a slice is inside another: %v", mode, s)
			}
			if s["dur"] == "-1" {
				t.Errorf("%s: a slice does not end: %v", mode, s)
			}
		}
		if len(found[1]) < 20 {
			t.Errorf("%s: %d slices", mode, len(found[1]))
		}
		all = text
	}
	if found := ask(t, bytes.Clone(all[:len(all)*2/3])); len(found[1]) < 10 {
		t.Errorf("of a file that is cut off, %d slices are left", len(found[1]))
	}
}
