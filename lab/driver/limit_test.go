//go:build unix

package driver

import (
	"errors"
	"net"
	"strings"
	"testing"
	"time"
)

// The connection of a server that sends endlessly is closed, and the record is marked as incomplete.
func TestConnLimit(t *testing.T) {
	piece := []byte(strings.Repeat("x", 64<<10))
	addr, _ := serve(t, func(c *net.TCPConn) {
		for err := error(nil); err == nil; {
			_, err = c.Write(piece)
		}
		_ = c.Close()
	})
	conn := dial(t, addr)
	awaitEnd(t, conn)
	if end, _ := conn.End(); !errors.Is(end.Err(), ErrConnLimit) {
		t.Errorf("ended with %v, %v; want an error that names the limit", end.Kind, end.Err())
	}
	if n := len(Stream(conn.Events())); n > ConnLimit || n < ConnLimit*9/10 {
		t.Errorf("kept %d bytes, want nearly %d", n, ConnLimit)
	}
}

// Bytes that come one at a time cost more than one byte each.
func TestBudget(t *testing.T) {
	tests := []struct {
		name     string
		each, n  int
		fits     bool
		followed bool // an empty last one fits
	}{
		{"none", 0, 0, true, true},
		{"an entry that fills it", 1000 - entryCost, 1, true, false},
		{"an entry too large", 1001 - entryCost, 1, false, false},
		{"single bytes", 1, 1000 / (1 + entryCost), true, false},
		{"one byte too many", 1, 1000/(1+entryCost) + 1, false, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			b, fits := budget(1000), true
			for range test.n {
				fits = b.take(test.each)
			}
			if followed := b.take(0); fits != test.fits || followed != test.followed {
				t.Errorf("fits %v, then %v; want %v, %v", fits, followed, test.fits, test.followed)
			}
		})
	}
}

// An endless log, in one line or in many, is an error of the server that wrote it, and that server does
// not block on it.
func TestLogLimit(t *testing.T) {
	for name, script := range map[string]string{
		"lines":    "yes | head -c 50000000; echo done >&2; exit 7",
		"one line": "head -c 50000000 /dev/zero; echo done >&2; exit 7",
	} {
		t.Run(name, func(t *testing.T) {
			p, err := Start(t.Context(), Command{Args: []string{"sh", "-c", script}})
			if err != nil {
				t.Fatal(err)
			}
			p.mu.Lock()
			p.kept = 1 << 20 // of LogLimit
			p.mu.Unlock()
			if exit, ok := p.AwaitExit(20 * time.Second); !ok || exit.Text != "exit 7" {
				t.Errorf("ended with %q, %v", exit.Text, ok)
			}
			if p.AwaitLines(time.Hour, func([]Line) bool { return false }) || !errors.Is(p.Err(), ErrLogLimit) {
				t.Errorf("the log ended with %v, want an error that names the limit", p.Err())
			}
			if err := p.Kill(); !errors.Is(err, ErrLogLimit) {
				t.Errorf("Kill returned %v, want an error that names the limit", err)
			}
		})
	}
}
