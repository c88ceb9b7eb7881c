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
	"github.com/target-server/target-server/server/admin"
	"github.com/target-server/target-server/server/servertest"
	"github.com/target-server/target-server/stacks"
)

// A request that Uvicorn refuses by itself (--limit-concurrency) is counted and has a row, as one that the queue
// refuses: the path does not matter, since nothing looks at it.
func TestRefusedByLimitConcurrency(t *testing.T) {
	servertest.Both(t, func(t *testing.T, vintage string) {
		w := newWorld(t, vintage, func(c *config.Config) {
			c.LimitConcurrency, c.Sleep, c.AdminAddr, c.History = 2, distribution.Of(time.Second), "127.0.0.1:0", 10
		})
		w.Get(0, 1)
		refused := w.Get(100*time.Millisecond, 2)
		w.Send(200*time.Millisecond, "GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n")
		gone := w.Send(300*time.Millisecond, "GET /?id=3 HTTP/1.1\r\nHost: x\r\n\r\n")
		w.At(300*time.Millisecond, gone.Abort)
		w.Run(500 * time.Millisecond)
		check.Equal(t, "answer", servertest.Answer(refused)[:3], "503")
		check.Equal(t, "sums", w.Sums(), "accepted 4: held 1, answered 0, refused 2, cancelled 0, left 1; started 1")
		check.Equal(t, "rows", w.Outcomes(), "2 503 refused,  503 refused, 3 0 client left")
		var all []string
		for _, r := range w.Workers[0].Requests(0) {
			all = append(all, fmt.Sprint(r.ID, " ", r.Target, " ", r.Status, " ", r.Outcome, " ", r.End.IsZero()))
		}
		check.Equal(t, "remembered", strings.Join(all, "\n"), "1 /?id=1 0 working true\n2 /?id=2 503 refused false\n"+
			" /nowhere 503 refused false\n3 /?id=3 0 client left false")
	})
}

// A refusal that its client does not read is held until it does. Cancelled at the end of the server, it waits for its
// client and not for a thread, as the log says.
func TestRefusalThatIsNeverRead(t *testing.T) {
	const nope = "GET /nope HTTP/1.1\r\nHost: x\r\n\r\n"
	servertest.Both(t, func(t *testing.T, vintage string) {
		w := newWorld(t, vintage, func(c *config.Config) { c.LimitConcurrency, c.GracefulTimeout = 2, config.NoTimeout })
		other := w.Send(0, nope)
		w.At(100*time.Millisecond, other.Close)
		c := w.Send(time.Second, "")
		w.At(time.Second, func() {
			c.StopReading(0)
			c.Send(strings.Repeat(nope, 64*1024/len(other.Text())+1)) // the next answer has to wait
		})
		w.Send(2*time.Second, "") // the second connection
		w.At(3*time.Second, func() { c.Send("GET /?id=1 HTTP/1.1\r\nHost: x\r\n\r\n") })
		w.Run(4 * time.Second)
		check.Equal(t, "sums while it waits", w.Sums(),
			"accepted 1: held 1, answered 0, refused 0, cancelled 0, left 0; started 0")
		w.Signal(4*time.Second, syscall.SIGINT)
		w.Signal(5*time.Second, syscall.SIGINT)
		w.Run(time.Minute)
		check.Equal(t, "held", w.Workers[0].Statistics().Held, 1)
		log := strings.Join(w.Workers[0].Said, "\n")
		check.Equal(t, "cancelled", strings.Contains(log, "CancelledError"), true)
		check.Equal(t, "while it waited for a thread", strings.Contains(log, "WouldBlock"), false)
	})
}

// Every stack that has --queue counts its refusals, both those by the program and those by the queue of connections,
// which refuses any path.
func TestEveryStackCountsRefusals(t *testing.T) {
	for _, stack := range stacks.All() {
		v := stack.Defaults.Values
		if _, no := stack.Defaults.Refuses["queue"]; no {
			continue
		}
		for _, mode := range stack.Modes {
			if mode.Name != "threadpool" {
				continue
			}
			t.Run(v.Stack+" at "+v.Vintage, func(t *testing.T) {
				threads := max(1, stack.OwnThreads)
				w := servertest.New(t, stack, func(c *config.Config) {
					c.Mode, c.Limit, c.Queue, c.Sleep = mode.Name, threads, 0, distribution.Of(time.Second)
				})
				for range threads {
					w.Get(0, 1)
				}
				refused := w.Get(100*time.Millisecond, 2)
				w.Run(500 * time.Millisecond)
				check.Equal(t, "answer", servertest.Answer(refused)[:3], "503")
				check.Equal(t, "sums", w.Sums(), fmt.Sprintf(
					"accepted %d: held %d, answered 0, refused 1, cancelled 0, left 0; started %[2]d", threads+1, threads))
				check.Equal(t, "rows", w.Outcomes(), "2 503 "+string(admin.Refused))
			})
		}
	}
}
