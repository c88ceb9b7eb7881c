//go:build unix

package driver

import (
	"errors"
	"net"
	"strings"
	"testing"
	"time"
)

// A server that sends without an end is cut off, and the record says that it is not whole.
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
		t.Errorf("ended with %v, %v; want the limit", end.Kind, end.Err())
	}
	if n := len(Stream(conn.Events())); n > ConnLimit || n < ConnLimit*9/10 {
		t.Errorf("kept %d bytes, want nearly %d", n, ConnLimit)
	}
}

// Bytes that come one at a time cost more than a byte.
func TestBudget(t *testing.T) {
	tests := []struct {
		name     string
		each, n  int
		fits     bool
		followed bool // a last one of nothing fits
	}{
		{"none", 0, 0, true, true},
		{"one that fills it", 1000 - entryCost, 1, true, false},
		{"one too large", 1001 - entryCost, 1, false, false},
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

// A log without an end, in one line or in many, fails the server that wrote it, which need not wait for a reader.
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
				t.Errorf("the log ended with %v, want the limit", p.Err())
			}
			if err := p.Kill(); !errors.Is(err, ErrLogLimit) {
				t.Errorf("Kill says %v, want the limit", err)
			}
		})
	}
}
