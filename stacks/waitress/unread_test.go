package waitress_test

import (
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/distribution"
	"github.com/target-server/target-server/eventloop/sim"
	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/server/servertest"
	"github.com/target-server/target-server/stacks/waitress"
)

var at = map[string]*server.Stack{
	config.Vintage202303:  waitress.Stack202303(),
	config.VintageCurrent: waitress.StackCurrent(),
}

func oneThread(c *config.Config) { c.Limit, c.Sleep = 1, distribution.Of(0) }

// waitress leaves answers to its main thread: its threads serve what was read together with them, and
// others. It reads no more of the connection until all are sent, and ends it when nothing moves.
func TestWaitressServesOthersWhileAnswersWait(t *testing.T) {
	servertest.Both(t, func(t *testing.T, vintage string) {
		one := servertest.AnswerLength(t, at[vintage], oneThread)
		w := servertest.New(t, at[vintage], oneThread)
		c := w.Deaf(3*one+one/2, 1000)
		late := w.Get(time.Second, 9999)
		read := int64(8192/len("GET /?id=100 HTTP/1.1\r\nHost: localhost:8080\r\n\r\n")) + 1
		w.At(2*time.Second, func() {
			s := w.Workers[0].Statistics()
			check.Equal(t, "the other is answered", strings.Count(late.Text(), "HTTP/1.1 200"), 1)
			check.Equal(t, "threads in use", s.Borrowed, 0)
			check.Equal(t, "answered", s.Answered, 3+1)
			check.Equal(t, "started of one read", s.Started < 2*read, true)
		})
		w.Run(121 * time.Second)
		check.Equal(t, "ended", c.Ended.Truncate(time.Second), 120*time.Second)
		check.Equal(t, "held", w.Workers[0].Statistics().Held, 0)
	})
}

// What a client takes keeps its connection open.
func TestWaitressWaitsForSlowClient(t *testing.T) {
	servertest.Both(t, func(t *testing.T, vintage string) {
		one := servertest.AnswerLength(t, at[vintage], oneThread)
		w := servertest.New(t, at[vintage], oneThread)
		c := w.Deaf(one/2, 3)
		w.At(100*time.Second, func() {
			c.StartReading()
			c.StopReading(one)
		})
		w.Run(219 * time.Second)
		check.Equal(t, "open", c.Ended, sim.Never)
		w.Run(223 * time.Second)
		check.Equal(t, "ended", c.Ended != sim.Never, true)
	})
}
