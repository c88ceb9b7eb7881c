package fastapi

import "github.com/target-server/target-server/eventloop"

// coroutine is a task of asyncio that AnyIO may cancel, with one await at a time.
type coroutine struct {
	loop    *eventloop.Loop
	next    func() // what follows the await
	due     bool   // its step is in the queue
	woken   bool   // because what it awaits has come: then AnyIO does not cancel it
	stopped bool
}

// await suspends it until wake.
func (c *coroutine) await(next func()) { c.next = next }

// checkpoint suspends it for a turn of the loop.
func (c *coroutine) checkpoint(next func()) {
	c.next, c.due = next, true
	c.loop.Soon((*coroutineStep)(c))
}

// wake is called when what it awaits has come.
func (c *coroutine) wake() {
	if c.woken = true; !c.due {
		c.due = true
		c.loop.Soon((*coroutineStep)(c))
	}
}

// stop cancels it, and reports whether that ends it: not if what it awaits has just come.
func (c *coroutine) stop() bool {
	c.stopped = c.stopped || !c.woken
	return c.stopped
}

// coroutineStep is its next step.
type coroutineStep coroutine

func (s *coroutineStep) Run() {
	c := (*coroutine)(s)
	next := c.next
	c.next, c.due, c.woken = nil, false, false
	if !c.stopped && next != nil {
		next()
	}
}

// channel is anyio.create_memory_object_stream(max_buffer_size=1).
type channel struct {
	items            [][]byte
	sender, receiver *coroutine
	sends            []byte // by the sender that waits
	receives         func(item []byte, open bool)
	closed           bool
}

// send is "await stream.send(item)".
func (ch *channel) send(c *coroutine, item []byte, next func()) {
	c.checkpoint(func() {
		switch {
		case ch.receiver != nil:
			ch.hand(item, true)
		case len(ch.items) > 0:
			ch.sender, ch.sends = c, item
			c.await(next)
			return
		default:
			ch.items = append(ch.items, item)
		}
		next()
	})
}

// receive is "await stream.receive()": next is called with an item, or with open false at the end of the stream.
func (ch *channel) receive(c *coroutine, next func(item []byte, open bool)) {
	c.checkpoint(func() {
		if s := ch.sender; s != nil {
			ch.items = append(ch.items, ch.sends)
			ch.sender, ch.sends = nil, nil
			s.wake()
		}
		switch {
		case len(ch.items) > 0:
			item := ch.items[0]
			ch.items = ch.items[1:]
			next(item, true)
		case ch.closed:
			next(nil, false)
		default:
			ch.receiver, ch.receives = c, next
		}
	})
}

// hand wakes the receiver with an item, or with the end of the stream.
func (ch *channel) hand(item []byte, open bool) {
	c, receives := ch.receiver, ch.receives
	ch.receiver, ch.receives = nil, nil
	c.await(func() { receives(item, open) })
	c.wake()
}

// close ends the stream.
func (ch *channel) close() {
	if ch.closed = true; ch.receiver != nil {
		ch.hand(nil, false)
	}
}

// leave gives up the wait of a receiver.
func (ch *channel) leave() { ch.receiver, ch.receives = nil, nil }
