package http1_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/eventloop/sim"
	"github.com/target-server/target-server/server/http1"
)

// connModel is what a connection is held against: its rules, in the plainest
// words. What a client sends is parts, which lie in the kernel while the server
// does not read; h11 also keeps parts for itself, behind the request in work.
type connModel struct {
	class       class
	holds       bool // what is written leaves at the end of the turn
	now         time.Duration
	kernel      []part
	kept        []part
	line        []*question // parsed and not answered; the first is in work
	newest      *question   // that was parsed, answered or not
	answered    int
	idle        time.Duration // when the keep-alive timer fires, or never
	paused      bool          // does not read
	fin, rst    bool          // the client has left in this way, seen or not
	broken      bool          // h11 can send nothing more
	closed      bool
	story, last strings.Builder // what the client has seen
}

const never = sim.Never

// part is some bytes, and what they complete.
type part struct {
	text string
	head *question // a request's head
	body bool      // the body of the newest request
	bad  bool      // no request
}

// question is a request.
type question struct {
	asksClose, old, dies bool // dies: its connection does not outlive its answer
	owes                 bool // its body has not come
}

func (m *connModel) send(p part) {
	m.kernel = append(m.kernel, p)
	m.read()
}

// read takes what the kernel has, and then the client's end.
func (m *connModel) read() {
	for !m.closed && !m.paused && len(m.kernel) > 0 {
		m.idle = never
		m.kept, m.kernel = append(m.kept, m.kernel...), nil
		m.parse()
	}
	if !m.closed && !m.paused && (m.fin || m.rst) {
		m.close(m.now)
	}
}

// parse goes through the parts that have been read.
func (m *connModel) parse() {
	for len(m.kept) > 0 && !m.closed {
		if m.class.h11 && len(m.line) > 0 && !m.newest.owes {
			m.paused = true // until the answer
			return
		}
		p := m.kept[0]
		m.kept = m.kept[1:]
		switch {
		case p.head != nil:
			m.ask(p.head)
		case p.body:
			m.newest.owes = false
		case p.bad:
			m.say(m.refusal())
			m.close(m.now)
		}
	}
}

// ask is a request's head: it is in work at once, or stands in line.
func (m *connModel) ask(q *question) {
	if m.class.h11 && !m.class.old {
		m.idle = never
	}
	m.paused = m.paused || len(m.line) > 0
	m.line, m.newest = append(m.line, q), q
}

// complete is the end of the first one's work.
func (m *connModel) complete() {
	q := m.line[0]
	m.line = m.line[1:]
	switch {
	case m.closed: // it has worked for nobody
		m.line = nil
	case m.broken || m.rst:
		switch next := len(m.kept) > 0 && m.kept[0].head != nil; {
		case m.broken || q.dies || !m.holds:
			m.line = nil
		case len(m.line) == 0 && next: // which is begun before the answer finds nobody
			m.ask(m.kept[0].head)
		}
		m.close(m.now)
	default:
		m.answer(q)
	}
}

func (m *connModel) answer(q *question) {
	m.say(m.text(q))
	if m.answered++; q.dies {
		m.line = nil
		m.close(m.now)
		return
	}
	if len(m.line) == 0 || m.class.old {
		m.idle = m.now + 5*time.Second
	}
	m.paused = false
	m.parse()
	m.read()
}

// pass lets time go by.
func (m *connModel) pass(d time.Duration) {
	end := m.now + d
	if at := m.idle; at != never && at <= end {
		m.idle = never
		if m.class.h11 && len(m.line) > 0 {
			m.broken = true
		} else {
			m.close(at)
		}
	}
	m.now = end
}

// shutdown ends an idle connection, and a busy one behind its newest request.
func (m *connModel) shutdown() {
	if len(m.line) > 0 {
		m.newest.dies = true
	} else {
		m.close(m.now)
	}
}

// close ends the connection. One request works on for nobody.
func (m *connModel) close(at time.Duration) {
	m.flush()
	if m.closed, m.idle = true, never; len(m.kernel) > 0 {
		fmt.Fprintf(&m.story, "%v reset\n", at)
	} else {
		m.story.WriteString(closed(at))
	}
	m.line = m.line[:min(1, len(m.line))]
}

// say sends bytes. Those of one moment are one piece of the story.
func (m *connModel) say(text string) { m.last.WriteString(text) }

func (m *connModel) flush() {
	if m.last.Len() > 0 {
		m.story.WriteString(came(m.now, m.last.String()))
		m.last.Reset()
	}
}

// text is the answer to a request.
func (m *connModel) text(q *question) string {
	head := "content-length: 7\ncontent-type: application/json\n"
	switch {
	case m.class.h11 && (q.asksClose || q.old):
		head += "Connection: close\n"
	case !m.class.h11 && (q.asksClose || q.dies && !m.class.old):
		head += "connection: close\n"
	}
	return reply("200 OK", head, `"hello"`)
}

func (m *connModel) refusal() string {
	switch {
	case !m.class.h11:
		return httptoolsBad
	case m.newest == nil:
		return h11BadFirst
	}
	return h11BadAfter
}

// told is the model's story so far.
func (m *connModel) told() string {
	switch {
	case m.closed:
		return m.story.String()
	case m.last.Len() > 0:
		return m.story.String() + came(m.now, m.last.String()) + open
	}
	return m.story.String() + open
}

// couple is a connection and its model, through the same.
type couple struct {
	*connModel
	house  *house
	client *sim.Client
	works  []*http1.Cycle // begun and not completed
	due    []part         // of a request that is sent in pieces
	final  bool           // nothing may follow what was sent
}

// ServeHTTP implements http.Handler: what is asked is in work until it is said
// to be complete.
func (c *couple) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	cycle := w.(*http1.Cycle)
	cycle.Hold(eventloop.Func(func() { c.works = append(c.works, cycle) }))
}

// Whatever happens to a connection, in whatever order, it does what the model
// does.
func TestConnAgainstTheModel(t *testing.T) {
	for _, k := range classes {
		for _, f := range k.loops() {
			t.Run(k.name+" on "+f.Name, func(t *testing.T) {
				rapid.Check(t, func(r *rapid.T) {
					c := &couple{connModel: &connModel{class: k, holds: f.HoldsWrites, idle: never}}
					c.house = build(t, k, f, func(s *http1.Service) { s.Handler = c })
					defer c.house.Close()
					c.client = c.house.send(0, "")
					c.house.Run(0)
					r.Repeat(c.operations())
				})
			})
		}
	}
}

// operations are what can happen, and the comparison. One that cannot happen now
// does nothing.
func (c *couple) operations() map[string]func(*rapid.T) {
	return map[string]func(*rapid.T){
		"send a request":  c.ask,
		"send the rest":   func(*rapid.T) { c.give() },
		"send no request": func(*rapid.T) { c.garble() },
		"complete":        func(*rapid.T) { c.complete() },
		"pass time": func(t *rapid.T) {
			c.pass(time.Duration(rapid.SampledFrom([]int{4999, 5000, 1, 7000, 2500}).Draw(t, "ms")) * time.Millisecond)
		},
		"half-close": func(*rapid.T) { c.leave(&c.fin, c.client.CloseWrite) },
		"reset":      func(*rapid.T) { c.leave(&c.rst, c.client.Abort) },
		"shutdown":   c.end,
		"":           c.compare,
	}
}

// sends tells whether the client can still send.
func (c *couple) sends() bool { return !c.closed && !c.fin && !c.rst }

// ask sends a request, whole or the first piece of it.
func (c *couple) ask(t *rapid.T) {
	if !c.sends() || c.final || len(c.due) > 0 {
		return
	}
	q := &question{}
	text := get("/")
	switch rapid.IntRange(0, 5).Draw(t, "kind") {
	case 0:
		q.asksClose, q.dies, text = true, true, get("/", "Connection: close")
	case 1:
		q.old, q.dies, text = true, true, ask("GET / HTTP/1.0")
	case 2:
		q.owes, text = true, get("/", "Content-Length: 3")
	case 3:
		q.owes, text = true, get("/", "Content-Length: 3", "Expect: 100-continue")
	}
	at := rapid.IntRange(0, len(text)-1).Draw(t, "cut")
	if at > 0 {
		c.due = append(c.due, part{text: text[:at]})
	}
	c.due = append(c.due, part{text: text[at:], head: q})
	if q.owes {
		c.due = append(c.due, part{text: "123", body: true})
	}
	c.final = q.dies
	c.give()
	for whole := rapid.Bool().Draw(t, "whole"); whole && len(c.due) > 0 && c.sends(); {
		c.give()
	}
}

// give sends the next piece.
func (c *couple) give() {
	if !c.sends() || len(c.due) == 0 {
		return
	}
	p := c.due[0]
	c.due = c.due[1:]
	c.client.Send(p.text)
	c.send(p)
	c.house.Run(c.now)
}

func (c *couple) garble() {
	if !c.sends() || c.final || c.broken || len(c.due) > 0 {
		return
	}
	c.final = true
	c.due = []part{{text: garbage, bad: true}}
	c.give()
}

func (c *couple) complete() {
	if len(c.works) == 0 {
		return
	}
	c.connModel.complete()
	cycle := c.works[0]
	c.works = c.works[1:]
	c.house.soon(func() { cycle.Complete(document(200, `"hello"`)) })
	c.house.Run(c.now)
}

func (c *couple) pass(d time.Duration) {
	c.flush()
	c.connModel.pass(d)
	c.house.Run(c.now)
}

func (c *couple) leave(how *bool, really func()) {
	if !c.sends() {
		return
	}
	*how = true
	really()
	c.read()
	c.house.Run(c.now)
}

func (c *couple) end(t *rapid.T) {
	if c.closed || rapid.IntRange(0, 3).Draw(t, "seldom") > 0 {
		return
	}
	c.shutdown()
	c.house.soon(c.house.service.Shutdown)
	c.house.Run(c.now)
}

// compare looks at all that can be seen from outside.
func (c *couple) compare(t *rapid.T) {
	if want, got := c.told(), story(c.client); got != want {
		t.Fatalf("client: wanted\n%sgot\n%s\nlog:\n%s", want, got, strings.Join(c.house.log, "\n"))
	}
	unread := 0
	for _, p := range c.kernel {
		unread += len(p.text)
	}
	if got := c.client.Unread(); got != unread {
		t.Fatalf("left in the kernel: wanted %d bytes, got %d", unread, got)
	}
	if want, got := !c.closed, c.house.service.Connections() == 1; got != want {
		t.Fatalf("open: wanted %t, got %t", want, got)
	}
	if want, got := min(1, len(c.line)), len(c.works); got != want {
		t.Fatalf("in work: wanted %d, got %d", want, got)
	}
	if got := c.house.service.Served; got != c.answered && !c.closed {
		t.Fatalf("answered: wanted %d, got %d", c.answered, got)
	}
}
