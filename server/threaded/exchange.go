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
}

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
	if work, ok := x.Held().(interface{ Break() }); ok {
		work.Break()
	}
	x.Reply(&http1.Answer{Status: http.StatusInternalServerError})
	if told := x.conn.endpoint.Finished; told != nil {
		told(x, false)
	}
}

// ClientLeft tells whether the connection is gone.
func (x *Exchange) ClientLeft() bool { return x.conn.Closed() }

// send writes the answer, head and body apart, and lets the connection go on.
func (x *Exchange) send() {
	c, a := x.conn, x.Answer()
	e := c.endpoint
	sent, stays := c.Sends(), false
	if x.exception != "" {
		for _, piece := range e.Behaviour.Fails(x, x.exception) {
			c.WriteString(piece)
		}
	} else {
		e.scratch, stays = e.Behaviour.Layout.Head(e.scratch[:0], x, a)
		c.Write(e.scratch)
		if !c.Sends() {
			x.Reply(&http1.Answer{Status: a.Status, Lines: a.Lines}) // which is all that there is to log
		}
		if x.Method() != http.MethodHead {
			c.WriteString(a.Body)
		}
		if c.Sends() || !e.Behaviour.SkipsUnsent {
			e.Log.Access(x, a.Status)
		}
	}
	if e.Finished != nil {
		e.Finished(x, sent)
	}
	c.answered(stays && c.Sends())
}
