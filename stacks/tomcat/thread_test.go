package tomcat_test

import (
	"testing"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/distribution"
	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/server/servertest"
	"github.com/target-server/target-server/stacks/tomcat"
)

// A connection that sends something in the very turn of the poller in which it times out takes one thread, not two: the
// poller handles what arrived before it looks for timeouts.
func TestTomcatTakesOneThreadForAConnection(t *testing.T) {
	stacks := map[string]func() *server.Stack{
		config.Vintage202303:  tomcat.Stack202303,
		config.VintageCurrent: tomcat.StackCurrent,
	}
	servertest.Both(t, func(t *testing.T, vintage string) {
		w := servertest.New(t, stacks[vintage](), func(c *config.Config) {
			c.Limit, c.Sleep, c.KeepAlive = 4, distribution.Of(0), 50*time.Millisecond
		})
		c := w.Send(0, "")
		w.Send(900*time.Millisecond, "") // so that the poller has no turn of its own at 1 s
		w.At(1200*time.Millisecond, func() { c.Send("GET /?id=1 HTTP/1.1\r\nHost: a\r\n\r\n") })
		w.At(3*time.Second, c.Close)
		w.Run(10 * time.Second)
		check.Equal(t, "threads taken in the end", w.Workers[0].Statistics().Borrowed, 0)
		check.Equal(t, "answer", c.Text()[:min(len(c.Text()), 12)], "HTTP/1.1 200")
	})
}
