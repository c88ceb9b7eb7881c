package supervisor

import (
	"encoding/json"
	"fmt"
	"sync/atomic"
)

// Handler answers one request of the parent. Requests are handled one at a time on a separate goroutine, so it may wait
// for the event loop; pings are still answered meanwhile.
type Handler func(request string, params json.RawMessage) (any, error)

// Child is the worker's side: the parent's configuration, and the channel to it. Any goroutine may call its methods,
// which never wait for the parent. They do nothing once the parent is gone.
type Child struct {
	channel      *channel
	listener     int
	orders       orders
	ready        atomic.Bool
	requests     chan message
	beforePong   atomic.Pointer[func(done <-chan struct{})]
	parentKilled chan struct{}
}

// orders are the first message that a parent sends.
type orders struct {
	Place
	Config json.RawMessage `json:"config,omitempty"`
}

// pong is the answer to a ping.
type pong struct {
	Ready bool `json:"ready"`
}

// waitingRequests is how many requests may wait for the handler.
const waitingRequests = 16

// newChild waits for the parent's orders, and then answers pings until the channel is closed.
func newChild(ch *channel, listener int) (*Child, error) {
	first, err := ch.receive()
	if err != nil {
		return nil, fmt.Errorf("worker: read the configuration: %w", err)
	}
	c := &Child{channel: ch, listener: listener, requests: make(chan message, waitingRequests), parentKilled: make(chan struct{})}
	if first.Request != configRequest {
		return nil, fmt.Errorf("worker: the parent began with %q instead of the configuration", first.Request)
	}
	if err := json.Unmarshal(first.Params, &c.orders); err != nil {
		return nil, fmt.Errorf("worker: read the configuration: %w", err)
	}
	go c.read()
	return c, nil
}

// Listener is the descriptor of the shared socket: bound, non-blocking and close-on-exec. The worker calls listen on it
// when it is ready to accept.
func (c *Child) Listener() int { return c.listener }

// Config is the document that the parent gave to [Reexec].
func (c *Child) Config() []byte { return c.orders.Config }

// Serial is how many workers the parent started before this one.
func (c *Child) Serial() int { return c.orders.Serial }

// Number is this worker's own among those that run: see [Place].
func (c *Child) Number() int { return c.orders.Number }

// Ready tells the parent that this worker accepts connections. The info, which may be nil, is for [Process.Info].
func (c *Child) Ready(info any) error {
	raw, err := encode(info)
	if err != nil {
		return err
	}
	c.ready.Store(true)
	return c.channel.send(message{Request: readyRequest, Params: raw})
}

// Beat sends the parent a heartbeat. It is lost if the parent does not read.
func (c *Child) Beat() { c.channel.beat() }

// BeforePong has f called before each answer to a ping. It may wait, but no longer than until done is closed.
func (c *Child) BeforePong(f func(done <-chan struct{})) { c.beforePong.Store(&f) }

// Handle has h answer the parent's requests, including those that have already arrived. It may be called once.
func (c *Child) Handle(h Handler) {
	go func() {
		for {
			select {
			case m := <-c.requests:
				_ = c.channel.send(answer(m, h)) // a parent that does not read gets no answer
			case <-c.channel.closed:
				return
			}
		}
	}()
}

// ParentKilled is closed when the parent has died without telling its workers to keep serving: it was killed.
func (c *Child) ParentKilled() <-chan struct{} { return c.parentKilled }

// Close closes the control channel and ends the child's goroutines. The listener stays open. A worker that is about to
// exit need not call it.
func (c *Child) Close() { c.channel.close() }

// read answers pings, and passes all else to the handler. The channel ends when the parent does.
func (c *Child) read() {
	for orphaned := false; ; {
		m, err := c.channel.receive()
		if err != nil {
			if !orphaned && !closed(c.channel.closed) {
				close(c.parentKilled)
			}
			return
		}
		switch m.Request {
		case pingRequest:
			c.answerPing(m)
			continue
		case orphanRequest:
			orphaned = true
			_ = c.channel.send(answer(m, c.pong))
			continue
		}
		select {
		case c.requests <- m:
		default:
			_ = c.channel.send(message{ID: m.ID, Error: ErrBusy.Error()})
		}
	}
}

// answerPing answers a ping, when the thread that does so in the real server can.
func (c *Child) answerPing(m message) {
	before := c.beforePong.Load()
	if before == nil {
		_ = c.channel.send(answer(m, c.pong))
		return
	}
	go func() {
		(*before)(c.channel.closed)
		_ = c.channel.send(answer(m, c.pong))
	}()
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
