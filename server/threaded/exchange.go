package threaded

import (
	"net/http"
	"time"

	"github.com/target-server/target-server/server/http1"
)

// Exchange is one request and its answer.
type Exchange struct {
	http1.Request
	conn *Conn
	// KeepAlive: the client would like the connection to stay.
	KeepAlive bool
	// Keeps: so did the server, when the request came.
	Keeps bool
	// Began is when the thread did, by the loop's clock.
	Began     time.Duration
	exception string // that the program raised
	aborted   bool
	bare      bool // see Conn.Refused and Bare
	logged    bool // its access line
	begun     bool // the answer: its head is on its way
	stays     bool // the connection may stay open after it
}

// Begun tells whether the head of the answer has been written.
func (x *Exchange) Begun() bool { return x.begun }

// Fail says that the program raises an exception, as Python shows it, instead of
// answering.
func (x *Exchange) Fail(exception string) {
	x.exception = exception
	x.Reply(&http1.Answer{Status: http.StatusInternalServerError})
}

// Target returns the target as it was sent.
func (x *Exchange) Target() string { return x.RawTarget() }

// Whole tells whether all of the request is known: neither Refused nor Bare has made it.
func (x *Exchange) Whole() bool { return !x.bare }

// Conn returns the connection that the request came on.
func (x *Exchange) Conn() *Conn { return x.conn }

// start answers at once, or begins the program's work in this thread.
func (x *Exchange) start() {
	x.Began = x.conn.Loop().Now()
	if x.Held() == nil {
		x.send()
		return
	}
	x.conn.endpoint.Shared.RunIn(x.conn.thread, x.Held())
}

// Complete answers a request that was held.
func (x *Exchange) Complete(a *http1.Answer) {
	if x.aborted {
		return
	}
	x.Reply(a)
	x.send()
}

// abort ends the program's work in the middle.
func (x *Exchange) abort() {
	x.aborted = true
	if told := x.conn.endpoint.Aborted; told != nil {
		told(x)
	}
	if !x.begun {
		x.Reply(&http1.Answer{Status: http.StatusInternalServerError})
	}
	x.finished(false)
}

// finished tells the worker that the request has ended, and whether its answer was sent.
func (x *Exchange) finished(sent bool) {
	if told := x.conn.endpoint.Finished; told != nil {
		told(x, sent)
	}
}

// ClientLeft tells whether the connection is gone.
func (x *Exchange) ClientLeft() bool { return x.conn.Closed() }

// send writes the answer, head and body apart, and then lets the connection go on. The
// thread waits after each until the kernel has taken it.
func (x *Exchange) send() {
	c, e := x.conn, x.conn.endpoint
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

// writesBody is what the thread does when the head is taken.
type writesBody Exchange

func (w *writesBody) Run() {
	x := (*Exchange)(w)
	c, a := x.conn, x.Answer()
	if !c.Sends() {
		x.Reply(&http1.Answer{Status: a.Status, Lines: a.Lines}) // which is all that there is to log
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

// concludes is what the thread does when the whole answer is taken, or never will be.
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
