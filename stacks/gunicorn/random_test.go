package gunicorn_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/eventloop/sim"
	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/server/servertest"
)

// pieces are what clients send at random: whole requests, parts of them, and malformed ones.
var pieces = []string{
	"GET /?id=1 HTTP/1.1\r\nHost: h\r\n\r\n", "GET /?id=1 HTTP/1.1\r\nHost: h\r\n\r\n", "GET /x HTTP/1.0\r\n\r\n",
	"GET /?id=1 HTTP/1.1\r\nConnection: close\r\n\r\n", "GET /?id=1 HTTP/1.1\r\nContent-Length: 5\r\n\r\nab", "cde",
	"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", "0\r\n\r\n", "zz\r\n", "-1\r\n", "GET /?id=", "1 HTTP/1.1\r\n", "\r\n",
	"\n", "nonsense\r\n\r\n", "Expect: 100-continue\r\n\r\n", strings.Repeat("x", 9000), "X: " + strings.Repeat("y", 70000),
}

// act has a client do something at random.
func act(rng *rand.Rand, c *sim.Client) {
	switch rng.IntN(12) {
	case 0:
		c.Close()
	case 1:
		c.CloseWrite()
	case 2:
		c.Abort()
	default:
		c.Send(pieces[rng.IntN(len(pieces))])
	}
}

// Whatever clients send and however they leave, a worker of gunicorn has finished its work once they have gone, and
// serves the next client.
func TestGunicornOutlivesItsClients(t *testing.T) {
	for _, start := range []func(*testing.T, string, func(*config.Config)) *servertest.World{newSync, newGthread} {
		servertest.Both(t, func(t *testing.T, vintage string) {
			for seed := range uint64(60) {
				rng := rand.New(rand.NewPCG(seed, 1))
				w := start(t, vintage, sleeping(300*time.Millisecond))
				for range 12 {
					c := w.Connect(w.Listener)
					for range rng.IntN(6) {
						w.At(time.Duration(rng.IntN(4000))*time.Millisecond, func() { act(rng, c) })
					}
					w.At(6*time.Second, c.Close)
				}
				last := w.Get(40*time.Second, 99)
				w.Run(60 * time.Second)
				check.Equal(t, fmt.Sprintf("seed %d: the last gets", seed), strings.HasPrefix(last.Text(), "HTTP/1.1 200 OK"), true)
				check.Equal(t, fmt.Sprintf("seed %d: work is finished", seed), len(w.Workers[0].Dones), len(w.Workers[0].Starts))
				w.Close()
			}
		})
	}
}
