package tomcat

import (
	"net/http"
	"strconv"

	"github.com/target-server/target-server/server/http1"
)

// Exchange is one request and its answer.
type Exchange struct {
	http1.BaseExchange
	conn                       *Conn
	message                    message
	http11, http09             bool
	keepAlive, expects, unread bool
	path                       string // decoded, as a servlet sees it
}

// begin answers the request whose head has been read, or what was read instead of one.
func (c *Conn) begin() {
	e := c.endpoint
	m := message{in: &c.in, status: 200, keepAlive: true}
	if c.in.fault == nil || c.in.phase == lineDone {
		m.readProtocol(c.processor)
	}
	if f := c.in.fault; f != nil {
		c.complain("org.apache.coyote.http11.Http11Processor service: Error parsing HTTP request header\n"+
			" Note: further occurrences of HTTP request parsing errors will be logged at DEBUG level.\n", f)
		m.fail(400, f)
	}
	m.prepare(c.processor)
	if m.hosts != nil {
		host, _ := c.in.value("host")
		c.complain("org.apache.coyote.AbstractProcessor parseHost: The host ["+string(host)+"] is not valid\n"+
			" Note: further occurrences of request parsing errors will be logged at DEBUG level.\n", m.hosts)
	}
	c.left--
	if c.left <= 0 {
		m.keepAlive = false
	}
	x := &Exchange{
		conn: c, message: m, http11: c.processor.http11, http09: c.processor.http09,
		keepAlive: m.keepAlive, expects: m.expects, unread: m.length > 0 || m.chunked,
	}
	h := c.head(&m)
	x.Remember(e.Host, &c.Stream, h)
	e.Keep(&x.BaseExchange, h)
	c.body = body{length: max(0, m.length), chunked: m.chunked, chunks: chunks{strict: e.connector.ChecksChunks}}
	c.exchange = x
	c.PauseReading()
	x.dispatch(h)
	x.message.in, x.message.target = nil, nil
	x.start()
}

// complain logs an error of parsing, of which each processor logs only the first.
func (c *Conn) complain(message string, f *fault) {
	if !c.processor.complained {
		c.processor.complained = true
		c.endpoint.Log.Info(message + f.logged())
	}
}

// head returns the request as the program and the log see it.
func (c *Conn) head(m *message) *http1.Head {
	h := &http1.Head{
		Method: c.in.of(c.in.method), Target: c.in.of(span{c.in.target.from, max(c.in.target.to, c.in.query.to)}),
		Path: m.target, Version: "1.1", ContentLength: m.length, Chunked: m.chunked,
		KeepAlive: m.keepAlive, Expect100: m.expects,
	}
	if c.in.hasQuery && c.in.query.to > 0 {
		h.Query = c.in.of(c.in.query)
	}
	switch {
	case c.in.old:
		h.Version = "0.9"
	case !c.processor.http11:
		h.Version = "1.0"
	}
	for _, f := range c.in.fields {
		h.Fields = append(h.Fields, http1.Field{Name: c.in.of(f.name), Value: c.in.of(f.value)})
	}
	return h
}

// start answers at once, or has the connection's thread run the program.
func (x *Exchange) start() {
	if x.Held() == nil {
		x.send()
		return
	}
	x.conn.endpoint.Shared.RunIn(x.conn.lease.Thread, x.Held())
}

// Complete answers a request that was held.
func (x *Exchange) Complete(a *http1.Answer) {
	x.Reply(a)
	x.send()
}

// ClientLeft reports whether the connection is gone.
func (x *Exchange) ClientLeft() bool { return x.conn.Closed() }

// send writes the answer in one go. The thread waits until the kernel has taken all of it.
func (x *Exchange) send() {
	c := x.conn
	e := c.endpoint
	e.scratch = x.spell(e.scratch[:0], x.Answer())
	c.Write(e.scratch)
	if c.WritingPaused() {
		c.blocked = x
		return
	}
	x.sent()
}

// sent lets the connection continue once the kernel has taken the answer, or never will.
func (x *Exchange) sent() {
	c, a := x.conn, x.Answer()
	e := c.endpoint
	e.Log.Access(x, a.Status)
	if e.Finished != nil {
		e.Finished(x, c.Sends())
	}
	c.exchange, c.lease.Refused = nil, false
	success := a.Status >= 200 && a.Status < 300
	switch {
	case x.message.failed, x.expects && x.unread && !success:
		c.close()
	default:
		c.body.unread, c.body.stays = x.unread, x.keepAlive
		if !x.unread {
			c.answered(x.keepAlive)
		}
	}
	if !c.working {
		c.work()
	}
}

// answered continues after a request whose answer is sent and whose body is read.
func (c *Conn) answered(stays bool) {
	if !stays {
		c.close()
		return
	}
	c.drop()
	c.in = input{version: c.in.version, buf: c.in.buf, kept: true}
}

// bufferSize is how many bytes of an answer are buffered. One that fits is sent with its length.
const bufferSize = 8192

// spell appends an answer (Http11Processor.prepareResponse).
func (x *Exchange) spell(b []byte, a *http1.Answer) []byte {
	if x.http09 {
		return append(b, a.Body...)
	}
	b = append(strconv.AppendInt(append(b, "HTTP/1.1 "...), int64(a.Status), 10), " \r\n"...)
	for _, l := range a.Lines {
		b = http1.AppendLine(b, l.Name, l.Value)
	}
	long := len(a.Body) > bufferSize && !x.conn.endpoint.described // whose servlet gives the length
	switch {
	case a.Status == http.StatusNoContent, a.Status == http.StatusNotModified:
	case !long:
		b = http1.AppendLine(b, "Content-Length", strconv.Itoa(len(a.Body)))
	case x.http11:
		b = http1.AppendLine(b, "Transfer-Encoding", "chunked")
	default:
		x.keepAlive = false
	}
	b = http1.AppendLine(b, "Date", x.conn.Loop().Clock().Now().UTC().Format(http.TimeFormat))
	b = append(x.spellConnection(b, a.Status), "\r\n"...)
	switch {
	case x.Method() == http.MethodHead:
		return b
	case long && x.http11:
		for at := 0; at < len(a.Body); at += bufferSize {
			b = append(b, http1.Chunk(a.Body[at:min(at+bufferSize, len(a.Body))])...)
		}
		return append(b, http1.LastChunk...)
	}
	return append(b, a.Body...)
}

func (x *Exchange) spellConnection(b []byte, status int) []byte {
	success := status >= 200 && status < 300
	tooLong := x.message.length > x.conn.endpoint.connector.MaxSwallowSize
	if x.expects && x.unread && !success || tooLong || dropsConnection(status) {
		x.keepAlive = false
	}
	switch {
	case !x.keepAlive:
		return http1.AppendLine(b, "Connection", "close")
	case x.message.failed:
		return b
	}
	keeps := x.message.asksToKeep
	if !x.http11 {
		b = http1.AppendLine(b, "Connection", "keep-alive")
	}
	if keeps && x.conn.endpoint.KeepAlive > 0 {
		b = http1.AppendLine(b, "Keep-Alive", "timeout="+strconv.Itoa(int(x.conn.endpoint.KeepAlive.Seconds())))
	}
	if keeps && x.http11 {
		b = http1.AppendLine(b, "Connection", "keep-alive")
	}
	return b
}

// dropsConnection reports whether a connection is closed after an answer with that status (statusDropsConnection).
func dropsConnection(status int) bool {
	switch status {
	case http.StatusBadRequest, http.StatusRequestTimeout, http.StatusLengthRequired,
		http.StatusRequestEntityTooLarge, http.StatusRequestURITooLong, http.StatusInternalServerError,
		http.StatusServiceUnavailable, http.StatusNotImplemented:
		return true
	}
	return false
}
