package hypercorn

import (
	"net/http"

	"github.com/target-server/target-server/server/http1"
)

// event is what h11's next_event returns or raises.
type event uint8

const (
	needData event = iota
	paused
	connectionClosed
	request
	bodyData
	endOfMessage
	bad
	crash
)

// events is H11Protocol._handle_events: it handles what h11 has. It reports whether the task must wait before it reads
// on.
func (c *Conn) events() (waits bool) {
	for {
		switch {
		case c.deaf:
			return false
		case c.speaker != nil:
			return c.speak()
		}
		if c.continues {
			c.sendContinue()
		}
		head := &c.endpoint.head
		found := c.next(head)
		switch found {
		case needData, connectionClosed:
			return false
		case paused:
			c.awaits = forRoom
			return true
		case request:
			if c.request(head) {
				return true
			}
		case bodyData, endOfMessage:
			if c.stream == nil {
				return false
			}
			m := bodyPart
			if found == endOfMessage {
				m = bodyEnd
			}
			if !c.stream.put(m, c.endpoint.body) {
				c.awaits, c.unput = forPlace, m
				return true
			}
		case bad:
			if !c.collides() {
				c.refuse()
			}
			return true
		case crash:
			c.crash(tooManyDigits)
			return true
		}
	}
}

// next is h11's Connection.next_event.
func (c *Conn) next(head *http1.Head) event {
	switch c.client {
	case stateError:
		return bad
	case stateMightSwitch:
		return paused
	case stateDone, stateMustClose, stateClosed:
		switch {
		case len(c.buffer) > 0 && c.client == stateDone:
			return paused
		case len(c.buffer) > 0:
			return c.bad()
		case c.told:
			c.client = stateClosed
			c.move()
			return connectionClosed
		}
		return needData
	}
	return c.parse(head)
}

// parse is next while a message is being read.
func (c *Conn) parse(head *http1.Head) event {
	found, n := c.parser.Next(c.endpoint.Version.Dialect, c.buffer, head)
	rest := len(c.buffer) - n
	switch found {
	case http1.HeadDone:
		c.headDone(head)
		c.used = n
		return request
	case http1.BodyData:
		c.endpoint.body = c.buffer[n-c.parser.BodyLen() : n]
		c.consume(n)
		c.continues = false
		return bodyData
	case http1.MessageDone:
		c.consume(n)
		c.continues = false
		c.client = stateDone
		c.move()
		return endOfMessage
	case http1.Crash:
		return crash
	case http1.Bad:
		return c.bad()
	}
	c.consume(n)
	switch {
	case !c.told:
		return needData
	case rest == 0 && c.client == stateIdle:
		c.client = stateClosed
		c.move()
		return connectionClosed
	}
	return c.bad()
}

// bad is an error of the client's, as h11 takes it.
func (c *Conn) bad() event {
	c.client = stateError
	c.move()
	return bad
}

// headDone is what a request does to h11's states.
func (c *Conn) headDone(h *http1.Head) {
	c.client, c.server = stateSendBody, stateSendResponse
	c.proposed = h.Upgrade
	c.keepAlive = c.keepAlive && h.KeepAlive
	c.continues = h.Expect100
	c.move()
}

// request stops the idle task. When that has ended, the request begins. It reports whether the task waits for that.
func (c *Conn) request(h *http1.Head) (waits bool) {
	stopping := c.idle.stop()
	c.succession = c.successor(h)
	if c.succession != nil {
		if stopping {
			c.awaits = forIdle
			return true
		}
		return c.beginRequest()
	}
	x := c.exchange(h)
	c.stream = x
	x.followed = x.socket && len(c.buffer) > c.used
	c.deaf = x.socket
	if c.deaf {
		c.consume(len(c.buffer))
	} else {
		c.consume(c.used)
	}
	if stopping {
		c.awaits = forIdle
		return true
	}
	return c.beginRequest()
}

// exchange uses the connection's own exchange if that is free.
func (c *Conn) exchange(h *http1.Head) *Exchange {
	x := &c.first
	if x == c.running || x.lasts() {
		x = &Exchange{}
	}
	x.reset(c, h)
	return x
}

// lastRequest reports whether the connection takes no further request.
func (c *Conn) lastRequest() bool {
	most := c.endpoint.Version.KeepAliveRequests
	return most > 0 && c.requests >= most
}

// beginRequest makes the request's task (H11Protocol._create_stream), or hands the connection over. It reports whether
// the connection's task does not go on.
func (c *Conn) beginRequest() (waits bool) {
	if next := c.succession; next != nil {
		c.succession = nil
		next()
		return false
	}
	e, x := c.endpoint, c.stream
	c.requests++
	if x.socket && x.Answer().Status == http.StatusBadRequest {
		c.stream = nil
		x.turnDown()
	} else {
		c.running = x
		c.Loop().Soon(x)
		waits = x.followed && c.followed(x)
	}
	if e.Requested != nil {
		e.Requested()
	}
	return waits
}

// tooManyDigits is Python's exception for a length that its int does not take.
const tooManyDigits = "ValueError: Exceeds the limit (4300 digits) for integer string conversion"

// refuse answers bytes that are not a request, if h11's state allows an answer, and closes.
func (c *Conn) refuse() {
	if c.server == stateIdle || c.server == stateSendResponse {
		status := http.StatusBadRequest
		if c.endpoint.Version.HintsStatus {
			status = c.parser.Hint()
		}
		c.sendError(status)
	}
	c.closeAndLeave()
}
