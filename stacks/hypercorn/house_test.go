package hypercorn_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/eventloop/sim"
	"github.com/target-server/target-server/modes"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/stacks/hypercorn"
)

// house is one worker's connections in simulated time and network. Its handler works for
// as long as ?for= says and answers "hello"; it knows no path but /.
type house struct {
	*sim.World
	t        *testing.T
	old      bool // Hypercorn 0.14.3
	endpoint *hypercorn.Endpoint
	loop     *eventloop.Loop
	listener *sim.Listener
	log      []string // what the reader of the log sees, and when work began and ended
}

// everywhere runs a test for each version on each loop.
func everywhere(t *testing.T, test func(h *house)) {
	t.Helper()
	for name, b := range map[string]hypercorn.Version{"0.14.3": hypercorn.H11v0143, "0.18.0": hypercorn.H11v0180} {
		for _, f := range []eventloop.Flavour{eventloop.Asyncio, eventloop.Uvloop017, eventloop.Uvloop023} {
			t.Run(fmt.Sprintf("%s on %s taking %d", name, f.Name, f.AcceptsPerTurn), func(t *testing.T) { test(build(t, b, f, name == "0.14.3")) })
		}
	}
}

func build(t *testing.T, b hypercorn.Version, f eventloop.Flavour, old bool) *house {
	h := &house{World: sim.NewWorld(time.Date(2023, 3, 18, 12, 0, 0, 0, time.UTC)), t: t, old: old}
	h.listener = h.Listen(100)
	h.Process(func(p *sim.Process) {
		h.loop = eventloop.New(f, p, p)
		host := &http1.Host{Handle: h.handle, Log: (*record)(h), KeepAlive: 5 * time.Second, MostKept: 1 << 20, Shared: &modes.Runtime{Loop: h.loop}}
		h.endpoint = &hypercorn.Endpoint{Host: host, Version: &b}
		if _, err := h.loop.Serve(p.Adopt(h.listener), h.endpoint.Accept, func(err error, _ bool) { t.Error(err) }); err != nil {
			t.Error(err)
		}
		if err := h.loop.Run(); err != nil {
			t.Error(err)
		}
	})
	return h
}

// handle is the program.
func (h *house) handle(e http1.Exchange, _ *http1.Head) {
	if e.Path() != "/" {
		e.Reply(document(404, "no"))
		return
	}
	d, _ := time.ParseDuration(asked(e, "for"))
	e.Hold(&job{house: h, exchange: e, d: d, name: e.Target()})
}

// job is the work of one request.
type job struct {
	house    *house
	exchange http1.Exchange
	d        time.Duration
	name     string
	timer    eventloop.Timer
}

func (j *job) Run() {
	j.house.note("begin %s", j.name)
	j.house.loop.After(&j.timer, j.d, eventloop.Func(func() {
		j.house.note("end %s", j.name)
		j.exchange.Complete(document(200, "hello"))
	}))
}

func document(status int, body string) *http1.Answer {
	return &http1.Answer{Status: status, Body: body, Lines: []http1.Line{{Name: "content-length", Value: fmt.Sprint(len(body))}}}
}

// record is the house as the reader of its log sees it.
type record house

func (h *house) note(format string, args ...any) {
	h.log = append(h.log, fmt.Sprintf("%v ", h.Now())+fmt.Sprintf(format, args...))
}

func (r *record) Access(e http1.Exchange, status int) {
	(*house)(r).note("%s %s %d", e.Method(), e.Target(), status)
}
func (r *record) Info(m string)    { (*house)(r).note("INFO %s", m) }
func (r *record) Warning(m string) { (*house)(r).note("WARNING %s", m) }
func (r *record) Loop(m string)    { (*house)(r).note("LOOP %s", m) }
func (r *record) Error(m string)   { (*house)(r).note("ERROR %s", m[strings.LastIndex(m, "\n")+1:]) }

// send has a client connect at a moment and send bytes at once.
func (h *house) send(at time.Duration, text string) *sim.Client { return h.Dial(at, h.listener, text) }

// get is a request for a target.
func get(target string, lines ...string) string {
	return "GET " + target + " HTTP/1.1\r\n" + strings.Join(append([]string{"Host: x"}, lines...), "\r\n") + "\r\n\r\n"
}

// story is what a client has seen, in order: the status and the connection lines of what
// came when, and how it ended.
func story(c *sim.Client) string {
	var b strings.Builder
	for _, p := range c.Pieces {
		inHead := false
		for line := range strings.SplitSeq(p.Text, "\r\n") {
			if _, status, ok := strings.Cut(line, "HTTP/1.1 "); ok { // behind a body, if it is
				fmt.Fprintf(&b, "%v %s", p.At, status)
				inHead = true
			}
			if strings.HasPrefix(strings.ToLower(line), "connection") {
				b.WriteString(line)
			}
			if line == "" && inHead {
				b.WriteString("\n")
				inHead = false
			}
		}
	}
	switch {
	case c.Ended == sim.Never:
		b.WriteString("open")
	case c.Reset:
		fmt.Fprintf(&b, "%v reset", c.Ended)
	default:
		fmt.Fprintf(&b, "%v closed", c.Ended)
	}
	return b.String()
}

func (h *house) equal(what, got, want string) {
	h.t.Helper()
	if got != want {
		h.t.Errorf("%s: wanted\n%s\ngot\n%s\n(alone: go test ./stacks/hypercorn -run '^%s$')", what, want, got,
			strings.ReplaceAll(h.t.Name(), "/", "$/^"))
	}
}

// by is what one version shows, and what the other.
func (h *house) by(old, current string) string {
	if h.old {
		return old
	}
	return current
}

// asked is a parameter of a request's query.
func asked(e http1.Exchange, name string) string {
	query, _ := url.ParseQuery(e.Query())
	return query.Get(name)
}
