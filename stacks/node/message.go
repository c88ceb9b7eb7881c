package node

import (
	"regexp"
	"strings"

	"github.com/target-server/target-server/server/http1"
)

// message is one request and its answer: IncomingMessage and ServerResponse in one.
type message struct {
	http1.BaseExchange
	conn   *Conn
	next   *message // the one after it in the queue
	out    []byte   // of the answer, which waits for its turn
	unread int32    // bytes of the body: the program reads none

	// As ServerResponse names them.
	keepAlive bool // the request lets the connection stay open (shouldKeepAlive)
	chunks    bool // the answer may be chunked, or have a length that it did not say (useChunkedEncodingByDefault)
	last      bool // the connection ends with the answer (_last)
	ended     bool // the program has answered (writableEnded)
	finished  bool // the answer has left (writableFinished)
}

// request is parserOnIncoming: it calls the program, or answers instead.
func (c *Conn) request(h *http1.Head) {
	if len(h.Fields) >= maxHeaderFields {
		c.settle() // after Parser::Flush, nextTick's callbacks run
	}
	if string(h.Method) == "CONNECT" {
		c.Destroy() // the program does not listen for it
		return
	}
	if c.WritingPaused() || c.queued >= c.endpoint.version.HighWater {
		c.flooded = true
		c.PauseReading()
	}
	c.Loop().Cancel(&c.idle)
	m := c.enqueue(h)
	expect, expects := field(h, "expect")
	switch {
	case h.Version == "1.1" && c.endpoint.version.RequiresHost && !has(h, "host"):
		m.refuse(&missingHost)
		return
	case h.Version == "1.1" && expects && !continueExpression.MatchString(expect):
		m.refuse(&expectationFailed)
		return
	case h.Version == "1.1" && expects:
		m.write([]byte("HTTP/1.1 100 Continue\r\n\r\n"))
	}
	m.call(h)
}

// maxHeaderFields is kMaxHeaderFieldsCount: a head with more is handed over in parts.
const maxHeaderFields = 32

// Expressions of lib/_http_common.js.
var (
	continueExpression = regexp.MustCompile(`(?i)(?:^|\W)100-continue(?:$|\W)`)
	chunkExpression    = regexp.MustCompile(`(?i)(?:^|\W)chunked(?:$|\W)`)
)

// enqueue puts a request into the connection's queue.
func (c *Conn) enqueue(h *http1.Head) *message {
	m := &c.first
	if m.conn != nil && !m.finished {
		m = &message{}
	}
	*m = message{conn: c, keepAlive: h.KeepAlive, chunks: true}
	if h.Version[0] < '1' || h.Version[2] < '1' {
		te, _ := field(h, "te")
		m.chunks = chunkExpression.MatchString(te)
	}
	m.Remember(c.endpoint.Host, &c.Stream, h)
	if c.current == nil {
		c.current = m
	} else {
		c.newest.next = m
	}
	c.newest = m
	return m
}

// call is the program's request listener.
func (m *message) call(h *http1.Head) {
	e := m.conn.endpoint
	e.Keep(&m.BaseExchange, h)
	e.Handle(m, h)
	if work := m.Held(); work != nil {
		work.Run()
		return
	}
	m.end(m.Answer(), true)
}

// Complete answers a request that was held.
func (m *message) Complete(a *http1.Answer) {
	m.Reply(a)
	m.end(a, true)
	if c := m.conn; !c.parsing {
		c.settle()
	}
}

// ClientLeft reports whether the client has left.
func (m *message) ClientLeft() bool { return m.conn.Closing() }

// refuse answers before the program is called.
func (m *message) refuse(a *http1.Answer) {
	m.Reply(a)
	m.end(a, false)
}

// end is OutgoingMessage.end.
func (m *message) end(a *http1.Answer, sized bool) {
	e, sent := m.conn.endpoint, !m.ClientLeft()
	if sent {
		e.Log.Access(m, a.Status)
		e.scratch = m.appendAnswer(e.scratch[:0], a, sized)
		m.write(e.scratch)
	}
	m.ended = true
	if e.Finished != nil {
		e.Finished(m, sent)
	}
}

// write sends p, or keeps it until it is the answer's turn.
func (m *message) write(p []byte) {
	if c := m.conn; c.current != m {
		m.out = append(m.out, p...)
		c.queued += len(p)
		return
	}
	m.conn.Write(p)
}

// flush begins the answer's turn.
func (m *message) flush() {
	m.conn.queued -= len(m.out)
	m.conn.Write(m.out)
	m.out = nil
}

// field joins the fields of a name as IncomingMessage does, for the names that may come more than once.
func field(h *http1.Head, name string) (value string, found bool) {
	var values []string
	for _, f := range h.Fields[:min(len(h.Fields), maxFields)] {
		if len(f.Name) == len(name) && strings.EqualFold(string(f.Name), name) {
			values = append(values, string(f.Value))
		}
	}
	return strings.Join(values, ", "), values != nil
}

func has(h *http1.Head, name string) bool {
	_, found := field(h, name)
	return found
}
