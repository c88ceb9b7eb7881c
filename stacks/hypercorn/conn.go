package hypercorn

import (
	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/server/http1"
)

// maxRecv is how much one read of the connection's task takes (tcp_server.MAX_RECV).
const maxRecv = 1 << 16

// Conn is one connection: a TCPServer with its H11Protocol, and asyncio's stream
// reader beneath.
type Conn struct {
	eventloop.Stream
	endpoint *Endpoint
	input    []byte // the reader's: has come, and the task has not read it
	buffer   []byte // h11's: the task has read it, and it is not taken apart
	states
	parser     http1.Parser
	speaker    Speaker   // has taken over, or nil
	succession func()    // has it take over, when the idle task has ended
	then       []func()  // wait for the end of the idle task
	guests     int       // tasks of the speaker's
	stream     *Exchange // whose client is told of what happens
	running    *Exchange // whose task has not ended: stream, until it is told that its client has gone
	blocked    *Exchange // wants to write, but the client does not read
	idle       idle
	first      Exchange // spares an allocation while requests come one after another
	awaits     await
	left       int // steps to go before the task's next
	used       int // bytes of the head that h11 has just returned
	place      int // in its set of the Endpoint
	requests   int // that have begun

	awaited   bool // the end of the server waits for it
	woken     bool // the task's next step stands in the queue
	began     bool // the task has had its first step
	eof       bool // the reader knows that no more will come
	raises    bool // what it waits for raises that
	failed    bool // the reader knows that the connection has failed
	told      bool // h11 knows that no more will come
	continues bool // the client waits for 100 Continue
	deaf      bool // what the client sends is nobody's: a handshake of WebSocket was turned down
	cancelled bool
}

// await is what the task of a connection waits for.
type await uint8

const (
	forTurn    await = iota // its first step
	forIdling               // the first step of its idle task
	forData                 // reader.read
	forIdle                 // the end of the idle task that it has cancelled, to begin the request
	forRoom                 // can_read: the answer to the request in work
	forPlace                // in the full queue of a request that nobody reads: for ever
	forSpeaker              // its speaker has something to wait for
	forClosed               // wait_closed, to leave
	forGroup                // the tasks of its group
	forNothing              // it has ended
)

// ConnectionMade makes the connection's task.
func (c *Conn) ConnectionMade() { c.pause(c.tasks().Begins, forTurn) }

func (c *Conn) tasks() *Tasks { return &c.endpoint.Version.Tasks }

// pause goes on with the task after some steps.
func (c *Conn) pause(steps int, what await) {
	c.awaits = what
	if steps == 0 {
		c.Run()
		return
	}
	c.left, c.woken = steps-1, true
	c.Loop().Soon(c)
}

// DataReceived is StreamReader.feed_data.
func (c *Conn) DataReceived(p []byte) {
	e := c.endpoint
	if !e.MayKeep(len(c.input)+len(p), e.kept+len(p)) {
		c.Abort()
		return
	}
	e.kept += len(p)
	c.input = append(c.input, p...)
	c.resume(forData)
	if len(c.input) > c.tasks().Ahead {
		c.PauseReading()
	}
}

// EOFReceived is StreamReader.feed_eof; the transport stays open.
func (c *Conn) EOFReceived() (stays bool) {
	c.eof = true
	c.resume(forData)
	return true
}

// ConnectionLost feeds the reader the end, or the failure.
func (c *Conn) ConnectionLost() {
	c.endpoint.open--
	if c.running != nil {
		c.endpoint.Deserted(c.running)
	}
	c.failed = c.Failed()
	c.eof = c.eof || !c.failed
	c.raises = c.failed && c.awaits == forData && !c.woken
	c.wake(forData)
	c.wake(forClosed)
	c.ResumeWriting()
	c.leaveGroup()
}

// wake lets the task go on if that is what it waits for.
func (c *Conn) wake(what await) {
	if c.awaits == what && !c.woken {
		c.woken = true
		c.Loop().Soon(c)
	}
}

// resume is wake, in this very step where nothing lies between the task and what
// it waits for.
func (c *Conn) resume(what await) {
	if c.tasks().ReadsItself && c.awaits == what && !c.woken {
		c.Run()
		return
	}
	c.wake(what)
}

// Run is a step of the connection's task.
func (c *Conn) Run() {
	if c.left > 0 {
		c.left--
		c.Loop().Soon(c)
		return
	}
	c.woken = false
	was := c.awaits
	c.awaits = forNothing
	switch {
	case was == forNothing:
		c.awaits = forNothing
	case c.cancelled:
		c.leave()
	case was == forTurn:
		c.begin()
	case was == forIdling:
		c.firstRead()
	case was == forData:
		c.receive()
	case was == forIdle:
		c.beginRequest()
		c.goOn()
	case was == forRoom:
		c.goOn()
	case was == forClosed:
		c.afterClosing()
	case was == forGroup:
		c.leave()
	}
}

// begin is TCPServer.run up to its first await. A socket whose client has reset the
// connection by then does not know its address, and the task ends.
func (c *Conn) begin() {
	c.began = true
	c.endpoint.began(c)
	if c.Gone() {
		c.endpoint.raised()
		c.leave()
		return
	}
	c.idle.start(c)
	c.pause(c.tasks().Reads, forIdling)
}

// firstRead is read, where what is there already is a checkpoint away.
func (c *Conn) firstRead() {
	if c.tasks().ReadsItself && len(c.input) > 0 {
		c.pause(1, forData)
		return
	}
	c.read()
}

// read is TCPServer._read_data: it reads until the reader's end.
func (c *Conn) read() {
	for {
		switch {
		case c.eof && len(c.input) == 0:
			c.endReading()
			return
		case c.failed:
			c.failRead()
			return
		case len(c.input) == 0:
			c.awaits = forData
			return
		}
		if c.take(); c.handle() {
			return
		}
	}
}

// receive is what follows the await of reader.read.
func (c *Conn) receive() {
	if c.raises {
		c.failRead()
		return
	}
	c.take()
	c.goOn()
}

// failRead is the exception of reader.read.
func (c *Conn) failRead() {
	if c.endpoint.Version.ClosesStream {
		c.closeStream()
	}
	c.endReading()
}

// goOn takes apart what is there, and then reads on.
func (c *Conn) goOn() {
	if !c.handle() {
		c.read()
	}
}

// handle is ProtocolWrapper.handle of RawData. It tells whether the task waits for
// something that must come first.
func (c *Conn) handle() (waits bool) {
	switch {
	case c.speaker != nil:
		return c.speak()
	case c.deaf:
		c.consume(len(c.buffer))
	default:
		return c.events()
	}
	return false
}

// take gives h11 one read of what has come; nothing is the end.
func (c *Conn) take() {
	n := min(len(c.input), maxRecv)
	if n == 0 {
		c.told = true
		return
	}
	c.buffer = append(c.buffer, c.input[:n]...)
	if c.input = c.input[n:]; len(c.input) == 0 {
		c.input = nil
	}
	if len(c.input) <= c.tasks().Ahead/2 {
		c.ResumeReading()
	}
}

// consume drops bytes that h11 has done with.
func (c *Conn) consume(n int) {
	c.endpoint.kept -= n
	if c.buffer = c.buffer[n:]; len(c.buffer) == 0 {
		c.buffer = nil
	}
}

// leave is the end of the task: it closes the connection.
func (c *Conn) leave() {
	c.close()
	c.awaits = forNothing
	c.endpoint.kept -= len(c.input) + len(c.buffer)
	c.input, c.buffer = nil, nil
	c.endpoint.ended(c)
}

// close is TCPServer._close: our side ends, then the connection.
func (c *Conn) close() {
	if c.tasks().Closes > 0 {
		c.Loop().Soon((*shut)(c))
		return
	}
	c.CloseWrite()
	c.Close()
	c.idle.stop()
}

// shut is the step of close behind its checkpoint. The idle task goes on.
type shut Conn

func (s *shut) Run() {
	s.CloseWrite()
	s.Close()
}

// closeAndLeave is close in the task itself, which waits for the end.
func (c *Conn) closeAndLeave() {
	c.close()
	c.awaits = forClosed
	if c.Closed() {
		c.wake(forClosed)
	}
}

// afterClosing goes on with the task behind its close.
func (c *Conn) afterClosing() {
	if c.endpoint.Version.ClosesStream {
		c.closeStream()
	}
	c.endpoint.kept -= len(c.input)
	c.input = nil
	c.endReading()
}

// idleStopped is called when the idle task has ended that somebody has cancelled.
func (c *Conn) idleStopped() {
	for _, then := range c.then {
		c.Loop().Soon(eventloop.Func(then))
	}
	c.then = nil
	c.resume(forIdle)
	c.leaveGroup()
}

// idleExpired is TCPServer._initiate_server_close.
func (c *Conn) idleExpired() {
	c.closeStream()
	c.Close()
	c.leaveGroup()
}

// closeStream tells the request in work that its client is gone
// (H11Protocol._close_stream). It tells whether that hangs, because the request's
// queue is full.
func (c *Conn) closeStream() (hangs bool) {
	if c.speaker != nil {
		c.speaker.Closed()
	}
	x := c.stream
	if x == nil || c.awaits == forIdle { // there is none, or not yet
		return false
	}
	if hangs = x.clientGone(); !hangs {
		c.stream = nil
	}
	return hangs
}

// cancel ends the task and those of its requests (asyncio.Task.cancel).
func (c *Conn) cancel(cancelled func(http1.Exchange) bool) {
	c.cancelled = true
	if x := c.running; x != nil {
		x.cancel(cancelled(x))
	}
	if c.speaker != nil {
		c.speaker.Cancel(cancelled)
	}
	c.awaits = forGroup
	c.leaveGroup()
}
