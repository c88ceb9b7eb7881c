package hypercorn_test

import (
	"fmt"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/net/http2"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/distribution"
	"github.com/target-server/target-server/eventloop/sim"
	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/server/servertest"
	"github.com/target-server/target-server/stacks/hypercorn"
)

// stacks are those of Hypercorn, by name and vintage.
var stacks = map[[2]string]func() *server.Stack{
	{"hypercorn", config.Vintage202303}:         hypercorn.Stack202303,
	{"hypercorn", config.VintageCurrent}:        hypercorn.StackCurrent,
	{"hypercorn-uvloop", config.Vintage202303}:  hypercorn.Uvloop202303,
	{"hypercorn-uvloop", config.VintageCurrent}: hypercorn.UvloopCurrent,
	{"hypercorn-trio", config.Vintage202303}:    hypercorn.Trio202303,
	{"hypercorn-trio", config.VintageCurrent}:   hypercorn.TrioCurrent,
}

// newWorld starts one of them, whose handlers take 0.1 s.
func newWorld(t *testing.T, name, vintage string, change ...func(*config.Config)) *servertest.World {
	t.Helper()
	tenth := func(c *config.Config) { c.Sleep = distribution.Of(100 * ms) }
	return servertest.New(t, stacks[[2]string{name, vintage}](), append([]func(*config.Config){tenth}, change...)...)
}

// Streams that are reset while their answers wait for a window count as left: none stays held, and a stop takes no
// longer than the graceful timeout.
func TestStreamsThatAreResetWhileTheyWait(t *testing.T) {
	servertest.Both(t, func(t *testing.T, vintage string) {
		w := newWorld(t, "hypercorn", vintage)
		var asks, resets strings.Builder
		for i := range uint32(20) {
			asks.WriteString(h2Get(2*i+1, "GET", fmt.Sprint("/?id=", i), true))
			resets.WriteString(h2Reset(2*i + 1))
		}
		c := w.Send(0, preface+h2Window(0)+asks.String())
		w.At(time.Second, func() { c.Send(resets.String()) })
		w.Run(900 * ms)
		check.Equal(t, "sums while they wait", w.Sums(),
			"accepted 20: held 20, answered 0, refused 0, cancelled 0, left 0; started 20")
		w.Run(2 * time.Second)
		check.Equal(t, "sums", w.Sums(), "accepted 20: held 0, answered 0, refused 0, cancelled 0, left 20; started 20")
		w.Signal(2*time.Second, syscall.SIGTERM)
		w.Run(time.Minute)
		check.Equal(t, "the process has ended", w.End() >= 5*time.Second && w.End() < 5300*ms, true)
	})
}

// Clients that leave with answers waiting cost a few descriptors at most, and none if they reset their connections,
// however many there are. The stop waits for them, as the real one does.
func TestClientsThatLeaveTheirStreams(t *testing.T) {
	const clients, most = 600, 256
	for name, leave := range map[string]func(c *sim.Client){
		"fin": (*sim.Client).CloseWrite, "close": (*sim.Client).Close, "abort": (*sim.Client).Abort,
	} {
		servertest.Both(t, func(t *testing.T, vintage string) {
			w := newWorld(t, "hypercorn", vintage)
			var all []*sim.Client
			for i := range clients {
				c := w.Send(time.Duration(i)*10*ms, preface+h2Window(0)+h2Get(1, "GET", "/?id=1", true))
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
			check.Equal(t, name+": descriptors", held, map[bool]int{true: 0, false: most}[name == "abort"])
			check.Equal(t, name+": sums", w.Sums(),
				fmt.Sprintf("accepted %d: held 0, answered 0, refused 0, cancelled 0, left %d; started %d", clients, clients, clients))
			w.Signal(10*time.Second, syscall.SIGTERM)
			w.Run(time.Minute)
			check.Equal(t, name+": the process has ended", w.End() >= 13*time.Second && w.End() < 13300*ms, true)
		})
	}
}

// Frames that must be answered are not read from a client that does not read itself.
func TestFramesOfAClientThatDoesNotRead(t *testing.T) {
	servertest.Both(t, func(t *testing.T, vintage string) {
		w := newWorld(t, "hypercorn", vintage)
		ping := frames(func(f *http2.Framer) { _ = f.WritePing(false, [8]byte{}) })
		c := w.Send(0, preface+h2Settings()+h2Get(1, "GET", "/?id=1", true))
		const megabytes = 8 << 20
		w.At(10*ms, func() {
			c.StopReading(0)
			c.Send(strings.Repeat(ping, megabytes/len(ping)))
		})
		w.Run(time.Second)
		left := c.Unread()
		check.Equal(t, "most is left in the kernel", left > megabytes/2, true)
		w.Run(3 * time.Second)
		check.Equal(t, "and stays there", c.Unread(), left)
		check.Equal(t, "it has the answer", strings.Contains(fmt.Sprint(h2Seen(c)), "END/1"), false)
		w.At(3*time.Second, c.StartReading)
		w.Run(4 * time.Second)
		check.Equal(t, "left when it reads", c.Unread(), 0)
		check.Equal(t, "sums", w.Sums(), "accepted 1: held 0, answered 1, refused 0, cancelled 0, left 0; started 1")
		check.Equal(t, "frames", len(h2Seen(c)) > megabytes/len(ping), true)
	})
}

// The priority tree holds a limited number of streams whose answers cannot be sent; one more ends the
// connection.
func TestTooManyStreamsThatWait(t *testing.T) {
	servertest.Both(t, func(t *testing.T, vintage string) {
		w := newWorld(t, "hypercorn", vintage)
		c := w.Send(0, preface+h2Window(0))
		const most = 999
		for i := range uint32(most + 1) {
			w.At(time.Duration(i+1)*ms, func() { c.Send(h2Get(2*i+1, "GET", "/nowhere", false)) })
			w.At(time.Duration(i+1)*ms+ms/2, func() { c.Send(h2Reset(2*i + 1)) })
		}
		w.Run(time.Second - 1)
		check.Equal(t, "ended before", c.Ended, sim.Never)
		w.Run(2 * time.Second)
		check.Equal(t, "ended at", c.Ended, time.Second)
	})
}

// A request of HTTP/2 that outlasts the graceful timeout prevents the current server from ending,
// unless the task of another connection ends by being cancelled. At 2023-03 and on trio it keeps none.
func TestRequestsThatOutlastTheStop(t *testing.T) {
	const works, waits = "works", "waits"
	sends := map[string]string{
		works:      preface + h2Settings() + h2Get(1, "GET", "/?id=1&sleep=3s", true),
		waits:      preface + h2Window(0) + h2Get(1, "GET", "/?id=2&sleep=0.1s", true),
		"HTTP/1.1": "GET /?id=3&sleep=3s HTTP/1.1\r\nHost: x\r\n\r\n",
	}
	for stack, never := range map[string][][]string{
		"hypercorn": {{works}, {works, works}}, "hypercorn-uvloop": {{works}, {works, works}}, "hypercorn-trio": nil,
	} {
		for _, connections := range [][]string{
			{works}, {works, works}, {works, waits}, {works, "HTTP/1.1"}, {waits}, {"HTTP/1.1"},
		} {
			servertest.Both(t, func(t *testing.T, vintage string) {
				w := newWorld(t, stack, vintage, func(c *config.Config) { c.GracefulTimeout = time.Second })
				for _, c := range connections {
					w.Send(0, sends[c])
				}
				w.Signal(500*ms, syscall.SIGTERM)
				w.Run(time.Minute)
				stays := vintage == config.VintageCurrent &&
					slices.ContainsFunc(never, func(n []string) bool { return slices.Equal(n, connections) })
				check.Equal(t, fmt.Sprint(stack, " with ", connections, " never ends"), w.End() == sim.Never, stays)
				check.Equal(t, fmt.Sprint(stack, " with ", connections, ": held"), w.Workers[0].Statistics().Held, 0)
			})
		}
	}
}

// Hypercorn reads no more of an HTTP/2 client that takes no acknowledgements.
func TestPingsThatNobodyReads(t *testing.T) {
	for _, stack := range []string{"hypercorn", "hypercorn-uvloop", "hypercorn-trio"} {
		servertest.Both(t, func(t *testing.T, vintage string) {
			const all = 4 << 20
			w := newWorld(t, stack, vintage)
			c := w.Connect(w.Listener)
			c.StopReading(1000)
			ping := "\x00\x00\x08\x06\x00\x00\x00\x00\x00" + "unread!!"
			w.At(0, func() {
				c.Send(preface + h2Settings() + strings.Repeat(ping, all/len(ping)))
			})
			left := 0
			w.At(2*time.Second, func() {
				left = c.Unread()
				c.StartReading()
			})
			w.Run(4 * time.Second)
			check.Equal(t, "in the kernel, at least", left > all-1<<20, true)
			check.Equal(t, "and when it reads", c.Unread(), 0)
		})
	}
}

// An HTTP/2 client that opens a thousand streams and resets each at once loses its connection, as with the priority
// tree of the real Hypercorn; no stream stays held.
func TestStreamsThatAreResetAtOnce(t *testing.T) {
	for _, stack := range []string{"hypercorn", "hypercorn-uvloop"} {
		servertest.Both(t, func(t *testing.T, vintage string) {
			for n, ended := range map[int]bool{900: false, 1100: true} {
				w := newWorld(t, stack, vintage)
				var text strings.Builder
				text.WriteString(preface + h2Settings())
				for i := range n {
					id := string([]byte{0, 0, byte((2*i + 1) >> 8), byte(2*i + 1)})
					text.WriteString("\x00\x00\x06\x01\x05" + id + "\x82\x86\x84\x41\x01a" + "\x00\x00\x04\x03\x00" + id + "\x00\x00\x00\x08")
				}
				c := w.Send(0, text.String())
				w.Run(time.Second)
				check.Equal(t, fmt.Sprintf("ended after %d", n), c.Ended != sim.Never, ended)
				check.Equal(t, "held", w.Workers[0].Statistics().Held, 0)
			}
		})
	}
}
