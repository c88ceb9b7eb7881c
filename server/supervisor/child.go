package supervisor

import (
	"encoding/json"
	"fmt"
	"sync/atomic"
)

// Handler answers one request of the parent. It runs on a goroutine of its own, one request at a time, so it may wait
// for the event loop; pings are answered meanwhile.
type Handler func(request string, params json.RawMessage) (any, error)

// Child is the worker's side: what its parent gave it, and the way to answer. Its methods may be called by any goroutine
// and never wait for the parent. When the parent is gone the child hears nothing more.
type Child struct {
	link     *channel
	listener int
	orders   orders
	ready    atomic.Bool
	requests chan message
	bereft   chan struct{}
}

// orders are the first message that a parent sends.
type orders struct {
	Serial int             `json:"serial"`
	Config json.RawMessage `json:"config,omitempty"`
}

// pong is the answer to a ping.
type pong struct {
	Ready bool `json:"ready"`
}

// waitingRequests is how many requests may wait for the handler.
const waitingRequests = 16

// newChild waits for the parent's orders and then answers pings for ever, or until the channel is closed.
func newChild(link *channel, listener int) (*Child, error) {
	first, err := link.receive()
	if err != nil {
		return nil, fmt.Errorf("worker: read the configuration: %w", err)
	}
	c := &Child{link: link, listener: listener, requests: make(chan message, waitingRequests), bereft: make(chan struct{})}
	if first.Request != configRequest {
		return nil, fmt.Errorf("worker: the parent began with %q instead of the configuration", first.Request)
	}
	if err := json.Unmarshal(first.Params, &c.orders); err != nil {
		return nil, fmt.Errorf("worker: read the configuration: %w", err)
	}
	go c.read()
	return c, nil
}

// Listener is the descriptor of the shared socket: bound, non-blocking, and not to be passed on to other programs. The
// worker calls listen on it when it is ready to accept.
func (c *Child) Listener() int { return c.listener }

// Config is the document that was given to [Reexec].
func (c *Child) Config() []byte { return c.orders.Config }

// Serial tells how many workers the parent had started before this one.
func (c *Child) Serial() int { return c.orders.Serial }

// Ready tells the parent that this worker accepts connections, with anything worth telling, which may be nil.
func (c *Child) Ready(info any) error {
	raw, err := encode(info)
	if err != nil {
		return err
	}
	c.ready.Store(true)
	return c.link.send(message{Request: readyRequest, Params: raw})
}

// Beat tells the parent that this worker is alive. A parent that does not read misses it.
func (c *Child) Beat() { c.link.beat() }

// Handle answers the parent's requests from now on, also those that came before. It may be called once.
func (c *Child) Handle(h Handler) {
	go func() {
		for {
			select {
			case m := <-c.requests:
				_ = c.link.send(answer(m, h)) // a parent that does not read gets no answer
			case <-c.link.closed:
				return
			}
		}
	}()
}

// Bereft is closed when the parent has died without having told its workers to serve on: it was killed.
func (c *Child) Bereft() <-chan struct{} { return c.bereft }

// Close lets go of the control channel and ends the child's goroutines. The listener stays open. A worker that is about
// to exit need not call it.
func (c *Child) Close() { c.link.close() }

// read answers pings itself and leaves everything else to the handler. The end of the channel is the parent's.
func (c *Child) read() {
	for told := false; ; {
		m, err := c.link.receive()
		if err != nil {
			if !told && !closed(c.link.closed) {
				close(c.bereft)
			}
			return
		}
		switch m.Request {
		case pingRequest, orphanRequest:
			told = told || m.Request == orphanRequest
			_ = c.link.send(answer(m, c.pong))
			continue
		}
		select {
		case c.requests <- m:
		default:
			_ = c.link.send(message{ID: m.ID, Error: ErrBusy.Error()})
		}
	}
}

func (c *Child) pong(string, json.RawMessage) (any, error) { return pong{Ready: c.ready.Load()}, nil }

func answer(m message, h Handler) message {
	result, err := h(m.Request, m.Params)
	if err != nil {
		return message{ID: m.ID, Error: err.Error()}
	}
	raw, err := encode(result)
	if err != nil {
		return message{ID: m.ID, Error: err.Error()}
	}
	return message{ID: m.ID, Result: raw}
}
