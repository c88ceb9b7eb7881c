package scenarios

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/target-server/target-server/lab/driver"
)

// written is a venue that has only a log.
type written struct {
	Venue
	lines []driver.Line
}

func (w written) Now() time.Time                              { return time.Time{} }
func (w written) Pid() int                                    { return 7 }
func (w written) Port() int                                   { return 18000 }
func (w written) Sleep(time.Duration) error                   { return nil }
func (w written) Dial(time.Duration) (Conn, error)            { return nil, syscall.ECONNREFUSED }
func (w written) AwaitExit(time.Duration) (driver.Exit, bool) { return driver.Exit{}, false }
func (w written) Lines() []driver.Line                        { return w.lines }

// logged makes a stage for a server that has written the given lines.
func logged(text string) *Stage {
	var w written
	for line := range strings.Lines(text) {
		w.lines = append(w.lines, driver.Line{Output: driver.Stdout, Text: strings.TrimSuffix(line, "\n")})
	}
	return NewStage(w)
}

func TestLogIsRead(t *testing.T) {
	s := logged(`INFO:     Started parent process [7]
INFO:     Started server process [70]
INFO:     Started server process [71]
INFO:     Uvicorn running on http://127.0.0.1:18000 (Press CTRL+C to quit)
2026-11-22 20:17:27.422462 - 70-AnyIO worker thread: #1 processing request id[a], sleeping...
2026-11-22 20:17:27.422462 - 71-AnyIO worker thread: #1 processing request id[b]c], sleeping...
2026-11-22 20:17:27.422462 - 70-AnyIO worker thread: done request id[a]
2026-11-22 20:17:27.422462 - 70-MainThread: #2 processing request id[], sleeping...
2026-11-22 20:17:27.422462 - 70-MainThread: done request id[]
2026-11-22 20:17:27.422462 - 71-AnyIO worker thread: done request id[b]c]
`)
	tests := []struct {
		name string
		got  any
		want string
	}{
		{"starts", s.Starts(), "[a b]c ]"},
		{"dones", s.Dones(), "[a  b]c]"},
		{"processes", s.StartPids(), "[70 71 70]"},
		{"ceiling of one process", s.Ceiling(), "1"},
		{"workers", s.Workers(), "[70 71]"},
		{"lines with a text", s.Logged("processing"), "3"},
		{"time of a request that never started", s.StartTimes("z"), "[0s]"},
	}
	for _, test := range tests {
		if got := fmt.Sprint(test.got); got != test.want {
			t.Errorf("%s: got %s, want %s", test.name, got, test.want)
		}
	}
	s.Lines("first", s.Log(driver.Stdout)[3:5])
	found, err := s.Found()
	want := "INFO:     Uvicorn running on http://127.0.0.1:<port> (Press CTRL+C to quit)\n" +
		"<time> - <worker>-AnyIO worker thread: #1 processing request id[a], sleeping..."
	if err != nil || len(found) != 1 || found[0].Value != want {
		t.Errorf("got %+v, %v; want %q", found, err, want)
	}
}

func TestAStageThatFailedGoesOn(t *testing.T) {
	s := logged("x\n")
	c := s.Connect() // no server listens there
	c.Get("1")
	c.Await(1, time.Minute)
	c.Settle()
	if c.Status(0) != "none, never connected" {
		t.Errorf("status: got %q", c.Status(0))
	}
	if _, err := s.Found(); err == nil {
		t.Error("a refused connection did not fail the stage")
	}
}

// Each server logs the start of its workers in its own format.
func TestWorkersOfEveryServer(t *testing.T) {
	tests := []struct{ name, log, workers, told string }{
		{"uvicorn alone", "INFO:     Started server process [7]", "[7]", "<pid>"},
		{"gunicorn", "[2026-11-22 19:16:16 +0000] [7] [INFO] Starting gunicorn 20.1.0\n[2026-11-22 19:16:16 +0000] [70] [INFO] Booting worker with pid: 70", "[70]", "<pid>"},
		{"gunicorn's worker alone", "[2026-11-22 19:16:16 +0000] [7] [INFO] Booting worker with pid: 7\n[2026-11-22 19:16:16 +0000] [7] [INFO] Started server process [7]", "[7]", "<worker>"},
		{"hypercorn", "[2026-11-22 19:16:16 +0000] [70] [INFO] Running on http://127.0.0.1:18000 (CTRL + C to quit)", "[70]", "<pid>"},
		{"hypercorn's worker alone", "[2026-11-22 19:16:16 +0000] [7] [INFO] Running on http://127.0.0.1:18000 (CTRL + C to quit)", "[7]", "<worker>"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := logged(test.log)
			if got := fmt.Sprint(s.Workers()); got != test.workers {
				t.Errorf("workers: got %s, want %s", got, test.workers)
			}
			if got := s.normaliser().Text("7"); got != test.told {
				t.Errorf("the first process: got %s, want %s", got, test.told)
			}
		})
	}
}

func TestAfterStart(t *testing.T) {
	for _, log := range []string{
		"INFO:     Application startup complete.\nINFO:     Uvicorn running on http://x (Press CTRL+C to quit)\nlast",
		"[1] [INFO] Booting worker with pid: 1\n[INFO] Waiting\n[1] [INFO] Application startup complete.\nlast",
		"[1] [INFO] Running on http://x (CTRL + C to quit)\nlast",
		" * Running on http://x\nPress CTRL+C to quit\nlast",
		"[1] [INFO] Listening at: http://x\n[2] [INFO] Booting worker with pid: 2\nlast",
	} {
		w := written{}
		for line := range strings.Lines(log) {
			w.lines = append(w.lines, driver.Line{Output: driver.Stderr, Text: strings.TrimSuffix(line, "\n")})
		}
		if got := NewStage(w).AfterStart(); len(got) != 1 || got[0] != "last" {
			t.Errorf("after %q: got %q, want the last line", log, got)
		}
	}
}
