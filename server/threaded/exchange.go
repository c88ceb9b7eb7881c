package threaded

import (
	"net/http"
	"time"

	"github.com/target-server/target-server/server/http1"
)

// Exchange is one request and its answer.
type Exchange struct {
	http1.BaseExchange
	conn *Conn
	// KeepAlive: the client wants the connection to stay open.
	KeepAlive bool
	// Keeps: so did the server, when the request came.
	Keeps bool
	// Began is when the thread started on the request, by the loop's clock.
	Began     time.Duration
	exception string // that the program raised
	aborted   bool   // by an exception from outside, see Endpoint.Abort
	bare      bool   // see Conn.Refused and Bare
	logged    bool   // its access line is written
	begun     bool   // the head of its answer is written
	stays     bool   // the connection may stay open after it
}

// Begun reports whether the head of the answer has been written.
func (x *Exchange) Begun() bool { return x.begun }

// Fail answers for a program that raises an exception, given as Python prints it.
func (x *Exchange) Fail(exception string) {
	x.exception = exception
	x.Reply(&http1.Answer{Status: http.StatusInternalServerError})
}

// Target returns the target as it was sent.
func (x *Exchange) Target() string { return x.RawTarget() }

// Whole reports whether all of the request is known: neither Refused nor Bare has made it.
func (x *Exchange) Whole() bool { return !x.bare }

// Conn returns the connection that the request came on.
func (x *Exchange) Conn() *Conn { return x.conn }

// Bare returns the request for the access line of its failure, whose answer has no length and takes no time. It is not
// Whole.
func (x *Exchange) Bare() *Exchange {
	bare := &Exchange{conn: x.conn, BaseExchange: x.Again(), bare: true}
	bare.Reply(&http1.Answer{})
	return bare
}

// start answers at once, or has the connection's thread run the program.
func (x *Exchange) start() {
	x.Began = x.conn.Loop().Now()
	if x.Held() == nil {
		x.send()
		return
	}
	x.conn.endpoint.Shared.RunIn(x.conn.lease.Thread, x.Held())
}

// Complete answers a request that was held.
func (x *Exchange) Complete(a *http1.Answer) {
	if x.aborted {
		return
	}
	x.Reply(a)
	x.send()
}

// abort ends the program where it is.
func (x *Exchange) abort() {
	x.aborted = true
	if report := x.conn.endpoint.Aborted; report != nil {
		report(x)
	}
	if !x.begun {
		x.Reply(&http1.Answer{Status: http.StatusInternalServerError})
	}
	x.finished(false)
}

// finished tells the worker that the request is over, and whether its answer was sent.
func (x *Exchange) finished(sent bool) {
	if report := x.conn.endpoint.Finished; report != nil {
		report(x, sent)
	}
}

// ClientLeft reports whether the connection is gone.
func (x *Exchange) ClientLeft() bool { return x.conn.Closed() }

// send writes the answer, first its head and then its body, and lets the connection continue. After
// each the thread waits until the kernel has taken it.
func (x *Exchange) send() {
	c, e := x.conn, x.conn.endpoint
	if raises := e.Behaviour.Raises; raises != nil && x.exception == "" {
		x.exception, x.stays = raises(x)
	}
	if x.exception != "" {
		x.logged = true
		for _, piece := range e.Behaviour.Fails(x, x.exception) {
			c.WriteString(piece)
		}
		c.whenTaken((*concludes)(x))
		return
	}
	e.scratch, x.stays = e.Behaviour.Layout.Head(e.scratch[:0], x, x.Answer())
	if e.Behaviour.LogsFirst {
		x.log()
	}
	x.begun = true
	c.Write(e.scratch)
	c.whenTaken((*writesBody)(x))
}

// writesBody is what the thread does once the head is taken.
type writesBody Exchange

func (w *writesBody) Run() {
	x := (*Exchange)(w)
	c, a := x.conn, x.Answer()
	if !c.Sends() {
		x.Reply(&http1.Answer{Status: a.Status, Lines: a.Lines}) // for the access line: no byte of the body was sent
	}
	if x.Method() != http.MethodHead {
		c.WriteString(a.Body)
	}
	if c.leavesUnsent() {
		(*concludes)(x).Run()
		return
	}
	c.whenTaken((*concludes)(x))
}

// concludes is what the thread does once the whole answer is taken, or never will be.
type concludes Exchange

func (d *concludes) Run() {
	x := (*Exchange)(d)
	c := x.conn
	if !x.logged && (c.Sends() || !c.endpoint.Behaviour.SkipsUnsent) {
		x.log()
	}
	if c.Unsent() > 0 {
		c.untaken = append(c.untaken, x)
	} else {
		x.finished(c.Sends())
	}
	c.answered(x.stays && c.Sends())
}

// log writes the access line.
func (x *Exchange) log() {
	x.logged = true
	x.conn.endpoint.Log.Access(x, x.Answer().Status)
}
