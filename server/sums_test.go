package server_test

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/distribution"
	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/program"
	"github.com/target-server/target-server/server/admin"
	"github.com/target-server/target-server/server/servertest"
)

// An answer that waits for its client to read does not count as answered, and never will if the client leaves.
func TestAnswerThatIsNeverRead(t *testing.T) {
	const nope = "GET /nope HTTP/1.1\r\nHost: x\r\n\r\n"
	servertest.Both(t, func(t *testing.T, vintage string) {
		w := newWorld(t, vintage, func(c *config.Config) { c.Sleep = distribution.Of(time.Second) })
		other := w.Send(0, nope)
		w.Run(0)
		c := w.Send(time.Second, "")
		w.At(time.Second, func() {
			c.StopReading(0)
			fill := 64*1024/len(other.Text()) + 1 // answers: the next one has to wait
			c.Send(strings.Repeat(nope, fill) + "GET /?id=1 HTTP/1.1\r\nHost: x\r\n\r\n")
		})
		w.Run(4 * time.Second)
		check.Equal(t, "done", len(w.Workers[0].Dones), 1)
		check.Equal(t, "sums while it waits", w.Sums(),
			"accepted 1: held 1, answered 0, refused 0, cancelled 0, left 0; started 1")
		w.At(4*time.Second, c.Abort)
		w.Run(time.Minute)
		check.Equal(t, "sums", w.Sums(), "accepted 1: held 0, answered 0, refused 0, cancelled 0, left 1; started 1")
		check.Equal(t, "its row", strings.HasSuffix(w.Outcomes(), "1 0 client left"), true)
	})
}

// A request that finds the queue full, and whose client has left by then, counts as left and not as refused.
func TestRefusalWithoutAClient(t *testing.T) {
	servertest.Both(t, func(t *testing.T, vintage string) {
		w := newWorld(t, vintage, func(c *config.Config) { c.Limit, c.Queue, c.Sleep = 1, 0, distribution.Of(time.Second) })
		w.Get(0, 1)
		gone := w.Get(500*time.Millisecond, 2)
		w.At(500*time.Millisecond, gone.Abort)
		w.Run(time.Minute)
		check.Equal(t, "sums", w.Sums(), "accepted 2: held 0, answered 1, refused 0, cancelled 0, left 1; started 1")
		check.Equal(t, "rows", w.Outcomes(), "2 0 client left, 1 200 answered")
	})
}

// A cancelled request has a row like any other, with what its client was sent, and is no longer held.
func TestCancelledRequestsBalance(t *testing.T) {
	w := newWorld(t, config.Vintage202303, func(c *config.Config) { c.Sleep, c.Limit = distribution.Of(2*time.Second), 1 })
	w.Get(0, 1)
	w.Get(100*time.Millisecond, 2)
	gone := w.Get(150*time.Millisecond, 3)
	w.At(300*time.Millisecond, gone.CloseWrite)
	w.Signal(450*time.Millisecond, syscall.SIGINT)
	w.Signal(950*time.Millisecond, syscall.SIGINT)
	w.Run(time.Hour)
	check.Equal(t, "sums", w.Sums(), "accepted 3: held 0, answered 0, refused 0, cancelled 2, left 1; started 1")
	check.Equal(t, "rows", w.Outcomes(), "1 500 cancelled, 2 500 cancelled, 3 0 client left")
}

// The server and the work end at the same moment. Each request ends once, and a pipelined one that has not had its
// first step leaves no trace.
func TestCancelledWhenItsWorkIsDone(t *testing.T) {
	const pair = "GET /?id=1 HTTP/1.1\r\nHost: x\r\n\r\nGET /?id=2 HTTP/1.1\r\nHost: x\r\n\r\n"
	for mode, want := range map[string]string{
		"threadpool":  "accepted 3: held 0, answered 0, refused 0, cancelled 3, left 0; started 2",
		"cooperative": "accepted 3: held 0, answered 3, refused 0, cancelled 0, left 0; started 3",
	} {
		w := newWorld(t, config.Vintage202303, func(c *config.Config) { c.Mode, c.Sleep, c.Limit = mode, distribution.Of(time.Second), 2 })
		for range 3 {
			w.Send(0, pair)
		}
		w.Signal(450*time.Millisecond, syscall.SIGINT)
		w.Signal(950*time.Millisecond, syscall.SIGINT)
		w.Run(time.Minute)
		check.Equal(t, mode, w.Sums(), want)
		check.Equal(t, mode+": rows", len(w.Workers[0].Rows), 3)
		check.Equal(t, mode+": done", len(w.Workers[0].Dones), len(w.Workers[0].Starts))
	}
}

// A reset in the middle of a program's requests: the totals of its routes begin with what is held, as the worker's do,
// and those of its pools with what is in use.
func TestResetOfAProgram(t *testing.T) {
	const text = `
pools: {db: {size: 1, overflow: 1, timeout: 500ms}}
routes:
  GET /: {def: [{query: 2s}]}
  GET /other: {def: []}
`
	p, err := program.Read("test.yaml", []byte(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, config.VintageCurrent, func(c *config.Config) { c.Program, c.Limit = p, 3 })
	for range 4 {
		w.Get(0, 1)
	}
	w.Run(time.Second)
	reset := func() { w.Workers[0].Do(admin.Command{Do: admin.Reset}) }
	check.Equal(t, "timeouts", w.Workers[0].Statistics().Pools[0].Timeouts, 2)
	w.At(1900*time.Millisecond, reset)
	w.Run(1900 * time.Millisecond)
	s := w.Workers[0].Statistics()
	check.Equal(t, "routes", fmt.Sprint(s.Routes), fmt.Sprint([]admin.Route{{Name: "GET /", Accepted: 2, Held: 2, Started: 2}, {Name: "GET /other"}}))
	check.Equal(t, "pool", s.Pools[0], admin.Pool{Name: "db", Size: 1, Overflow: 1, InUse: 2, Peak: 2})
	w.At(10*time.Second, reset)
	w.Run(10 * time.Second)
	s = w.Workers[0].Statistics()
	check.Equal(t, "routes afterwards", fmt.Sprint(s.Routes), fmt.Sprint([]admin.Route{{Name: "GET /"}, {Name: "GET /other"}}))
	check.Equal(t, "pool afterwards", s.Pools[0], admin.Pool{Name: "db", Size: 1, Overflow: 1})
}
