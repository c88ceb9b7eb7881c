package server_test

import (
	"fmt"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/net/http2"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/eventloop/sim"
	"github.com/target-server/target-server/stacks"
)

// hypercornWorld is a world of Hypercorn, whose handler takes 0.1 s.
func hypercornWorld(t *testing.T, vintage string, change ...func(cfg *config.Config)) *world {
	return newWorld(t, func(cfg *config.Config) {
		stack, err := stacks.Find("hypercorn", vintage)
		if err != nil {
			t.Fatal(err)
		}
		*cfg = stack.Defaults.Values
		cfg.Sleep = 100 * ms
		for _, c := range change {
			c(cfg)
		}
	})
}

// Streams that are reset while their answers wait for a window are nobody's: none stays held, and
// a stop takes the graceful timeout and no longer.
func TestStreamsThatAreResetWhileTheyWait(t *testing.T) {
	both(t, func(t *testing.T, vintage string) {
		w := hypercornWorld(t, vintage)
		var asks, resets strings.Builder
		for i := range uint32(20) {
			asks.WriteString(h2Get(2*i+1, "GET", fmt.Sprint("/?id=", i), true))
			resets.WriteString(h2Reset(2*i + 1))
		}
		c := w.send(0, preface+h2Window(0)+asks.String())
		w.At(time.Second, func() { c.Send(resets.String()) })
		w.Run(900 * ms)
		equal(t, "sums while they wait", w.sums(), "accepted 20: held 20, answered 0, refused 0, cancelled 0, left 0; started 20")
		w.Run(2 * time.Second)
		equal(t, "sums", w.sums(), "accepted 20: held 0, answered 0, refused 0, cancelled 0, left 20; started 20")
		w.signal(2*time.Second, syscall.SIGTERM)
		w.Run(time.Minute)
		equal(t, "the process has ended", w.end() >= 5*time.Second && w.end() < 5300*ms, true)
	})
}

// Clients that leave with answers waiting cost a few descriptors at most, and those that reset their
// connections none, however many they are. The stop waits for them, as the real one does.
func TestClientsThatLeaveTheirStreams(t *testing.T) {
	const clients, most = 600, 256
	for name, leave := range map[string]func(c *sim.Client){"fin": (*sim.Client).CloseWrite, "close": (*sim.Client).Close, "abort": (*sim.Client).Abort} {
		both(t, func(t *testing.T, vintage string) {
			w := hypercornWorld(t, vintage)
			var all []*sim.Client
			for i := range clients {
				c := w.send(time.Duration(i)*10*ms, preface+h2Window(0)+h2Get(1, "GET", "/?id=1", true))
				w.At(time.Duration(i)*10*ms+500*ms, func() { leave(c) })
				all = append(all, c)
			}
			w.Run(10 * time.Second)
			held := 0
			for _, c := range all {
				if c.Held() {
					held++
				}
			}
			equal(t, name+": descriptors", held, map[bool]int{true: 0, false: most}[name == "abort"])
			equal(t, name+": sums", w.sums(), fmt.Sprintf("accepted %d: held 0, answered 0, refused 0, cancelled 0, left %d; started %d", clients, clients, clients))
			w.signal(10*time.Second, syscall.SIGTERM)
			w.Run(time.Minute)
			equal(t, name+": the process has ended", w.end() >= 13*time.Second && w.end() < 13300*ms, true)
		})
	}
}

// A client that sends what must be answered, and does not read, is not read either.
func TestFramesOfAClientThatDoesNotRead(t *testing.T) {
	both(t, func(t *testing.T, vintage string) {
		w := hypercornWorld(t, vintage)
		ping := frames(func(f *http2.Framer) { _ = f.WritePing(false, [8]byte{}) })
		c := w.send(0, preface+h2Settings()+h2Get(1, "GET", "/?id=1", true))
		const megabytes = 8 << 20
		w.At(10*ms, func() {
			c.StopReading(0)
			c.Send(strings.Repeat(ping, megabytes/len(ping)))
		})
		w.Run(time.Second)
		left := c.Unread()
		equal(t, "most is left in the kernel", left > megabytes/2, true)
		w.Run(3 * time.Second)
		equal(t, "and stays there", c.Unread(), left)
		equal(t, "it has the answer", strings.Contains(fmt.Sprint(h2Seen(c)), "END/1"), false)
		w.At(3*time.Second, c.StartReading)
		w.Run(4 * time.Second)
		equal(t, "left when it reads", c.Unread(), 0)
		equal(t, "sums", w.sums(), "accepted 1: held 0, answered 1, refused 0, cancelled 0, left 0; started 1")
		equal(t, "frames", len(h2Seen(c)) > megabytes/len(ping), true)
	})
}

// A tree of priorities takes so many streams whose answers nobody can be given; then it costs the
// connection.
func TestTooManyStreamsThatWait(t *testing.T) {
	both(t, func(t *testing.T, vintage string) {
		w := hypercornWorld(t, vintage)
		c := w.send(0, preface+h2Window(0))
		const most = 999
		for i := range uint32(most + 1) {
			w.At(time.Duration(i+1)*ms, func() { c.Send(h2Get(2*i+1, "GET", "/nowhere", false)) })
			w.At(time.Duration(i+1)*ms+ms/2, func() { c.Send(h2Reset(2*i + 1)) })
		}
		w.Run(time.Second - 1)
		equal(t, "ended before", c.Ended, sim.Never)
		w.Run(2 * time.Second)
		equal(t, "ended at", c.Ended, time.Second)
	})
}

// A request of HTTP/2 that outlasts the graceful timeout keeps the server of current for ever, unless the task of another
// connection ends by being cancelled. At 2023-03 and on trio it keeps none.
func TestRequestsThatOutlastTheStop(t *testing.T) {
	const works, waits = "works", "waits"
	sends := map[string]string{
		works:      preface + h2Settings() + h2Get(1, "GET", "/?id=1&sleep=3s", true),
		waits:      preface + h2Window(0) + h2Get(1, "GET", "/?id=2&sleep=0.1s", true),
		"HTTP/1.1": "GET /?id=3&sleep=3s HTTP/1.1\r\nHost: x\r\n\r\n",
	}
	for stack, never := range map[string][][]string{"hypercorn": {{works}, {works, works}}, "hypercorn-uvloop": {{works}, {works, works}}, "hypercorn-trio": nil} {
		for _, connections := range [][]string{{works}, {works, works}, {works, waits}, {works, "HTTP/1.1"}, {waits}, {"HTTP/1.1"}} {
			both(t, func(t *testing.T, vintage string) {
				w := hypercornWorld(t, vintage, func(cfg *config.Config) { cfg.Stack, cfg.GracefulTimeout = stack, time.Second })
				for _, c := range connections {
					w.send(0, sends[c])
				}
				w.signal(500*ms, syscall.SIGTERM)
				w.Run(time.Minute)
				stays := vintage == config.VintageCurrent && slices.ContainsFunc(never, func(n []string) bool { return slices.Equal(n, connections) })
				equal(t, fmt.Sprint(stack, " with ", connections, " never ends"), w.end() == sim.Never, stays)
				equal(t, fmt.Sprint(stack, " with ", connections, ": held"), w.workers[0].Statistics().Held, 0)
			})
		}
	}
}
