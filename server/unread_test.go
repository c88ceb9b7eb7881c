package server_test

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/eventloop/sim"
	"github.com/target-server/target-server/stacks"
)

// on makes a stack with a limit whose handlers do not sleep.
func on(t *testing.T, stack, vintage string, limit int) func(*config.Config) {
	s, err := stacks.Find(stack, vintage)
	if err != nil {
		t.Fatal(err)
	}
	return func(c *config.Config) {
		*c = s.Defaults.Values
		c.Limit, c.Sleep = limit, 0
	}
}

// answerLength is how many bytes the stack answers to one of many requests on a connection.
func answerLength(t *testing.T, change func(*config.Config)) int {
	w := newWorld(t, change)
	c := w.get(0, 1)
	w.Run(time.Second)
	return len(c.Text())
}

// deaf connects, does not read beyond room, and asks n times.
func (w *world) deaf(room, n int) *sim.Client {
	c := w.Connect(w.listener)
	c.StopReading(room)
	for i := range n { // one by one: gthread of gunicorn 20 overlooks what comes together
		w.At(time.Duration(i)*time.Millisecond, func() { c.Send(fmt.Sprintf("GET /?id=%d HTTP/1.1\r\nHost: localhost:8080\r\n\r\n", i)) })
	}
	return c
}

// A thread whose client does not read waits with its write: it begins no further request, holds its
// place and is not counted as having answered. It goes on when the client reads.
func TestThreadWaitsForClientThatDoesNotRead(t *testing.T) {
	for _, stack := range []string{"gunicorn-gthread", "tomcat"} {
		both(t, func(t *testing.T, vintage string) {
			change := on(t, stack, vintage, 1)
			one := answerLength(t, change)
			w := newWorld(t, change)
			c := w.deaf(3*one+one/2, 50)
			late := w.get(time.Second, 99)
			w.At(2*time.Second, func() {
				s := w.workers[0].Statistics()
				equal(t, "started", s.Started, 4)
				equal(t, "answered", s.Answered, 3)
				equal(t, "held", s.Held, 1)
				equal(t, "threads in use", s.Borrowed, 1)
				equal(t, "the next", late.Text(), "")
				c.StartReading()
			})
			w.Run(10 * time.Second)
			s := w.workers[0].Statistics()
			answers := int64(strings.Count(c.Text(), "HTTP/1.1 200"))
			equal(t, "answered in the end", s.Answered, answers+1)
			equal(t, "held in the end", s.Held, 0)
			equal(t, "it has gone on", answers > 4, true)
			equal(t, "the next is answered", strings.Count(late.Text(), "HTTP/1.1 200"), 1)
		})
	}
}

// A client that leaves without reading frees the thread, and what it has not taken was not answered.
func TestThreadIsFreedByClientThatLeavesUnread(t *testing.T) {
	for _, stack := range []string{"gunicorn-gthread", "waitress", "tomcat"} {
		both(t, func(t *testing.T, vintage string) {
			change := on(t, stack, vintage, 1)
			one := answerLength(t, change)
			w := newWorld(t, change)
			c := w.deaf(3*one+one/2, 20)
			w.At(time.Second, c.Abort)
			late := w.get(2*time.Second, 99)
			w.Run(10 * time.Second)
			s := w.workers[0].Statistics()
			equal(t, "answered", s.Answered, 4)
			equal(t, "held", s.Held, 0)
			equal(t, "sum", s.Answered+s.Left, s.Accepted)
			equal(t, "left, at least", s.Left > 0, true)
			equal(t, "threads in use", s.Borrowed, 0)
			equal(t, "the next is answered", strings.Count(late.Text(), "HTTP/1.1 200"), 1)
		})
	}
}

// waitress leaves answers to its main thread: its threads serve what was read together with them, and
// others. It reads no more of the connection until all are sent, and ends it when nothing moves.
func TestWaitressServesOthersWhileAnswersWait(t *testing.T) {
	both(t, func(t *testing.T, vintage string) {
		change := on(t, "waitress", vintage, 1)
		one := answerLength(t, change)
		w := newWorld(t, change)
		c := w.deaf(3*one+one/2, 1000)
		late := w.get(time.Second, 9999)
		read := int64(8192/len("GET /?id=100 HTTP/1.1\r\nHost: localhost:8080\r\n\r\n")) + 1
		w.At(2*time.Second, func() {
			s := w.workers[0].Statistics()
			equal(t, "the other is answered", strings.Count(late.Text(), "HTTP/1.1 200"), 1)
			equal(t, "threads in use", s.Borrowed, 0)
			equal(t, "answered", s.Answered, 3+1)
			equal(t, "started of one read", s.Started < 2*read, true)
		})
		w.Run(121 * time.Second)
		equal(t, "ended", c.Ended.Truncate(time.Second), 120*time.Second)
		equal(t, "held", w.workers[0].Statistics().Held, 0)
	})
}

// What a client takes keeps its connection open.
func TestWaitressWaitsForSlowClient(t *testing.T) {
	both(t, func(t *testing.T, vintage string) {
		change := on(t, "waitress", vintage, 1)
		one := answerLength(t, change)
		w := newWorld(t, change)
		c := w.deaf(one/2, 3)
		w.At(100*time.Second, func() {
			c.StartReading()
			c.StopReading(one)
		})
		w.Run(219 * time.Second)
		equal(t, "open", c.Ended, sim.Never)
		w.Run(223 * time.Second)
		equal(t, "ended", c.Ended != sim.Never, true)
	})
}

// A sync worker that waits with a write is aborted in the middle of its answer.
func TestSyncWorkerIsAbortedWhileItWrites(t *testing.T) {
	for vintage, lines := range map[string]string{
		config.Vintage202303:  "1s INFO: Worker exiting (pid: PID)",
		config.VintageCurrent: "1s GET /?id=0 200\n1s ERROR: Error handling request\n",
	} {
		t.Run(vintage, func(t *testing.T) {
			w := newWorld(t, ofSync(vintage, func(c *config.Config) { c.Sleep = 0 }))
			c := w.deaf(50, 1)
			w.signal(time.Second, syscall.SIGABRT)
			w.Run(time.Hour)
			c.StartReading()
			equal(t, "bytes", len(c.Text()), 50)
			equal(t, "held", w.workers[0].Statistics().Held, 0)
			if log := strings.Join(w.records[0].lines, "\n"); !strings.Contains(log, lines) {
				t.Errorf("log: got\n%s\nwant among it\n%s", log, lines)
			}
		})
	}
}

// Hypercorn reads no more of an HTTP/2 client that takes no acknowledgements.
func TestPingsThatNobodyReads(t *testing.T) {
	for _, stack := range []string{"hypercorn", "hypercorn-uvloop", "hypercorn-trio"} {
		both(t, func(t *testing.T, vintage string) {
			const all = 4 << 20
			w := newWorld(t, on(t, stack, vintage, 40))
			c := w.Connect(w.listener)
			c.StopReading(1000)
			ping := "\x00\x00\x08\x06\x00\x00\x00\x00\x00" + "unread!!"
			w.At(0, func() {
				c.Send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00" + strings.Repeat(ping, all/len(ping)))
			})
			left := 0
			w.At(2*time.Second, func() {
				left = c.Unread()
				c.StartReading()
			})
			w.Run(4 * time.Second)
			equal(t, "in the kernel, at least", left > all-1<<20, true)
			equal(t, "and when it reads", c.Unread(), 0)
		})
	}
}

// A client of HTTP/2 that resets a thousand streams as soon as it has opened them loses its connection, as with
// the priority tree of the real Hypercorn; nothing of them stays.
func TestStreamsThatAreResetAtOnce(t *testing.T) {
	for _, stack := range []string{"hypercorn", "hypercorn-uvloop"} {
		both(t, func(t *testing.T, vintage string) {
			for n, ended := range map[int]bool{900: false, 1100: true} {
				w := newWorld(t, on(t, stack, vintage, 40))
				var text strings.Builder
				text.WriteString("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00")
				for i := range n {
					id := string([]byte{0, 0, byte((2*i + 1) >> 8), byte(2*i + 1)})
					text.WriteString("\x00\x00\x06\x01\x05" + id + "\x82\x86\x84\x41\x01a" + "\x00\x00\x04\x03\x00" + id + "\x00\x00\x00\x08")
				}
				c := w.send(0, text.String())
				w.Run(time.Second)
				equal(t, fmt.Sprintf("ended behind %d", n), c.Ended != sim.Never, ended)
				equal(t, "held", w.workers[0].Statistics().Held, 0)
			}
		})
	}
}
