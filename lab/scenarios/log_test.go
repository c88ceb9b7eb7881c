package scenarios

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/target-server/target-server/lab/driver"
)

// written is a venue that has nothing but a log.
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

// logged sets a stage on a server that has written the given lines.
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
	c := s.Connect() // nothing listens there
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
