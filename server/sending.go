package server

import (
	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/server/http1"
)

// ASGI is where the answer of a request goes in parts. It is nil if the server has no such interface.
func (r *Request) ASGI() http1.ASGI {
	asgi, _ := r.exchange.(http1.ASGI)
	return asgi
}

// Send sends a part of the answer of a request that a script runs: [http1.ASGI].
func (r *Request) Send(m http1.Message, next eventloop.Runner) (suspends bool, exception string) {
	if r.phase == phaseAccepted {
		r.phase = phaseSending
	}
	return r.ASGI().Send(m, next)
}

// Responded is called when no more of the answer will be sent, although its script goes on. There may be no answer at all,
// if the client has left before its head was due.
func (r *Request) Responded() {
	r.finish(r.exchange.Answer() != nil && !r.exchange.ClientLeft())
	r.lasting = true
	r.worker.counts.lasts(1)
}
