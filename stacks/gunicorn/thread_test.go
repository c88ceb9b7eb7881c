package gunicorn_test

import (
	"testing"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/distribution"
	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/server/servertest"
)

// The main thread, which watches idle connections, waits for another client to close: a connection that receives more
// bytes meanwhile queues for one thread, not for two.
func TestGthreadTakesOneThreadForAConnection(t *testing.T) {
	servertest.Both(t, func(t *testing.T, vintage string) {
		w := newGthread(t, vintage, func(c *config.Config) { c.Sleep, c.Limit = distribution.Of(0), 4 })
		w.Send(0, "GET /?id=1 HTTP/1.1\r\nConnection: close\r\n\r\n") // the main thread waits for its end
		c := w.Send(0, "GET /?id=2 HTTP/1.1\r\nContent-Length: 4\r\n\r\n")
		w.At(100*time.Millisecond, func() { c.Send("bodyGET /?id=3") })
		w.At(200*time.Millisecond, func() { c.Send(" HTTP/1.1\r\n") })
		w.At(300*time.Millisecond, func() { c.Send("\r\n") })
		w.At(5*time.Second, c.Close)
		w.Run(20 * time.Second)
		s := w.Workers[0].Statistics()
		check.Equal(t, "threads taken in the end", s.Borrowed, 0)
		check.Equal(t, "held in the end", s.Held, 0)
	})
}

// A connection that was refused a thread, and then says nothing until the main thread watches it, is answered once it asks.
func TestGthreadAnswersARefusedConnectionThatWasSilent(t *testing.T) {
	servertest.Both(t, func(t *testing.T, vintage string) {
		w := newGthread(t, vintage, func(c *config.Config) { c.Sleep, c.Limit, c.Queue = distribution.Of(20*time.Second), 1, 0 })
		w.Get(0, 1)
		c := w.Send(100*time.Millisecond, "")
		w.At(6*time.Second, func() { c.Send("GET /?id=2 HTTP/1.1\r\n\r\n") })
		w.Run(10 * time.Second)
		check.Equal(t, "pieces of the refusal", len(c.Pieces), 2)
	})
}
