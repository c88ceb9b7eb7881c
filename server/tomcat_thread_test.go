package server_test

import (
	"testing"
	"time"

	"github.com/target-server/target-server/config"
)

// A connection that sends something in the turn of the poller in which it has been silent too long has
// one thread, not one for each: the poller looks at who sends before it looks at who is silent.
func TestTomcatTakesOneThreadForAConnection(t *testing.T) {
	both(t, func(t *testing.T, vintage string) {
		w := newWorld(t, func(c *config.Config) {
			c.Stack, c.Vintage, c.App, c.Limit, c.Sleep, c.KeepAlive = "tomcat", vintage, "", 4, 0, 50*time.Millisecond
		})
		c := w.send(0, "")
		w.send(900*time.Millisecond, "") // so that the poller has no turn of its own at 1 s
		w.At(1200*time.Millisecond, func() { c.Send("GET /?id=1 HTTP/1.1\r\nHost: a\r\n\r\n") })
		w.At(3*time.Second, c.Close)
		w.Run(10 * time.Second)
		equal(t, "threads taken in the end", w.workers[0].Statistics().Borrowed, 0)
		equal(t, "answer", c.Text()[:min(len(c.Text()), 12)], "HTTP/1.1 200")
	})
}
