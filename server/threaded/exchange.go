package threaded

import (
	"net/http"

	"github.com/target-server/target-server/server/http1"
)

// Exchange is one request and its answer.
type Exchange struct {
	http1.Request
	conn *Conn
	// KeepAlive: the client would like the connection to stay.
	KeepAlive bool
}

// Conn returns the connection that the request came on.
func (x *Exchange) Conn() *Conn { return x.conn }

// start answers at once, or begins the program's work in this thread.
func (x *Exchange) start() {
	if x.Held() == nil {
		x.send()
		return
	}
	shared := x.conn.endpoint.Shared
	shared.Current = x.conn.thread
	x.Held().Run()
	shared.Current = nil
}

// Complete answers a request that was held.
func (x *Exchange) Complete(a *http1.Answer) {
	x.Reply(a)
	x.send()
}

// ClientLeft tells whether the connection is gone.
func (x *Exchange) ClientLeft() bool { return x.conn.Closed() }

// send writes the answer, head and body apart, and lets the connection go on.
func (x *Exchange) send() {
	c, a := x.conn, x.Answer()
	e := c.endpoint
	head, stays := e.Behaviour.Layout.Head(e.scratch[:0], x, a)
	e.scratch = head
	sent := c.Sends()
	c.Write(head)
	if x.Method() != http.MethodHead {
		c.WriteString(a.Body)
	}
	e.Log.Access(x, a.Status)
	if e.Finished != nil {
		e.Finished(x, sent)
	}
	c.answered(stays)
}
