package server_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/eventloop/sim"
	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/server/journal"
	"github.com/target-server/target-server/stacks"
)

// logOf runs two requests, of which one is cut off by its client, and an
// unknown path through a worker that logs in a format, and returns both streams.
func logOf(t *testing.T, format string, start time.Time) (stdout, stderr string) {
	t.Helper()
	cfg := stacks.Defaults()[0].Values
	stack, err := stacks.Find(cfg.Stack, cfg.Vintage)
	if err != nil {
		t.Fatal(err)
	}
	w := sim.NewWorld(start)
	listener := w.Listen(cfg.Backlog)
	var out, errs bytes.Buffer
	w.Process(func(p *sim.Process) {
		worker := server.NewWorker(cfg, stack, p, p, newJournal(format, &out, &errs, p.Now))
		worker.Announce()
		if err := worker.Start(p.Adopt(listener)); err != nil {
			t.Error(err)
		}
		if err := worker.Run(); err != nil {
			t.Error(err)
		}
	})
	w.Dial(0, listener, "GET /?id=a%20b&sleep=1500ms HTTP/1.1\r\nHost: x\r\n\r\n")
	w.Dial(time.Second, listener, "GET /%6eope?q=%20 HTTP/1.0\r\nHost: x\r\n\r\n")
	gone := w.Dial(250*time.Millisecond, listener, "GET /?id=2&sleep=1s HTTP/1.1\r\nHost: x\r\n\r\n")
	w.At(300*time.Millisecond, gone.CloseWrite)
	w.Dial(3*time.Second, listener, "garbage\r\n\r\n")
	w.Run(time.Minute)
	pid := fmt.Sprint(os.Getpid())
	return strings.ReplaceAll(out.String(), pid, "PID"), strings.ReplaceAll(errs.String(), pid, "PID")
}

// noon is a moment without a fraction, which Python's datetime then leaves out.
var noon = time.Date(2023, 3, 18, 12, 0, 0, 0, time.UTC)

// The very lines of Uvicorn and of the article's program, on the same streams.
func TestNativeLog(t *testing.T) {
	stdout, stderr := logOf(t, "native", noon)
	equal(t, "stdout", stdout, strings.Join([]string{
		"2023-03-18 12:00:00 - PID-AnyIO worker thread: #1 processing request id[a b], sleeping...",
		"2023-03-18 12:00:00.250000 - PID-AnyIO worker thread: #2 processing request id[2], sleeping...",
		`INFO:     127.0.0.1:40002 - "GET /nope?q=%20 HTTP/1.0" 404 Not Found`,
		"2023-03-18 12:00:01.250000 - PID-AnyIO worker thread: done request id[2]",
		"2023-03-18 12:00:01.500000 - PID-AnyIO worker thread: done request id[a b]",
		`INFO:     127.0.0.1:40001 - "GET /?id=a%20b&sleep=1500ms HTTP/1.1" 200 OK`,
		"",
	}, "\n"))
	equal(t, "stderr", stderr, strings.Join([]string{
		"INFO:     Started server process [PID]",
		"INFO:     Waiting for application startup.",
		"INFO:     Application startup complete.",
		"WARNING:  Invalid HTTP request received.",
		"",
	}, "\n"))
}

// Fractions are microseconds, cut and not rounded.
func TestNativeLogFractions(t *testing.T) {
	for nanos, want := range map[int]string{
		0: "12:00:00 ", 999: "12:00:00 ", 1000: "12:00:00.000001 ", 999_999_999: "12:00:00.999999 ", 120_000_000: "12:00:00.120000 ",
	} {
		stdout, _ := logOf(t, "native", noon.Add(time.Duration(nanos)))
		equal(t, fmt.Sprint(nanos, " ns"), strings.HasPrefix(stdout, "2023-03-18 "+want+"- PID-"), true)
	}
}

// One row for each request, whatever became of it, with fixed keys.
func TestJSONRows(t *testing.T) {
	stdout, stderr := logOf(t, "json", noon)
	var rows []map[string]any
	for line := range strings.Lines(strings.ReplaceAll(stdout, "PID", "1")) {
		row := map[string]any{}
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		rows = append(rows, row)
	}
	equal(t, "rows", len(rows), 3)
	unknown, left, answered := rows[0], rows[1], rows[2]
	for _, test := range []struct {
		row  map[string]any
		want string
	}{
		{unknown, "404 answered GET /nope?q=%20 <nil> <nil>"},
		{left, "0 client left GET /?id=2&sleep=1s AnyIO worker thread 2"},
		{answered, "200 answered GET /?id=a%20b&sleep=1500ms AnyIO worker thread 1"},
	} {
		r := test.row
		equal(t, "row", fmt.Sprint(r["status"], " ", r["outcome"], " ", r["method"], " ", r["target"], " ", r["thread"], " ", r["thread_number"]), test.want)
		equal(t, "worker", fmt.Sprint(r["worker"]), "1")
	}
	equal(t, "client", fmt.Sprint(answered["client"]), "127.0.0.1:40001")
	equal(t, "id", fmt.Sprint(answered["id"]), "a b")
	equal(t, "arrival", fmt.Sprint(answered["arrival"]), "2023-03-18T12:00:00.000000Z")
	equal(t, "start", fmt.Sprint(answered["start"]), "2023-03-18T12:00:00.000000Z")
	equal(t, "wait, work in seconds", fmt.Sprint(answered["wait"], answered["work"]), "0 1.5")
	equal(t, "start of what needed no thread", unknown["start"], nil)
	for line := range strings.Lines(strings.ReplaceAll(stderr, "PID", "1")) {
		row := map[string]any{}
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			t.Errorf("stderr: %q: %v", line, err)
		}
		equal(t, "time by the worker's clock", strings.HasPrefix(fmt.Sprint(row["time"]), "2023-03-18T12:00:0"), true)
	}
	equal(t, "warning", strings.Contains(stderr, `"level":"warn"`), true)
}

func TestNoLog(t *testing.T) {
	stdout, stderr := logOf(t, "off", noon)
	equal(t, "stdout", stdout, "")
	equal(t, "stderr", stderr, "")
}

// newJournal is the journal of the first stack in a log format.
func newJournal(format string, stdout, stderr io.Writer, now func() time.Time) journal.Journal {
	cfg := stacks.Defaults()[0].Values
	cfg.LogFormat = format
	return journal.New(cfg, stacks.All()[0].Log, stdout, stderr, now)
}

// Every level has a name in rows, those too that the native log does not name.
func TestLevelsOfRows(t *testing.T) {
	for level, want := range map[journal.Level]string{
		journal.Info: "info INF", journal.Warning: "warn WRN", journal.Error: "error ERR", journal.Critical: "error ERR",
		journal.Unnamed: "error ERR", journal.UnnamedWarning: "warn WRN", journal.UnnamedInfo: "info INF",
	} {
		var got [2]string
		for i, format := range []string{"json", "console"} {
			var errs bytes.Buffer
			j := newJournal(format, io.Discard, &errs, func() time.Time { return noon })
			j.Server(level, "said")
			j.Flush()
			got[i] = errs.String()
		}
		var row struct{ Level string }
		if err := json.Unmarshal([]byte(got[0]), &row); err != nil {
			t.Error(err)
		}
		equal(t, fmt.Sprintf("level %q", level), row.Level+" "+strings.Fields(got[1] + " - - - -")[3], want)
	}
}
