package uvicorn_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/eventloop/sim"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/stacks/uvicorn"
)

// FuzzConn plays a script of what clients, handlers, timers and the operator do
// to connections of one class on one loop, and checks the result against the rules that hold for any
// script. See script.
func FuzzConn(f *testing.F) {
	for _, text := range scripts {
		for setup := range 8 {
			f.Add(append([]byte{byte(setup)}, text...))
		}
	}
	f.Fuzz(func(t *testing.T, script []byte) {
		if len(script) == 0 {
			return
		}
		p := newPlay(script[0])
		p.perform(script[1:])
		p.finish()
		if len(p.wrong) > 0 {
			t.Fatalf("%s:\n%s", p, strings.Join(p.wrong, "\n"))
		}
	})
}

// play is one service on a loop in simulated time, with its clients.
type play struct {
	*sim.World
	class    class
	flavour  eventloop.Flavour
	endpoint *uvicorn.Endpoint
	loop     *eventloop.Loop
	listener *sim.Listener
	poller   lastWait

	clients  []*peer
	byPort   map[uint16]*peer
	requests []*request
	held     []*request // running until they are told to end
	latest   *peer
	manner   manner // of the requests to come
	fatal    bool   // an exception has cut a client off
	unheard  bool   // a request was cancelled before its first step, and its client never gets an answer
	wrong    []string
}

// peer is a client and what the service owes it.
type peer struct {
	*sim.Client
	ended    bool     // stopped sending
	left     bool     // stopped reading
	slow     bool     // has let answers lie in the network
	accesses []access // the answers it was to get
	answered int      // the number of the request that the last is to
}

// access is an answer whose head was sent.
type access struct {
	id     string // of the request; none if no handler was asked
	method string
	status int
	failed bool // an exception came instead
	late   bool // the connection was closed already
}

// request is one request that a handler was asked to answer.
type request struct {
	play     *play
	cycle    *uvicorn.Cycle
	peer     *peer
	id       string
	manner   manner
	timer    eventloop.Timer
	begun    bool // has had its first step, if it is held
	over     bool // is done or cancelled
	answered bool
}

// lastWait is a poller that remembers how long it was to wait.
type lastWait struct {
	*sim.Process
	timeout time.Duration
}

func (w *lastWait) Wait(timeout time.Duration, events []eventloop.Event) ([]eventloop.Event, error) {
	w.timeout = timeout
	return w.Process.Wait(timeout, events)
}

// newPlay reads class, loop, size of reads and the settings out of a byte.
func newPlay(setup byte) *play {
	c := classes[setup&3]
	p := &play{
		World: sim.NewWorld(time.Date(2023, 3, 18, 12, 0, 0, 0, time.UTC)),
		class: c, flavour: c.loops()[setup>>2&1], byPort: map[uint16]*peer{},
	}
	p.flavour.ReadSize = []int{1024, 64, 65536, 23}[setup>>3&3]
	p.endpoint = &uvicorn.Endpoint{Class: &p.class.behaviour, Host: &http1.Host{Handle: p.handle, Log: (*playLog)(p), KeepAlive: 5 * time.Second}}
	p.endpoint.SetDefaults(http1.Line{Name: "date", Value: "D"}, http1.Line{Name: "server", Value: "uvicorn"})
	if setup&0x20 != 0 {
		p.endpoint.LimitConcurrency = 2
		p.endpoint.Unavailable = document(http.StatusServiceUnavailable, "Service Unavailable")
	}
	p.endpoint.KeepFields = setup&0x40 != 0
	p.listener = p.Listen(100)
	p.Process(p.serve)
	return p
}

func (p *play) serve(process *sim.Process) {
	p.poller.Process = process
	p.loop = eventloop.New(p.flavour, process, &p.poller)
	if _, err := p.loop.Serve(process.Adopt(p.listener), p.endpoint.Accept, func(err error, _ bool) { p.complain("accept: %v", err) }); err != nil {
		p.complain("serve: %v", err)
	}
	if err := p.loop.Run(); err != nil {
		p.complain("run: %v", err)
	}
}

// String describes the part of the setup that the script's first byte determines.
func (p *play) String() string {
	return fmt.Sprintf("%s on %s, reads of %d, limit %d, fields kept: %t",
		p.class.name, p.flavour.Name, p.flavour.ReadSize, p.endpoint.LimitConcurrency, p.endpoint.KeepFields)
}

func (p *play) complain(format string, args ...any) {
	p.wrong = append(p.wrong, fmt.Sprintf("%v: ", p.Now())+fmt.Sprintf(format, args...))
}

// connect brings another client.
func (p *play) connect(at time.Duration) *peer {
	c := &peer{Client: p.Dial(at, p.listener, "")}
	p.clients = append(p.clients, c)
	p.byPort[uint16(c.Port())] = c
	return c
}

// manner is how a handler deals with a request.
type manner byte

const (
	atOnce manner = iota
	inChunks
	closing
	noContent
	untilTold
	soonDone
	lateDone
	inFirstStep
	echoes // the request, in its body
	large
	manners
)

// handle is the program.
func (p *play) handle(e http1.Exchange, head *http1.Head) {
	c := e.(*uvicorn.Cycle)
	got := &request{play: p, cycle: c, peer: p.byPort[c.Conn().Peer().Port()], id: strconv.Itoa(len(p.requests) + 1), manner: p.manner}
	p.requests = append(p.requests, got)
	switch p.manner {
	case untilTold, soonDone, lateDone, inFirstStep:
		c.Hold(got)
	case echoes:
		a := document(http.StatusOK, fmt.Sprintf("%s %s %q", e.Method(), e.RawTarget(), head.Fields))
		a.Lines = append(a.Lines, http1.Line{Name: "x-id", Value: got.id})
		c.Reply(a)
	default:
		c.Reply(got.answer())
	}
}

// largeBody is more than a stream holds before it asks for a pause.
var largeBody = strings.Repeat("x", eventloop.HighWater+1000)

func (r *request) answer() *http1.Answer {
	a := document(http.StatusOK, `"hello"`)
	switch r.manner {
	case inChunks:
		a.Lines = nil
	case closing:
		a.Lines = append(a.Lines, http1.Line{Name: "connection", Value: "close"})
	case noContent:
		a = &http1.Answer{Status: http.StatusNoContent}
	case large:
		a = document(http.StatusOK, largeBody)
	}
	a.Lines = append(a.Lines, http1.Line{Name: "x-id", Value: r.id})
	return a
}

// Run is the first step of a request that is held.
func (r *request) Run() {
	r.begun = true
	switch r.manner {
	case inFirstStep:
		r.complete()
	case soonDone:
		r.play.loop.Beside(&r.timer, 3*time.Second, eventloop.Func(r.complete))
	case lateDone:
		r.play.loop.After(&r.timer, longest, eventloop.Func(r.complete))
	default:
		r.play.held = append(r.play.held, r)
	}
}

// longest is how long a handler runs if the script does not end it.
const longest = 10 * time.Second

func (r *request) complete() {
	r.over = true
	r.cycle.Complete(r.answer())
}

// playLog is the play as the reader of the service's log.
type playLog play

// Access makes sure that answers go out in the order of the requests, once each.
func (l *playLog) Access(c http1.Exchange, status int) {
	p := (*play)(l)
	to := p.byPort[c.(*uvicorn.Cycle).Conn().Peer().Port()]
	a := access{id: c.Answer().Line("x-id"), method: c.Method(), status: status, late: c.(*uvicorn.Cycle).Conn().Closing()}
	if line := c.Method() + c.Target() + c.Version(); strings.ContainsAny(line, "\r\n") {
		p.complain("an access line that is two: %q", line)
	}
	if a.id != "" {
		n, _ := strconv.Atoi(a.id)
		r := p.requests[n-1]
		if r.answered || r.peer != to || n < to.answered {
			p.complain("request %s is answered twice, after a later one, or to another client", a.id)
		}
		r.answered, to.answered = true, n
	}
	to.accesses = append(to.accesses, a)
	p.latest = to
}

func (l *playLog) Info(string)    {}
func (l *playLog) Warning(string) {}
func (l *playLog) Loop(m string)  { l.fatal = l.fatal || strings.HasPrefix(m, "Fatal") }

// Error is what an answer has come to instead, unless it is of a cancelled one.
func (l *playLog) Error(m string) {
	if strings.HasSuffix(m, cancelled) {
		return
	}
	l.latest.accesses[len(l.latest.accesses)-1].failed = true
}
