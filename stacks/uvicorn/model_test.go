package uvicorn_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/eventloop/sim"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/stacks/uvicorn"
)

// connModel is what a connection is held against: its rules, in the plainest
// words. What a client sends is parts, which lie in the kernel while the server
// does not read; h11 also keeps parts for itself, after the running request.
type connModel struct {
	class       class
	holds       bool // writes are sent at the end of the turn
	now         time.Duration
	kernel      []part
	kept        []part
	line        []*question // parsed and not answered; the first is running
	newest      *question   // that was parsed, answered or not
	answered    int
	idle        time.Duration // when the keep-alive timer fires, or never
	edge        time.Duration // when it would, had nothing stopped it
	paused      bool          // does not read
	fin, rst    bool          // the client has left in this way, seen or not
	broken      bool          // h11 can send nothing more
	closed      bool
	story, last strings.Builder // what the client has seen
}

const never = sim.Never

// part is some bytes, and the requests that they complete.
type part struct {
	text string
	head *question // a request's head
	body bool      // the body of the newest request
	bad  bool      // no request
}

// question is a request.
type question struct {
	number               int
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

// ask is a request's head: it runs at once, or waits its turn.
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
	case m.closed: // its client had left
		m.line = nil
	case m.broken || m.rst:
		if m.broken || q.dies || !m.holds {
			m.line = nil
		} else {
			m.parse() // the next begins before the answer finds its client gone
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
		m.edge = m.idle
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

// shutdown ends an idle connection, and a busy one after its newest request.
func (m *connModel) shutdown() {
	if len(m.line) > 0 {
		m.newest.dies = true
	} else {
		m.close(m.now)
	}
}

// close ends the connection. One request runs on without a client.
func (m *connModel) close(at time.Duration) {
	if m.closed {
		return
	}
	m.flush()
	if m.closed, m.idle = true, never; len(m.kernel) > 0 {
		fmt.Fprintf(&m.story, "%v reset\n", at)
	} else {
		m.story.WriteString(closed(at))
	}
	m.line = m.line[:min(1, len(m.line))]
}

// say sends bytes. Bytes sent at the same moment are one piece of the story.
func (m *connModel) say(text string) {
	if !m.rst {
		m.last.WriteString(text)
	}
}

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
	return reply("200 OK", head, body(fmt.Sprint(q.number)))
}

// body is the answer to a request number: all are different, and of the same length.
func body(number string) string { return fmt.Sprintf(`"%05s"`, number) }

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
	conn   *uvicorn.Conn    // known from its first request on
	works  []*uvicorn.Cycle // begun and not completed
	due    []part           // of a request that is sent in pieces
	final  bool             // nothing may follow what was sent
	asked  int
}

// handle is the program: a request runs until the script completes it.
func (c *couple) handle(e http1.Exchange, _ *http1.Head) {
	cycle := e.(*uvicorn.Cycle)
	c.conn = cycle.Conn()
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
					c.house = build(t, k, f, func(s *uvicorn.Endpoint) { s.Handle = c.handle })
					defer c.house.Close()
					c.client = c.house.Send(0, "")
					c.house.Run(0)
					r.Repeat(map[string]func(*rapid.T){"something": c.happen, "": c.compare})
				})
			})
		}
	}
}

// operation is something that may happen.
type operation struct {
	name   string
	weight int // how often, relative to the others
	can    bool
	do     func(*rapid.T)
}

// operations lists them all. What ends a connection is rare, or none would come
// as far as a second request.
func (c *couple) operations() []operation {
	return []operation{
		{"send a request", 8, c.sends() && !c.final && len(c.due) == 0, c.ask},
		{"send the rest", 6, c.sends() && len(c.due) > 0, func(*rapid.T) { c.give() }},
		{"complete", 6, len(c.works) > 0, func(*rapid.T) { c.complete() }},
		{"pass time", 5, true, c.wait},
		{"send no request", 1, c.sends() && !c.final && len(c.due) == 0 && !c.broken, func(*rapid.T) { c.garble() }},
		{"half-close", 1, c.sends(), func(*rapid.T) { c.leave(&c.fin, c.client.CloseWrite) }},
		{"reset", 1, c.sends(), func(*rapid.T) { c.leave(&c.rst, c.client.Abort) }},
		{"shutdown", 1, !c.closed, func(*rapid.T) { c.end() }},
	}
}

// happen draws one of the events that are possible now.
func (c *couple) happen(t *rapid.T) {
	all := c.operations()
	var names []string
	for _, o := range all {
		if o.can {
			names = append(names, slices.Repeat([]string{o.name}, o.weight)...)
		}
	}
	name := rapid.SampledFrom(names).Draw(t, "what")
	all[slices.IndexFunc(all, func(o operation) bool { return o.name == name })].do(t)
}

// sends reports whether the client can still send.
func (c *couple) sends() bool { return !c.closed && !c.fin && !c.rst }

// ask sends a request, whole or the first piece of it.
func (c *couple) ask(t *rapid.T) {
	c.asked++
	q := &question{number: c.asked}
	target := fmt.Sprint("/", q.number)
	text := get(target)
	switch rapid.SampledFrom([]string{"", "", "", "", "body", "body", "expects", "close", "old"}).Draw(t, "kind") {
	case "close":
		q.asksClose, q.dies, text = true, true, get(target, "Connection: close")
	case "old":
		q.old, q.dies, text = true, true, ask("GET "+target+" HTTP/1.0")
	case "body":
		q.owes, text = true, get(target, "Content-Length: 3")
	case "expects":
		q.owes, text = true, get(target, "Content-Length: 3", "Expect: 100-continue")
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
	p := c.due[0]
	c.due = c.due[1:]
	c.client.Send(p.text)
	c.send(p)
	c.house.Run(c.now)
}

func (c *couple) garble() {
	c.final = true
	c.due = []part{{text: garbage, bad: true}}
	c.give()
}

func (c *couple) complete() {
	c.connModel.complete()
	cycle := c.works[0]
	c.works = c.works[1:]
	c.house.Soon(func() { cycle.Complete(document(200, body(cycle.Target()[1:]))) })
	c.house.Run(c.now)
}

// wait lets time go by, most often to the moment about which a keep-alive timer
// fires or would have fired.
func (c *couple) wait(t *rapid.T) {
	moments := []time.Duration{2500 * time.Millisecond}
	for _, d := range []time.Duration{0, time.Millisecond, -time.Millisecond} {
		if to := c.edge + d - c.now; to > 0 {
			moments = append(moments, to)
		}
	}
	c.pass(rapid.SampledFrom(moments).Draw(t, "time"))
}

func (c *couple) pass(d time.Duration) {
	c.flush()
	c.connModel.pass(d)
	c.house.Run(c.now)
}

func (c *couple) leave(how *bool, really func()) {
	*how = true
	really()
	c.read()
	c.house.Run(c.now)
}

func (c *couple) end() {
	c.shutdown()
	c.house.Soon(c.house.endpoint.Shutdown)
	c.house.Run(c.now)
}

// compare looks at all that can be seen from outside.
func (c *couple) compare(t *rapid.T) {
	if want, got := c.told(), story(c.client); got != want {
		t.Fatalf("client: wanted\n%sgot\n%s\nlog:\n%s", want, got, strings.Join(c.house.Lines, "\n"))
	}
	unread := 0
	for _, p := range c.kernel {
		unread += len(p.text)
	}
	if got := c.client.Unread(); got != unread {
		t.Fatalf("left in the kernel: wanted %d bytes, got %d", unread, got)
	}
	if want, got := !c.closed, c.house.endpoint.Connections() == 1; got != want {
		t.Fatalf("open: wanted %t, got %t", want, got)
	}
	if want, got := min(1, len(c.line)), len(c.works); got != want {
		t.Fatalf("running: wanted %d, got %d", want, got)
	}
	if want, got := min(1, len(c.line)), c.house.endpoint.Tasks; got != want {
		t.Fatalf("tasks: wanted %d, got %d", want, got)
	}
	if want := c.idle != never; c.conn != nil && c.conn.Idles() != want {
		t.Fatalf("keep-alive timer: wanted it to run: %t", want)
	}
	orphans := 0
	if c.closed {
		orphans = min(1, len(c.line))
	}
	if got := c.house.endpoint.Orphans(); got != orphans {
		t.Fatalf("requests that run without a client: wanted %d, got %d", orphans, got)
	}
	if got := c.house.endpoint.Kept(); c.closed && got != 0 {
		t.Fatalf("remembered of a connection that is closed: %d bytes", got)
	}
	if got := c.house.endpoint.Answered; got != c.answered && !c.closed {
		t.Fatalf("answered: wanted %d, got %d", c.answered, got)
	}
}
