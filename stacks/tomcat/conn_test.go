package tomcat_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/eventloop/sim"
	"github.com/target-server/target-server/limiter"
	"github.com/target-server/target-server/modes"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/stacks/tomcat"
)

// house is one connector in simulated time and network. Its servlet works as long as
// ?for= says.
type house struct {
	*sim.World
	t        *testing.T
	listener *sim.Listener
	shared   modes.Runtime
	log      []string
}

// build makes a house of so many threads and connections.
func build(t *testing.T, threads, connections int) *house {
	h := &house{World: sim.NewWorld(time.Date(2023, 3, 18, 12, 0, 0, 0, time.UTC)), t: t}
	h.listener = h.Listen(100)
	connector := tomcat.Connector{Version: &tomcat.Tomcat1017, MaxConnections: connections, MaxKeepAliveRequests: 100, MaxSwallowSize: 10}
	h.Process(func(p *sim.Process) {
		loop := eventloop.New(eventloop.Blocking, p, p)
		h.shared = modes.Runtime{Loop: loop, Limiter: limiter.New(threads, limiter.FIFO), Threads: modes.NewThreads(modes.Pool{Name: "exec-%d", First: 1, Longest: true, Spare: min(2, threads)})}
		e := tomcat.NewEndpoint(&http1.Host{Handle: h.handle, Log: (*record)(h), KeepAlive: 2 * time.Second, MostKept: 1 << 20, Shared: &h.shared, QueueFull: tomcat.Tomcat1017.Report(503, "")}, connector)
		server, err := loop.Serve(p.Adopt(h.listener), e.Accept, func(err error, _ bool) { t.Error(err) })
		if err != nil {
			t.Error(err)
			return
		}
		e.Listening(server)
		if err := loop.Run(); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(h.Close)
	return h
}

// handle is the program.
func (h *house) handle(x http1.Exchange, _ *http1.Head) {
	query, _ := url.ParseQuery(x.Query())
	d, _ := time.ParseDuration(query.Get("for"))
	j := &job{house: h, exchange: x}
	j.Program, j.Sleep = j, d
	x.Hold(j)
}

// job is the work of one request.
type job struct {
	modes.Job
	house    *house
	exchange http1.Exchange
}

func (j *job) Run()                  { modes.InConnectionThread(&j.house.shared, &j.Job) }
func (j *job) Begin(t *modes.Thread) { j.house.note("%s begins %s", t.Name, j.exchange.Query()) }
func (j *job) End(t *modes.Thread)   { j.house.note("%s ends %s", t.Name, j.exchange.Query()) }
func (j *job) Answer()               { j.exchange.Complete(tomcat.Hello) }
func (j *job) Refuse()               {}
func (j *job) Fail(string)           {}

// record is the house as the reader of its log sees it.
type record house

func (h *house) note(format string, args ...any) {
	h.log = append(h.log, fmt.Sprintf("%v ", h.Now())+fmt.Sprintf(format, args...))
}

func (r *record) Access(http1.Exchange, int) {}
func (r *record) Info(m string)              { (*house)(r).note("INFO %s", m[:strings.IndexByte(m, '\n')]) }
func (r *record) Warning(m string)           { (*house)(r).note("WARNING %s", m) }
func (r *record) Loop(m string)              { (*house)(r).note("LOOP %s", m) }
func (r *record) Error(m string)             { (*house)(r).note("ERROR %s", m) }

func (h *house) send(at time.Duration, text string) *sim.Client { return h.Dial(at, h.listener, text) }

func (h *house) then(at time.Duration, c *sim.Client, text string) { h.At(at, func() { c.Send(text) }) }

func (h *house) lines(want ...string) {
	h.t.Helper()
	if got := strings.Join(h.log, "\n"); got != strings.Join(want, "\n") {
		h.t.Errorf("log: wanted\n%s\ngot\n%s", strings.Join(want, "\n"), got)
	}
}

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
	switch {
	case c.Ended == sim.Never:
		got = append(got, "open")
	case c.Reset:
		got = append(got, fmt.Sprintf("%v reset", c.Ended))
	default:
		got = append(got, fmt.Sprintf("%v closed", c.Ended))
	}
	if text := strings.Join(got, ", "); text != want {
		h.t.Errorf("%s: wanted %q, got %q", who, want, text)
	}
}

func get(target string, lines ...string) string {
	return "GET " + target + " HTTP/1.1\r\n" + strings.Join(append([]string{"Host: x"}, lines...), "\r\n") + "\r\n\r\n"
}

const ms = time.Millisecond

// Who comes when there are as many connections as may be waits in the kernel, until
// one has gone.
func TestMostConnections(t *testing.T) {
	h := build(t, 2, 2)
	idle, busy := h.send(0, ""), h.send(0, get("/?for=300ms"))
	late := h.send(100*ms, get("/?for=100ms"))
	h.At(200*ms, func() {
		if n := h.listener.Waiting(); n != 1 {
			t.Errorf("waiting in the kernel: wanted 1, got %d", n)
		}
	})
	h.At(500*ms, idle.Close)
	h.Run(time.Second)
	h.saw("busy", busy, "300ms 200, open")
	h.saw("late", late, "600ms 200, open")
}

// Threads are taken by requests, pieces of them and the client's end alike, and the
// one that has idled longest is next.
func TestThreadsInTurn(t *testing.T) {
	h := build(t, 2, 10)
	a := h.send(0, get("/?for=10ms"))
	b := h.send(100*ms, "GET /?for=20ms HT")
	h.then(200*ms, b, "TP/1.1\r\nHost: x\r\n\r\n")
	h.At(300*ms, a.Close)
	c := h.send(400*ms, get("/?for=30ms"))
	h.Run(time.Second)
	h.lines("0s exec-1 begins for=10ms", "10ms exec-1 ends for=10ms",
		"200ms exec-1 begins for=20ms", "220ms exec-1 ends for=20ms",
		"400ms exec-1 begins for=30ms", "430ms exec-1 ends for=30ms")
	h.saw("c", c, "430ms 200, open")
}

// A thread that has answered looks once more before it serves who waits.
func TestOvertaking(t *testing.T) {
	h := build(t, 1, 10)
	a := h.send(0, get("/?for=100ms"))
	b := h.send(10*ms, get("/?for=20ms"))
	h.then(50*ms, a, get("/?for=30ms"))
	h.Run(time.Second)
	h.saw("the one that asks twice", a, "100ms 200, 130ms 200, open")
	h.saw("the one that waits", b, "150ms 200, open")
}

// A thread waits for a body to end, as long as a connection may be silent, and reads
// no more of it than it may.
func TestSwallowing(t *testing.T) {
	h := build(t, 3, 10)
	whole := h.send(0, get("/?for=10ms", "Content-Length: 3")+"ab")
	h.then(500*ms, whole, "c"+get("/x"))
	silent := h.send(0, get("/?for=10ms", "Content-Length: 3")+"ab")
	long := h.send(0, get("/?for=10ms", "Content-Length: 100")+strings.Repeat("a", 20))
	h.Run(5 * time.Second)
	h.saw("whose body ends", whole, "10ms 200, 500ms 404, 2.5s closed")
	h.saw("whose body does not", silent, "10ms 200, 2.01s closed")
	h.saw("whose body is too long", long, "10ms 200, 10ms closed")
}

// A client that does not read has its thread wait, and is cut off in the end; what
// it does not read is bounded.
func TestDeafClient(t *testing.T) {
	h := build(t, 1, 10)
	deaf := h.send(0, "")
	deaf.StopReading(100)
	h.At(ms, func() { deaf.Send(strings.Repeat(get("/nowhere"), 99)) })
	other := h.send(10*ms, get("/?for=10ms"))
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
		h.send(time.Duration(i)*ms, "nonsense\r\n\r\n")
	}
	h.Run(time.Second)
	h.lines("0s INFO org.apache.coyote.http11.Http11Processor service: Error parsing HTTP request header")
}

// A client that has left while it waited for a thread has its request served all
// the same.
func TestLeftInLine(t *testing.T) {
	h := build(t, 1, 10)
	h.send(0, get("/?for=100ms"))
	gone := h.send(10*ms, get("/?for=20ms"))
	h.At(50*ms, gone.Close)
	h.Run(time.Second)
	h.lines("0s exec-1 begins for=100ms", "100ms exec-1 ends for=100ms", "100ms exec-1 begins for=20ms", "120ms exec-1 ends for=20ms")
}
