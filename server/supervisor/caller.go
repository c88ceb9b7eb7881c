package supervisor

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// caller is the parent's end of a control channel: it matches replies to requests, and keeps the information that came
// with the worker's readiness.
type caller struct {
	*channel
	ready chan struct{}
	info  json.RawMessage           // written before ready is closed
	beat  atomic.Pointer[time.Time] // time of the last one

	mu      sync.Mutex
	last    int64
	waiting map[int64]chan message
}

func newCaller(c *channel) *caller {
	return &caller{channel: c, ready: make(chan struct{}), waiting: map[int64]chan message{}}
}

// Ready is closed when the worker has said that it is ready.
func (c *caller) Ready() <-chan struct{} { return c.ready }

// Info is what the worker sent when it became ready, and nil before.
func (c *caller) Info() json.RawMessage {
	if !closed(c.ready) {
		return nil
	}
	return c.info
}

// LastBeat is the time of the worker's last heartbeat, and zero before.
func (c *caller) LastBeat() time.Time {
	if at := c.beat.Load(); at != nil {
		return *at
	}
	return time.Time{}
}

// Call sends a request and waits for its reply. It returns an error that the worker replies with as an error.
func (c *caller) Call(ctx context.Context, request string, params any) (json.RawMessage, error) {
	raw, err := encode(params)
	if err != nil {
		return nil, err
	}
	id, reply := c.expect()
	defer c.forget(id)
	if err := c.send(message{ID: id, Request: request, Params: raw}); err != nil {
		return nil, err
	}
	select {
	case m := <-reply:
		if m.Error != "" {
			return nil, fmt.Errorf("worker, asked for %q: %w", request, errors.New(m.Error))
		}
		return m.Result, nil
	case <-c.closed:
		return nil, ErrClosed
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

func (c *caller) expect() (int64, <-chan message) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last++
	reply := make(chan message, 1)
	c.waiting[c.last] = reply
	return c.last, reply
}

func (c *caller) forget(id int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.waiting, id)
}

// read reads the worker's messages until the channel ends. It never blocks on anything else, so that the worker can
// always write.
func (c *caller) read() {
	for {
		m, err := c.receive()
		if err != nil {
			return
		}
		switch m.Request {
		case readyRequest:
			c.becomeReady(m.Params)
		case beatRequest:
			now := time.Now()
			c.beat.Store(&now)
		default:
			c.deliver(m)
		}
	}
}

func (c *caller) becomeReady(info json.RawMessage) {
	if !closed(c.ready) {
		c.info = info
		close(c.ready)
	}
}

// deliver passes a reply to the call that waits for it, if one still does.
func (c *caller) deliver(m message) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if reply, ok := c.waiting[m.ID]; ok {
		delete(c.waiting, m.ID)
		reply <- m
	}
}
