package scenarios

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/lab/driver"
)

// logged sets a stage on a process that writes the given lines and ends.
func logged(t *testing.T, lines string) *Stage {
	t.Helper()
	process, err := driver.Start(t.Context(), driver.Command{Args: []string{"printf", "%s", lines}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = process.Kill() })
	want := strings.Count(lines, "\n")
	if !process.AwaitLines(5*time.Second, func(ls []driver.Line) bool { return len(ls) == want }) {
		t.Fatalf("got %d lines, want %d", len(process.Lines()), want)
	}
	return NewStage(t.Context(), process, 18000)
}

func TestLogIsRead(t *testing.T) {
	s := logged(t, `INFO:     Started parent process [7]
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
	s := logged(t, "x\n")
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
