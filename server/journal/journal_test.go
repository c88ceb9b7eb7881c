package journal_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/server/journal"
	"github.com/target-server/target-server/server/servertest"
	"github.com/target-server/target-server/stacks"
)

// logOf runs two requests, one of which its client aborts, an unknown path and malformed bytes through
// a worker that logs in a format, at the given time after noon, and returns both streams.
func logOf(t *testing.T, format string, later time.Duration) (stdout, stderr string) {
	t.Helper()
	w := servertest.New(t, stacks.All()[0], func(c *config.Config) { c.LogFormat = format })
	w.SetWallClock(later)
	w.Send(0, "GET /?id=a%20b&sleep=1500ms HTTP/1.1\r\nHost: x\r\n\r\n")
	w.Send(time.Second, "GET /%6eope?q=%20 HTTP/1.0\r\nHost: x\r\n\r\n")
	gone := w.Send(250*time.Millisecond, "GET /?id=2&sleep=1s HTTP/1.1\r\nHost: x\r\n\r\n")
	w.At(300*time.Millisecond, gone.CloseWrite)
	w.Send(3*time.Second, "garbage\r\n\r\n")
	w.Run(time.Minute)
	pid := fmt.Sprint(os.Getpid())
	hide := func(s string) string { return strings.ReplaceAll(s, pid, "PID") }
	return hide(w.Workers[0].Stdout.String()), hide(w.Workers[0].Stderr.String())
}

// Exactly the lines of Uvicorn and of the article's program, on the same streams.
func TestNativeLog(t *testing.T) {
	stdout, stderr := logOf(t, "native", 0)
	check.Equal(t, "stdout", stdout, strings.Join([]string{
		"2023-03-18 12:00:00 - PID-AnyIO worker thread: #1 processing request id[a b], sleeping...",
		"2023-03-18 12:00:00.250000 - PID-AnyIO worker thread: #2 processing request id[2], sleeping...",
		`INFO:     127.0.0.1:40002 - "GET /nope?q=%20 HTTP/1.0" 404 Not Found`,
		"2023-03-18 12:00:01.250000 - PID-AnyIO worker thread: done request id[2]",
		"2023-03-18 12:00:01.500000 - PID-AnyIO worker thread: done request id[a b]",
		`INFO:     127.0.0.1:40001 - "GET /?id=a%20b&sleep=1500ms HTTP/1.1" 200 OK`,
		"",
	}, "\n"))
	check.Equal(t, "stderr", stderr, strings.Join([]string{
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
		stdout, _ := logOf(t, "native", time.Duration(nanos))
		check.Equal(t, fmt.Sprint(nanos, " ns"), strings.HasPrefix(stdout, "2023-03-18 "+want+"- PID-"), true)
	}
}

// One row for each request, however it ended, with fixed keys.
func TestJSONRows(t *testing.T) {
	stdout, stderr := logOf(t, "json", 0)
	var rows []map[string]any
	for line := range strings.Lines(strings.ReplaceAll(stdout, "PID", "1")) {
		row := map[string]any{}
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		rows = append(rows, row)
	}
	check.Equal(t, "rows", len(rows), 3)
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
		check.Equal(t, "row",
			fmt.Sprint(r["status"], " ", r["outcome"], " ", r["method"], " ", r["target"], " ", r["thread"], " ", r["thread_number"]), test.want)
		check.Equal(t, "worker", fmt.Sprint(r["worker"]), "1")
	}
	check.Equal(t, "client", fmt.Sprint(answered["client"]), "127.0.0.1:40001")
	check.Equal(t, "id", fmt.Sprint(answered["id"]), "a b")
	check.Equal(t, "arrival", fmt.Sprint(answered["arrival"]), "2023-03-18T12:00:00.000000Z")
	check.Equal(t, "start", fmt.Sprint(answered["start"]), "2023-03-18T12:00:00.000000Z")
	check.Equal(t, "wait, work in seconds", fmt.Sprint(answered["wait"], answered["work"]), "0 1.5")
	check.Equal(t, "start of what needed no thread", unknown["start"], nil)
	for line := range strings.Lines(strings.ReplaceAll(stderr, "PID", "1")) {
		row := map[string]any{}
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			t.Errorf("stderr: %q: %v", line, err)
		}
		check.Equal(t, "time by the worker's clock", strings.HasPrefix(fmt.Sprint(row["time"]), "2023-03-18T12:00:0"), true)
	}
	check.Equal(t, "warning", strings.Contains(stderr, `"level":"warn"`), true)
}

func TestNoLog(t *testing.T) {
	stdout, stderr := logOf(t, "off", 0)
	check.Equal(t, "stdout", stdout, "")
	check.Equal(t, "stderr", stderr, "")
}

// newJournal is the journal of the first stack in a log format.
func newJournal(format string, stdout, stderr io.Writer, now func() time.Time) journal.Journal {
	cfg := stacks.Defaults()[0].Values
	cfg.LogFormat = format
	return journal.New(cfg, stacks.All()[0].Log, stdout, stderr, now)
}

// Every level has a name in rows, even those that the native log does not name.
func TestLevelsOfRows(t *testing.T) {
	for level, want := range map[journal.Level]string{
		journal.Info: "info INF", journal.Warning: "warn WRN", journal.Error: "error ERR", journal.Critical: "error ERR",
		journal.Unnamed: "error ERR", journal.UnnamedWarning: "warn WRN", journal.UnnamedInfo: "info INF",
	} {
		var got [2]string
		for i, format := range []string{"json", "console"} {
			var errs bytes.Buffer
			j := newJournal(format, io.Discard, &errs, func() time.Time { return servertest.Noon })
			j.Server(level, "said")
			j.Flush()
			got[i] = errs.String()
		}
		var row struct{ Level string }
		if err := json.Unmarshal([]byte(got[0]), &row); err != nil {
			t.Error(err)
		}
		check.Equal(t, fmt.Sprintf("level %q", level), row.Level+" "+strings.Fields(got[1] + " - - - -")[3], want)
	}
}
