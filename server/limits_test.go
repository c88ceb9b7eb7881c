package server_test

import (
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/distribution"
	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/server/admin"
	"github.com/target-server/target-server/server/servertest"
)

// What the article asked for: a request that finds the queue full is refused at once.
func TestQueueBound(t *testing.T) {
	servertest.Both(t, func(t *testing.T, vintage string) {
		w := newWorld(t, vintage, func(c *config.Config) { c.Limit, c.Queue = 2, 3 })
		for i := range 7 {
			w.Get(time.Duration(i)*100*time.Millisecond, i+1)
		}
		refused := w.Get(time.Second, 8)
		later := w.Get(7*time.Second, 9)
		w.Run(time.Minute)
		check.Equal(t, "answered at once", refused.First(), time.Second)
		check.Equal(t, "answer", servertest.Answer(refused),
			`503 Service Unavailable|content-length: 32|content-type: application/json||{"detail":"Service Unavailable"}`)
		check.Equal(t, "its connection", refused.Ended, 6*time.Second)
		check.Equal(t, "room again", strings.HasPrefix(servertest.Answer(later), "200 OK|"), true)
		check.Equal(t, "started", len(w.Starts()), 6)
		check.Equal(t, "the article's counter counts those that start", w.Workers[0].Starts[5].Number, 6)
		s := w.Workers[0].Statistics()
		check.Equal(t, "refused", s.Refused, int64(3))
		check.Equal(t, "answered", s.Answered, int64(6))
	})
}

func TestQueueOfNoneRefusesWhoeverWouldWait(t *testing.T) {
	w := newWorld(t, config.Vintage202303, func(c *config.Config) { c.Limit, c.Queue = 1, 0 })
	first, second := w.Get(0, 1), w.Get(time.Second, 2)
	w.Run(time.Minute)
	check.Equal(t, "first", servertest.Answer(first)[:3], "200")
	check.Equal(t, "second", servertest.Answer(second)[:3], "503")
}

// The sums balance at any moment: every request is held, answered or refused, or its client has left.
func TestSumsBalance(t *testing.T) {
	for _, mode := range []string{"threadpool", "async-misuse", "cooperative"} {
		t.Run(mode, func(t *testing.T) {
			servertest.Both(t, func(t *testing.T, vintage string) {
				w := newWorld(t, vintage, func(c *config.Config) {
					c.Mode, c.Limit, c.Queue, c.Sleep = mode, 3, 5, distribution.Of(time.Second)
				})
				asked := int64(0)
				for i := range 40 {
					c := w.Get(time.Duration(i)*100*time.Millisecond, i)
					if asked++; i%4 == 0 {
						w.At(time.Duration(i)*100*time.Millisecond+250*time.Millisecond, c.CloseWrite)
					}
					w.Send(time.Duration(i)*100*time.Millisecond, "GET /nope HTTP/1.1\r\nHost: x\r\n\r\n") // not the program's
				}
				for at := time.Duration(0); at < time.Minute; at += 500 * time.Millisecond {
					w.Run(at)
					s := w.Workers[0].Statistics()
					if s.Accepted != s.Held+s.Answered+s.Refused+s.Left || s.Accepted > asked ||
						s.Held < 0 || s.Started > s.Held+s.Answered+s.Left {
						t.Fatalf("at %v: %+v of %d asked (alone: %s)", at, s, asked, check.Alone(t))
					}
				}
				s := w.Workers[0].Statistics()
				check.Equal(t, "held in the end", s.Held, 0)
				check.Equal(t, "answered, refused and left", s.Answered+s.Refused+s.Left, asked)
				check.Equal(t, "started", s.Started, s.Answered+s.Left)
				check.Equal(t, "rows", int64(len(w.Workers[0].Rows)), asked+40)
			})
		})
	}
}

// A client that leaves the queue frees no thread: its request still runs.
func TestClientsThatLeaveTheLine(t *testing.T) {
	servertest.Both(t, func(t *testing.T, vintage string) {
		w := newWorld(t, vintage, func(c *config.Config) { c.Limit = 1 })
		working, waiting := w.Get(0, 1), w.Get(1*time.Second, 2)
		w.At(2*time.Second, working.CloseWrite)
		w.At(2*time.Second, waiting.Abort)
		last := w.Get(3*time.Second, 3)
		w.Run(time.Minute)
		order := "1 2 3"
		lastAt := 15 * time.Second
		if vintage == config.Vintage202303 { // last in, first out
			order, lastAt = "1 3 2", 10*time.Second
		}
		check.Equal(t, "order of starts", strings.Join(w.Starts(), " "), order)
		check.Equal(t, "the client that stayed is answered at", last.First(), lastAt)
		check.Equal(t, "access log", strings.Join(w.Workers[0].Access, "\n"), "GET /?id=3 HTTP/1.1 200")
		check.Equal(t, "done", len(w.Workers[0].Dones), 3)
		s := w.Workers[0].Statistics()
		check.Equal(t, "left", s.Left, int64(2))
		for _, row := range w.Workers[0].Rows {
			want := admin.ClientLeft
			if row.ID == "3" {
				want = admin.Answered
			}
			check.Equal(t, "outcome of "+row.ID, row.Outcome, want)
		}
	})
}

// The limit can be changed while requests wait.
func TestSetLimit(t *testing.T) {
	w := newWorld(t, config.Vintage202303, func(c *config.Config) { c.Limit = 1 })
	for i := range 6 {
		w.Get(0, i+1)
	}
	w.At(time.Second, func() { w.Workers[0].Do(admin.Command{Do: admin.Limit, N: 3}) })
	w.At(5500*time.Millisecond, func() { w.Workers[0].Do(admin.Command{Do: admin.Limit, N: 1}) })
	w.Run(time.Hour)
	var starts []string
	for _, m := range w.Workers[0].Starts {
		starts = append(starts, m.At.String()+" "+m.ID)
	}
	check.Equal(t, "starts", strings.Join(starts, ", "), "0s 1, 1s 2, 1s 3, 5s 6, 10s 5, 15s 4")
}
