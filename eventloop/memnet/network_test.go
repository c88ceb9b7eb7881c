package memnet_test

import (
	"context"
	"errors"
	"io"
	"os"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/target-server/target-server/eventloop/memnet"
)

// What every Poller has to keep is checked where the others are: eventloop's
// TestPollerInMemory.

// bubble runs a test on a network of its own, in virtual time.
func bubble(t *testing.T, test func(t *testing.T, n *memnet.Network)) {
	synctest.Test(t, func(t *testing.T) { test(t, memnet.New()) })
}

func dial(t *testing.T, n *memnet.Network) *memnet.Conn {
	t.Helper()
	conn, err := n.Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

// Without a listener connections are refused, also after it has closed; those that
// waited for it are reset when it closes.
func TestNobodyListens(t *testing.T) {
	bubble(t, func(t *testing.T, n *memnet.Network) {
		if _, err := n.Dial(t.Context()); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("before: %v", err)
		}
		l := n.Listen(5)
		waits := dial(t, n)
		if err := n.Close(l); err != nil {
			t.Fatal(err)
		}
		if _, err := n.Dial(t.Context()); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("after it: %v", err)
		}
		if _, err := waits.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("who waited: %v", err)
		}
	})
}

// A full queue drops new connections; they try again after 1 s, 2 s and 4 s, as Linux
// does. The queue takes one more than the backlog says.
func TestFullBacklog(t *testing.T) {
	bubble(t, func(t *testing.T, n *memnet.Network) {
		l, began := n.Listen(1), time.Now()
		dial(t, n)
		dial(t, n)
		impatient, leave := context.WithTimeout(t.Context(), 2*time.Second)
		defer leave()
		if _, err := n.Dial(impatient); !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != 2*time.Second {
			t.Errorf("who gives up: %v after %v", err, time.Since(began))
		}
		began = time.Now()
		time.AfterFunc(5*time.Second, func() { _, _, _ = n.Accept(l) })
		dial(t, n)
		if took := time.Since(began); took != 7*time.Second { // 1 + 2 + 4
			t.Errorf("connected after %v, want 7s", took)
		}
	})
}

// A deadline ends a wait at its moment. One that is set during the wait, or that has
// already passed, counts at once.
func TestDeadlines(t *testing.T) {
	bubble(t, func(t *testing.T, n *memnet.Network) {
		n.Listen(5)
		conn, began := dial(t, n), time.Now()
		ends := func(what string, after time.Duration, wait func() (int, error)) {
			t.Helper()
			if _, err := wait(); !errors.Is(err, os.ErrDeadlineExceeded) || !os.IsTimeout(err) || time.Since(began) != after {
				t.Errorf("%s: %v after %v, want a timeout after %v", what, err, time.Since(began), after)
			}
		}
		read := func() (int, error) { return conn.Read(make([]byte, 1)) }
		_ = conn.SetReadDeadline(began.Add(3 * time.Second))
		ends("read", 3*time.Second, read)
		_ = conn.SetReadDeadline(time.Now().Add(time.Hour))
		time.AfterFunc(time.Second, func() { _ = conn.SetDeadline(time.Now()) })
		ends("read, set again", 4*time.Second, read)
		_ = conn.SetWriteDeadline(time.Now().Add(time.Second))
		write := func() (int, error) { return conn.Write(make([]byte, 64<<20)) }
		ends("write of more than there is room for", 5*time.Second, write)
		_ = conn.SetDeadline(time.Time{})
		time.AfterFunc(time.Second, func() { _ = conn.Close() })
		if _, err := read(); errors.Is(err, os.ErrDeadlineExceeded) || err == nil {
			t.Errorf("read of a connection that is closed: %v", err)
		}
	})
}

// What the server has sent before its end is read first. What is written after that end
// resets the connection, for the reader as well.
func TestEnds(t *testing.T) {
	bubble(t, func(t *testing.T, n *memnet.Network) {
		l, conn := n.Listen(5), dial(t, n)
		h, from, err := n.Accept(l)
		if err != nil || from.String() != conn.LocalAddr().String() {
			t.Fatal(from, err)
		}
		_, _ = n.Write(h, []byte("bye"))
		_ = n.Close(h)
		if text, err := io.ReadAll(conn); err != nil || string(text) != "bye" {
			t.Errorf("read %q, %v", text, err)
		}
		if _, err := conn.Write([]byte("late")); err != nil {
			t.Errorf("the first write after the end: %v", err)
		}
		if _, err := conn.Write([]byte("later")); !errors.Is(err, syscall.EPIPE) {
			t.Errorf("the second: %v", err)
		}
		if _, err := conn.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("read after the reset: %v", err)
		}
	})
}
