package server_test

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/target-server/target-server/config"
)

// sums is what /stats says of what became of the requests.
func (w *world) sums() string {
	s := w.workers[0].Statistics()
	return fmt.Sprintf("accepted %d: held %d, answered %d, refused %d, cancelled %d, left %d; started %d",
		s.Accepted, s.Held, s.Answered, s.Refused, s.Cancelled, s.Left, s.Started)
}

// outcomes is what the rows say of it.
func (w *world) outcomes() string {
	var all []string
	for _, row := range w.records[0].rows {
		all = append(all, fmt.Sprint(row.ID, " ", row.Status, " ", row.Outcome))
	}
	return strings.Join(all, ", ")
}

// An answer that waits for its client to read is not given yet, and never is if
// the client leaves.
func TestAnswerThatIsNeverRead(t *testing.T) {
	const nope = "GET /nope HTTP/1.1\r\nHost: x\r\n\r\n"
	both(t, func(t *testing.T, vintage string) {
		w := newWorld(t, func(c *config.Config) { c.Vintage, c.Sleep = vintage, time.Second })
		other := w.send(0, nope)
		w.Run(0)
		c := w.send(time.Second, "")
		w.At(time.Second, func() {
			c.StopReading(0)
			fill := 64*1024/len(other.Text()) + 1 // answers, whereupon the next one waits
			c.Send(strings.Repeat(nope, fill) + "GET /?id=1 HTTP/1.1\r\nHost: x\r\n\r\n")
		})
		w.Run(4 * time.Second)
		equal(t, "done", len(w.records[0].dones), 1)
		equal(t, "sums while it waits", w.sums(), "accepted 1: held 1, answered 0, refused 0, cancelled 0, left 0; started 1")
		w.At(4*time.Second, c.Abort)
		w.Run(time.Minute)
		equal(t, "sums", w.sums(), "accepted 1: held 0, answered 0, refused 0, cancelled 0, left 1; started 1")
		equal(t, "its row", strings.HasSuffix(w.outcomes(), "1 0 client left"), true)
	})
}

// A request that the line has no place for, and whose client is gone by then, is
// refused to nobody.
func TestRefusalWithoutAClient(t *testing.T) {
	both(t, func(t *testing.T, vintage string) {
		w := newWorld(t, func(c *config.Config) { c.Vintage, c.Limit, c.Queue, c.Sleep = vintage, 1, 0, time.Second })
		w.get(0, 1)
		gone := w.get(500*time.Millisecond, 2)
		w.At(500*time.Millisecond, gone.Abort)
		w.Run(time.Minute)
		equal(t, "sums", w.sums(), "accepted 2: held 0, answered 1, refused 0, cancelled 0, left 1; started 1")
		equal(t, "rows", w.outcomes(), "2 0 client left, 1 200 answered")
	})
}

// The end of the server and the end of the work fall together. Each request has
// one end, and what is pipelined behind it and has not had its first step is
// never heard of.
func TestCancelledWhenItsWorkIsDone(t *testing.T) {
	const pair = "GET /?id=1 HTTP/1.1\r\nHost: x\r\n\r\nGET /?id=2 HTTP/1.1\r\nHost: x\r\n\r\n"
	for mode, want := range map[string]string{
		"threadpool":  "accepted 3: held 0, answered 0, refused 0, cancelled 3, left 0; started 2",
		"cooperative": "accepted 3: held 0, answered 3, refused 0, cancelled 0, left 0; started 3",
	} {
		w := newWorld(t, func(c *config.Config) { c.Mode, c.Sleep, c.Limit = mode, time.Second, 2 })
		for range 3 {
			w.send(0, pair)
		}
		w.signal(450*time.Millisecond, syscall.SIGINT)
		w.signal(950*time.Millisecond, syscall.SIGINT)
		w.Run(time.Minute)
		equal(t, mode, w.sums(), want)
		equal(t, mode+": rows", len(w.records[0].rows), 3)
		equal(t, mode+": done", len(w.records[0].dones), len(w.records[0].starts))
	}
}
