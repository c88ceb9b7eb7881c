package http1_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/eventloop/sim"
	"github.com/target-server/target-server/server/http1"
)

// FuzzConn plays a script of what clients, handlers, timers and the operator do
// to connections of one class on one loop, and holds what comes of it to what
// must be true of any script. See script.
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
			t.Fatalf("%s on %s, %s:\n%s", p.class.name, p.flavour.Name, p.setting, strings.Join(p.wrong, "\n"))
		}
	})
}

// play is one service on a loop in simulated time, with its clients.
type play struct {
	*sim.World
	class    class
	flavour  eventloop.Flavour
	setting  string
	service  *http1.Service
	loop     *eventloop.Loop
	listener *sim.Listener
	poller   lastWait

	clients []*customer
	byPort  map[uint16]*customer
	orders  []*order
	held    []*order // in work until they are told to end
	latest  *customer
	manner  manner // of the requests to come
	fatal   bool   // an exception has cut somebody off
	wrong   []string
}

// customer is a client and what the service owes it.
type customer struct {
	*sim.Client
	ended    bool     // sent no more
	left     bool     // took no more
	slow     bool     // has let answers lie in the network
	accesses []access // the answers it was to get
}

// access is an answer whose head was sent.
type access struct {
	id     string // of the order; none if no handler was asked
	method string
	status int
	failed bool // an exception came instead
	late   bool // the connection was closed already
}

// order is one request that a handler was asked to answer.
type order struct {
	play     *play
	cycle    *http1.Cycle
	customer *customer
	id       string
	manner   manner
	timer    eventloop.Timer
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
		class: c, flavour: c.loops()[setup>>2&1], byPort: map[uint16]*customer{},
	}
	p.flavour.ReadSize = []int{1024, 64, 65536, 23}[setup>>3&3]
	p.service = &http1.Service{Behaviour: &p.class.behaviour, Handler: p, Log: (*clerk)(p), KeepAlive: 5 * time.Second}
	p.service.SetDefaults(http1.Line{Name: "date", Value: "D"}, http1.Line{Name: "server", Value: "uvicorn"})
	if setup&0x20 != 0 {
		p.service.LimitConcurrency = 2
		p.service.Unavailable = document(http.StatusServiceUnavailable, "Service Unavailable")
	}
	p.service.KeepFields = setup&0x40 != 0
	p.setting = fmt.Sprintf("reads of %d, limit %d, fields kept: %t", p.flavour.ReadSize, p.service.LimitConcurrency, p.service.KeepFields)
	p.listener = p.Listen(100)
	p.Process(p.serve)
	return p
}

func (p *play) serve(process *sim.Process) {
	p.poller.Process = process
	p.loop = eventloop.New(p.flavour, process, &p.poller)
	if _, err := p.loop.Serve(process.Adopt(p.listener), p.service.Accept, func(err error) { p.complain("accept: %v", err) }); err != nil {
		p.complain("serve: %v", err)
	}
	if err := p.loop.Run(); err != nil {
		p.complain("run: %v", err)
	}
}

func (p *play) complain(format string, args ...any) {
	p.wrong = append(p.wrong, fmt.Sprintf("%v: ", p.Now())+fmt.Sprintf(format, args...))
}

// connect brings another client.
func (p *play) connect(at time.Duration) *customer {
	c := &customer{Client: p.Dial(at, p.listener, "")}
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
	foreign
	large
	manners
)

// ServeHTTP implements http.Handler.
func (p *play) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := w.(*http1.Cycle)
	o := &order{play: p, cycle: c, customer: p.byPort[c.Conn().Peer().Port()], id: fmt.Sprint(len(p.orders) + 1), manner: p.manner}
	p.orders = append(p.orders, o)
	switch p.manner {
	case untilTold, soonDone, lateDone, inFirstStep:
		c.Hold(o)
	case foreign:
		w.Header().Set("X-Id", o.id)
		fmt.Fprint(w, r.Method, r.URL, r.Header)
	default:
		c.Reply(o.answer())
	}
}

// largeBody is more than a stream holds before it asks for a pause.
var largeBody = strings.Repeat("x", eventloop.HighWater+1000)

func (o *order) answer() *http1.Answer {
	a := document(http.StatusOK, `"hello"`)
	switch o.manner {
	case inChunks:
		a.Lines = nil
	case closing:
		a.Lines = append(a.Lines, http1.Line{Name: "connection", Value: "close"})
	case noContent:
		a = &http1.Answer{Status: http.StatusNoContent}
	case large:
		a = document(http.StatusOK, largeBody)
	}
	a.Lines = append(a.Lines, http1.Line{Name: "x-id", Value: o.id})
	return a
}

// Run is the first step of a request that is held.
func (o *order) Run() {
	switch o.manner {
	case inFirstStep:
		o.complete()
	case soonDone:
		o.play.loop.Beside(&o.timer, 3*time.Second, eventloop.Func(o.complete))
	case lateDone:
		o.play.loop.After(&o.timer, 10*time.Second, eventloop.Func(o.complete))
	default:
		o.play.held = append(o.play.held, o)
	}
}

func (o *order) complete() { o.cycle.Complete(o.answer()) }

// clerk is the play as the reader of the service's log.
type clerk play

// Access makes sure that answers go out in the order of the requests, once each.
func (k *clerk) Access(c *http1.Cycle, status int) {
	p := (*play)(k)
	to := p.byPort[c.Conn().Peer().Port()]
	a := access{id: c.Answer().Line("x-id"), method: c.Method(), status: status, late: c.Conn().Closing()}
	if line := c.Method() + c.Target() + c.Version(); strings.ContainsAny(line, "\r\n") {
		p.complain("an access line that is two: %q", line)
	}
	if a.id != "" {
		var n int
		fmt.Sscan(a.id, &n)
		o := p.orders[n-1]
		if o.answered || o.customer != to {
			p.complain("request %s answered twice, or to another client", a.id)
		}
		o.answered = true
	}
	to.accesses = append(to.accesses, a)
	p.latest = to
}

func (k *clerk) Info(string)    {}
func (k *clerk) Warning(string) {}
func (k *clerk) Loop(m string)  { k.fatal = k.fatal || strings.HasPrefix(m, "Fatal") }

// Error is what an answer has come to instead, unless it is of a cancelled one.
func (k *clerk) Error(m string) {
	if strings.HasSuffix(m, cancelled) {
		return
	}
	k.latest.accesses[len(k.latest.accesses)-1].failed = true
}
