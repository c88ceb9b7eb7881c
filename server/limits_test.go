package server_test

import (
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/server/admin"
)

// The article's wish: one more than may wait is refused at once.
func TestQueueBound(t *testing.T) {
	both(t, func(t *testing.T, vintage string) {
		w := newWorld(t, func(c *config.Config) { c.Vintage, c.Limit, c.Queue = vintage, 2, 3 })
		for i := range 7 {
			w.get(time.Duration(i)*100*time.Millisecond, i+1)
		}
		refused := w.get(time.Second, 8)
		later := w.get(7*time.Second, 9)
		w.Run(time.Minute)
		equal(t, "answered at once", refused.First(), time.Second)
		equal(t, "answer", answer(refused), document("503 Service Unavailable", `{"detail":"Service Unavailable"}`))
		equal(t, "its connection", refused.Ended, 6*time.Second)
		equal(t, "room again", strings.HasPrefix(answer(later), "200 OK|"), true)
		equal(t, "started", len(w.starts()), 6)
		equal(t, "the article's counter counts those that start", w.records[0].starts[5].number, 6)
		s := w.workers[0].Statistics()
		equal(t, "refused", s.Refused, int64(3))
		equal(t, "answered", s.Answered, int64(6))
	})
}

func TestQueueOfNoneRefusesWhoeverWouldWait(t *testing.T) {
	w := newWorld(t, func(c *config.Config) { c.Limit, c.Queue = 1, 0 })
	first, second := w.get(0, 1), w.get(time.Second, 2)
	w.Run(time.Minute)
	equal(t, "first", answer(first)[:3], "200")
	equal(t, "second", answer(second)[:3], "503")
}

// Sums balance at any moment: every request asked for is held, answered,
// refused, or its client has left.
func TestSumsBalance(t *testing.T) {
	for _, mode := range []string{"threadpool", "async-misuse", "cooperative"} {
		t.Run(mode, func(t *testing.T) {
			both(t, func(t *testing.T, vintage string) {
				w := newWorld(t, func(c *config.Config) {
					c.Vintage, c.Mode, c.Limit, c.Queue, c.Sleep = vintage, mode, 3, 5, time.Second
				})
				asked := int64(0)
				for i := range 40 {
					c := w.get(time.Duration(i)*100*time.Millisecond, i)
					if asked++; i%4 == 0 {
						w.At(time.Duration(i)*100*time.Millisecond+250*time.Millisecond, c.CloseWrite)
					}
					w.send(time.Duration(i)*100*time.Millisecond, "GET /nope HTTP/1.1\r\nHost: x\r\n\r\n") // not the program's
				}
				for at := time.Duration(0); at < time.Minute; at += 500 * time.Millisecond {
					w.Run(at)
					s := w.workers[0].Statistics()
					if s.Accepted != s.Held+s.Answered+s.Refused+s.Left || s.Accepted > asked || s.Held < 0 || s.Started > s.Held+s.Answered+s.Left {
						t.Fatalf("at %v: %+v of %d asked (alone: go test ./server -run '%s')", at, s, asked, t.Name())
					}
				}
				s := w.workers[0].Statistics()
				equal(t, "held in the end", s.Held, 0)
				equal(t, "answered, refused and left", s.Answered+s.Refused+s.Left, asked)
				equal(t, "started", s.Started, s.Answered+s.Left)
				equal(t, "rows", int64(len(w.records[0].rows)), asked+40)
			})
		})
	}
}

// A client that leaves the line frees nothing: its request still runs.
func TestClientsThatLeaveTheLine(t *testing.T) {
	both(t, func(t *testing.T, vintage string) {
		w := newWorld(t, func(c *config.Config) { c.Vintage, c.Limit = vintage, 1 })
		working, waiting := w.get(0, 1), w.get(1*time.Second, 2)
		w.At(2*time.Second, working.CloseWrite)
		w.At(2*time.Second, waiting.Abort)
		last := w.get(3*time.Second, 3)
		w.Run(time.Minute)
		order := "1 2 3"
		lastAt := 15 * time.Second
		if vintage == config.Vintage202303 { // last in, first out
			order, lastAt = "1 3 2", 10*time.Second
		}
		equal(t, "order of starts", strings.Join(w.starts(), " "), order)
		equal(t, "who has stayed is answered at", last.First(), lastAt)
		equal(t, "access log", strings.Join(w.records[0].access, "\n"), "GET /?id=3 HTTP/1.1 200")
		equal(t, "done", len(w.records[0].dones), 3)
		s := w.workers[0].Statistics()
		equal(t, "left", s.Left, int64(2))
		for _, row := range w.records[0].rows {
			want := admin.ClientLeft
			if row.ID == "3" {
				want = admin.Answered
			}
			equal(t, "outcome of "+row.ID, row.Outcome, want)
		}
	})
}

// The limit can be changed while requests wait.
func TestSetLimit(t *testing.T) {
	w := newWorld(t, func(c *config.Config) { c.Limit = 1 })
	for i := range 6 {
		w.get(0, i+1)
	}
	w.At(time.Second, func() { w.workers[0].Do(admin.Command{Do: admin.Limit, N: 3}) })
	w.At(5500*time.Millisecond, func() { w.workers[0].Do(admin.Command{Do: admin.Limit, N: 1}) })
	w.Run(time.Hour)
	var starts []string
	for _, m := range w.records[0].starts {
		starts = append(starts, m.at.String()+" "+m.id)
	}
	equal(t, "starts", strings.Join(starts, ", "), "0s 1, 1s 2, 1s 3, 5s 6, 10s 5, 15s 4")
}
