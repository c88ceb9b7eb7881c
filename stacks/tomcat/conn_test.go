package tomcat_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/eventloop/sim"
	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/limiter"
	"github.com/target-server/target-server/modes"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/servertest"
	"github.com/target-server/target-server/stacks/tomcat"
)

// house is one connector. Its servlet works for as long as ?for= says.
type house struct {
	*servertest.Endpoint
	t      *testing.T
	shared *modes.Runtime
}

// build makes a house with a number of threads and connections.
func build(t *testing.T, threads, connections int) *house {
	h := &house{t: t}
	connector := tomcat.Connector{
		Version: &tomcat.Tomcat1017, MaxConnections: connections, MaxKeepAliveRequests: 100, MaxSwallowSize: 10,
	}
	h.Endpoint = servertest.Open(t, eventloop.Blocking, h.handle, func(host *http1.Host) http1.Endpoint {
		host.Log = servertest.NoAccess{Log: host.Log}
		host.KeepAlive, host.QueueFull = 2*time.Second, tomcat.Tomcat1017.Report(503, "")
		h.shared = host.Shared
		h.shared.Limiter = limiter.New(threads, limiter.FIFO)
		h.shared.Threads = modes.NewThreads(modes.Pool{Name: "exec-%d", First: 1, Longest: true, Spare: min(2, threads)})
		return tomcat.NewEndpoint(host, connector)
	})
	return h
}

// handle is the program.
func (h *house) handle(x http1.Exchange, _ *http1.Head) {
	d, _ := time.ParseDuration(servertest.Asked(x, "for"))
	j := &job{house: h, exchange: x}
	j.Program, j.Sleep = j, d
	x.Hold(j)
}

// job is the work of one request.
type job struct {
	modes.Job
	modes.OneSleep
	house    *house
	exchange http1.Exchange
}

func (j *job) Run()                  { modes.InConnectionThread(j.house.shared, &j.Job) }
func (j *job) Begin(t *modes.Thread) { j.house.Note("%s begins %s", t.Name, j.exchange.Query()) }
func (j *job) End(t *modes.Thread)   { j.house.Note("%s ends %s", t.Name, j.exchange.Query()) }
func (j *job) Resume()               { j.exchange.Complete(tomcat.Hello) }
func (j *job) Refuse()               {}
func (j *job) Fail(string)           {}

// saw compares the statuses a client has got, and when its connection ended.
func (h *house) saw(who string, c *sim.Client, want string) {
	h.t.Helper()
	var got []string
	for _, p := range c.Pieces {
		for part := range strings.SplitSeq(p.Text, "HTTP/1.1 ") {
			if len(part) > 3 {
				got = append(got, fmt.Sprintf("%v %s", p.At, part[:3]))
			}
		}
	}
	check.Equal(h.t, who, strings.Join(append(got, servertest.Ending(c)), ", "), want)
}

var get = servertest.Request

const ms = time.Millisecond

// Beyond the maximum of connections, a client waits in the kernel until one of them has closed.
func TestMostConnections(t *testing.T) {
	h := build(t, 2, 2)
	idle, busy := h.Send(0, ""), h.Send(0, get("/?for=300ms"))
	late := h.Send(100*ms, get("/?for=100ms"))
	h.At(200*ms, func() {
		if n := h.Listener.Waiting(); n != 1 {
			t.Errorf("waiting in the kernel: wanted 1, got %d", n)
		}
	})
	h.At(500*ms, idle.Close)
	h.Run(time.Second)
	h.saw("busy", busy, "300ms 200, open")
	h.saw("late", late, "600ms 200, open")
}

// Requests, pieces of them and a client's end each take a thread: the one that has been idle longest.
func TestThreadsInTurn(t *testing.T) {
	h := build(t, 2, 10)
	a := h.Send(0, get("/?for=10ms"))
	b := h.Send(100*ms, "GET /?for=20ms HT")
	h.Then(200*ms, b, "TP/1.1\r\nHost: x\r\n\r\n")
	h.At(300*ms, a.Close)
	c := h.Send(400*ms, get("/?for=30ms"))
	h.Run(time.Second)
	h.Logged("0s exec-1 begins for=10ms", "10ms exec-1 ends for=10ms",
		"200ms exec-1 begins for=20ms", "220ms exec-1 ends for=20ms",
		"400ms exec-1 begins for=30ms", "430ms exec-1 ends for=30ms")
	h.saw("c", c, "430ms 200, open")
}

// A thread that has answered looks for the next request of its connection before it serves the queue.
func TestOvertaking(t *testing.T) {
	h := build(t, 1, 10)
	a := h.Send(0, get("/?for=100ms"))
	b := h.Send(10*ms, get("/?for=20ms"))
	h.Then(50*ms, a, get("/?for=30ms"))
	h.Run(time.Second)
	h.saw("the one that asks twice", a, "100ms 200, 130ms 200, open")
	h.saw("the one that waits", b, "150ms 200, open")
}

// A thread waits for the rest of a body as long as a connection may be silent, and reads no more of it than it may.
func TestSwallowing(t *testing.T) {
	h := build(t, 3, 10)
	whole := h.Send(0, get("/?for=10ms", "Content-Length: 3")+"ab")
	h.Then(500*ms, whole, "c"+get("/x"))
	silent := h.Send(0, get("/?for=10ms", "Content-Length: 3")+"ab")
	long := h.Send(0, get("/?for=10ms", "Content-Length: 100")+strings.Repeat("a", 20))
	h.Run(5 * time.Second)
	h.saw("whose body ends", whole, "10ms 200, 500ms 404, 2.5s closed")
	h.saw("whose body does not", silent, "10ms 200, 2.01s closed")
	h.saw("whose body is too long", long, "10ms 200, 10ms closed")
}

// A thread waits for a client that does not read and cuts it off in the end; what it keeps for it is bounded.
func TestDeafClient(t *testing.T) {
	h := build(t, 1, 10)
	deaf := h.Send(0, "")
	deaf.StopReading(100)
	h.At(ms, func() { deaf.Send(strings.Repeat(get("/nowhere"), 99)) })
	other := h.Send(10*ms, get("/?for=10ms"))
	h.Run(10 * time.Second)
	h.saw("the other", other, "2.011s 200, 4.011s closed")
	if deaf.Ended == sim.Never {
		t.Error("the deaf client was not cut off")
	}
}

// An error of parsing is logged once by each processor.
func TestComplaints(t *testing.T) {
	h := build(t, 2, 10)
	for i := range 3 {
		h.Send(time.Duration(i)*ms, "nonsense\r\n\r\n")
	}
	h.Run(time.Second)
	h.Logged("0s INFO org.apache.coyote.http11.Http11Processor service: Error parsing HTTP request header")
}

// A request whose client leaves while it is queued runs anyway.
func TestLeftInLine(t *testing.T) {
	h := build(t, 1, 10)
	h.Send(0, get("/?for=100ms"))
	gone := h.Send(10*ms, get("/?for=20ms"))
	h.At(50*ms, gone.Close)
	h.Run(time.Second)
	h.Logged("0s exec-1 begins for=100ms", "100ms exec-1 ends for=100ms", "100ms exec-1 begins for=20ms",
		"120ms exec-1 ends for=20ms")
}
