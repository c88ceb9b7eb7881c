package server_test

import (
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/distribution"
	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/server/servertest"
)

// oneThread has a stack serve with one thread, whose handlers do not sleep.
func oneThread(c *config.Config) { c.Limit, c.Sleep = 1, distribution.Of(0) }

// A thread whose client does not read blocks in its write: it begins no other request, stays borrowed, and its answer
// does not count. It goes on when the client reads.
func TestThreadWaitsForClientThatDoesNotRead(t *testing.T) {
	for _, name := range []string{"gunicorn-gthread", "tomcat"} {
		servertest.Both(t, func(t *testing.T, vintage string) {
			stack := find(t, name, vintage)
			one := servertest.AnswerLength(t, stack, oneThread)
			w := servertest.New(t, stack, oneThread)
			c := w.Deaf(3*one+one/2, 50)
			late := w.Get(time.Second, 99)
			w.At(2*time.Second, func() {
				s := w.Workers[0].Statistics()
				check.Equal(t, "started", s.Started, 4)
				check.Equal(t, "answered", s.Answered, 3)
				check.Equal(t, "held", s.Held, 1)
				check.Equal(t, "threads in use", s.Borrowed, 1)
				check.Equal(t, "the next", late.Text(), "")
				c.StartReading()
			})
			w.Run(10 * time.Second)
			s := w.Workers[0].Statistics()
			answers := int64(strings.Count(c.Text(), "HTTP/1.1 200"))
			check.Equal(t, "answered in the end", s.Answered, answers+1)
			check.Equal(t, "held in the end", s.Held, 0)
			check.Equal(t, "it has gone on", answers > 4, true)
			check.Equal(t, "the next is answered", strings.Count(late.Text(), "HTTP/1.1 200"), 1)
		})
	}
}

// A client that leaves without reading frees the thread; answers that it did not take do not count as answered.
func TestThreadIsFreedByClientThatLeavesUnread(t *testing.T) {
	for _, name := range []string{"gunicorn-gthread", "waitress", "tomcat"} {
		servertest.Both(t, func(t *testing.T, vintage string) {
			stack := find(t, name, vintage)
			one := servertest.AnswerLength(t, stack, oneThread)
			w := servertest.New(t, stack, oneThread)
			c := w.Deaf(3*one+one/2, 20)
			w.At(time.Second, c.Abort)
			late := w.Get(2*time.Second, 99)
			w.Run(10 * time.Second)
			s := w.Workers[0].Statistics()
			check.Equal(t, "answered", s.Answered, 4)
			check.Equal(t, "held", s.Held, 0)
			check.Equal(t, "sum", s.Answered+s.Left, s.Accepted)
			check.Equal(t, "left, at least", s.Left > 0, true)
			check.Equal(t, "threads in use", s.Borrowed, 0)
			check.Equal(t, "the next is answered", strings.Count(late.Text(), "HTTP/1.1 200"), 1)
		})
	}
}
