package http1

import "github.com/target-server/target-server/eventloop"

// ASGI is an Exchange for an app whose answer goes in parts, or that reads what its client sends: it offers the two
// callables that an ASGI server gives its application. Uvicorn and Hypercorn implement it.
//
// An app that has called Send calls neither Reply nor Complete; in the end it calls End, whatever became of the answer.
// All methods are called in steps of the loop.
type ASGI interface {
	Exchange
	// Send is "await send(message)". It reports whether the await suspends the task; then next runs in the step in which
	// the task goes on. If send raises, exception is what Python prints of that.
	Send(m Message, next eventloop.Runner) (suspends bool, exception string)
	// Receive is "await receive()": next is called with the message, before Receive returns if the await does not suspend
	// the task. Only one call may wait; Receive(nil) gives it up, as a cancelled task does.
	Receive(next func(Received))
	// KeepBody has the bytes of the request's body kept for Receive, which otherwise tells only that they came. It is
	// called while the request is handled ([Host.Handle]).
	KeepBody()
}

// Message is what an app sends: http.response.start if Start is set, otherwise http.response.body.
type Message struct {
	Start *Answer // its status and lines; its body is not used
	Body  []byte  // is not kept
	More  bool    // more_body
}

// Received is what an app receives: http.disconnect, or http.request.
type Received struct {
	Disconnect bool
	Body       []byte // must not be kept
	More       bool   // more_body
}

// SendCanceller is an ASGI on which something follows when a task that awaits Send is cancelled.
type SendCanceller interface {
	// ChecksSend reports whether Send begins with a checkpoint, which a task that is cancelled does not pass.
	ChecksSend() bool
	// CancelSend cancels the task of a Send that has suspended. If it reports false, the await has ended and the next of
	// Send is never called. Otherwise the await goes on for a while, shielded, and next runs in the step in which it ends.
	CancelSend() (goesOn bool)
}
