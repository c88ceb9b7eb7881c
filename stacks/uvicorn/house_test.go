package uvicorn_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/eventloop/sim"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/stacks/uvicorn"
)

// class is one of Uvicorn's protocol classes, as one of its releases has it.
type class struct {
	name      string
	behaviour uvicorn.Class
	h11, old  bool
}

var (
	h11021       = class{"h11 of 0.21.1", uvicorn.H11021, true, true}
	h11054       = class{"h11 of 0.54.0", uvicorn.H11054, true, false}
	httptools021 = class{"httptools of 0.21.1", uvicorn.Httptools021, false, true}
	httptools054 = class{"httptools of 0.54.0", uvicorn.Httptools054, false, false}

	classes = []class{h11021, h11054, httptools021, httptools054}
)

// loops are those that the class runs on.
func (c class) loops() []eventloop.Flavour {
	if c.old {
		return []eventloop.Flavour{eventloop.Asyncio, eventloop.Uvloop017}
	}
	return []eventloop.Flavour{eventloop.Asyncio, eventloop.Uvloop023}
}

// house is one service on a loop in simulated time and network. Its handler
// works for as long as ?for= says and answers "hello"; it knows no path but /.
type house struct {
	*sim.World
	t        *testing.T
	class    class
	flavour  eventloop.Flavour
	endpoint *uvicorn.Endpoint
	loop     *eventloop.Loop
	listener *sim.Listener
	log      []string // what the reader of the log sees, and when work began and ended
}

// everywhere runs a test for each class on each of its loops.
func everywhere(t *testing.T, test func(h *house), change ...func(*uvicorn.Endpoint)) {
	t.Helper()
	each(t, classes, test, change...)
}

func each(t *testing.T, among []class, test func(h *house), change ...func(*uvicorn.Endpoint)) {
	t.Helper()
	for _, c := range among {
		for _, f := range c.loops() {
			t.Run(c.name+" on "+f.Name, func(t *testing.T) { test(build(t, c, f, change...)) })
		}
	}
}

func build(t *testing.T, c class, f eventloop.Flavour, change ...func(*uvicorn.Endpoint)) *house {
	h := &house{World: sim.NewWorld(time.Date(2023, 3, 18, 12, 0, 0, 0, time.UTC)), t: t, class: c, flavour: f}
	h.listener = h.Listen(2048)
	h.endpoint = &uvicorn.Endpoint{Class: &c.behaviour, Host: &http1.Host{Handle: h.handle, Log: (*record)(h), KeepAlive: 5 * time.Second}}
	h.endpoint.SetDefaults(http1.Line{Name: "date", Value: "D"}, http1.Line{Name: "server", Value: "uvicorn"})
	for _, f := range change {
		f(h.endpoint)
	}
	h.Process(func(p *sim.Process) {
		h.loop = eventloop.New(f, p, p)
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
	c := e.(*uvicorn.Cycle)
	if c.Path() != "/" {
		c.Reply(document(404, `{"detail":"Not Found"}`))
		return
	}
	query, _ := url.ParseQuery(c.Query())
	d, _ := time.ParseDuration(query.Get("for"))
	c.Hold(&job{house: h, cycle: c, d: d, name: c.Target()})
}

// job is the work of one request.
type job struct {
	house *house
	cycle *uvicorn.Cycle
	d     time.Duration
	name  string
	timer eventloop.Timer
}

func (j *job) Run() {
	j.house.note("begin %s", j.name)
	j.house.loop.After(&j.timer, j.d, eventloop.Func(func() {
		j.house.note("end %s", j.name)
		j.cycle.Complete(document(200, `"hello"`))
	}))
}

func document(status int, body string) *http1.Answer {
	return &http1.Answer{Status: status, Body: body, Lines: []http1.Line{
		{Name: "content-length", Value: fmt.Sprint(len(body))}, {Name: "content-type", Value: "application/json"},
	}}
}

// record is the house as the reader of its log sees it.
type record house

func (h *house) note(format string, args ...any) {
	h.log = append(h.log, fmt.Sprintf("%v ", h.Now())+fmt.Sprintf(format, args...))
}

func (r *record) Access(c http1.Exchange, status int) {
	(*house)(r).note("%s %s HTTP/%s %d", c.Method(), c.Target(), c.Version(), status)
}
func (r *record) Info(m string)    { (*house)(r).note("INFO %s", m) }
func (r *record) Warning(m string) { (*house)(r).note("WARNING %s", m) }
func (r *record) Loop(m string)    { (*house)(r).note("LOOP %s", m[strings.LastIndex(m, "\n")+1:]) }
func (r *record) Error(m string)   { (*house)(r).note("ERROR %s", m[strings.LastIndex(m, "\n")+1:]) }

// send has a client connect at a moment and send bytes at once.
func (h *house) send(at time.Duration, text string) *sim.Client { return h.Dial(at, h.listener, text) }

// then has it send more later.
func (h *house) then(at time.Duration, c *sim.Client, text string) { h.At(at, func() { c.Send(text) }) }

// soon runs f on the loop, as what happens outside of it asks for.
func (h *house) soon(f func()) { h.loop.Post(eventloop.Func(f)) }

// get is a request for a target, with further header lines.
func get(target string, lines ...string) string { return ask("GET "+target+" HTTP/1.1", lines...) }

func ask(line string, lines ...string) string {
	return line + "\r\n" + strings.Join(append([]string{"Host: x"}, lines...), "\r\n") + "\r\n\r\n"
}

// reply is an answer below Uvicorn's own header lines. Lines end in "\n".
func reply(status, lines, body string) string {
	return bare(status, "date: D\nserver: uvicorn\n"+lines, body)
}

func bare(status, lines, body string) string {
	return "HTTP/1.1 " + status + "\r\n" + strings.ReplaceAll(lines, "\n", "\r\n") + "\r\n" + body
}

var (
	hello    = reply("200 OK", "content-length: 7\ncontent-type: application/json\n", `"hello"`)
	notFound = reply("404 Not Found", "content-length: 22\ncontent-type: application/json\n", `{"detail":"Not Found"}`)
)

// story is what a client has seen, in order: what came when, and how it ended.
func story(c *sim.Client) string {
	var b strings.Builder
	for i := 0; i < len(c.Pieces); {
		at, text := c.Pieces[i].At, ""
		for ; i < len(c.Pieces) && c.Pieces[i].At == at; i++ {
			text += c.Pieces[i].Text
		}
		b.WriteString(came(at, text))
	}
	switch {
	case c.Ended == sim.Never:
		b.WriteString(open)
	case c.Reset:
		fmt.Fprintf(&b, "%v reset\n", c.Ended)
	default:
		b.WriteString(closed(c.Ended))
	}
	return b.String()
}

// The parts of a story.
const open = "open\n"

func came(at time.Duration, text string) string { return fmt.Sprintf("%v %q\n", at, text) }

func closed(at time.Duration) string { return fmt.Sprintf("%v closed\n", at) }

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: wanted\n%v\ngot\n%v\n(alone: go test ./stacks/uvicorn -run '^%s$')", what, want, got,
			strings.ReplaceAll(t.Name(), "/", "$/^"))
	}
}

// status is the status code of the first answer.
func status(c *sim.Client) string {
	text := c.Text()
	return text[min(len(text), len("HTTP/1.1 ")):min(len(text), len("HTTP/1.1 200"))]
}

// lines compares what stands in the log.
func (h *house) lines(want ...string) {
	h.t.Helper()
	equal(h.t, "log", strings.Join(h.log, "\n"), strings.Join(want, "\n"))
}
