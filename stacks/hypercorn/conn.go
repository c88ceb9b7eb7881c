package hypercorn

import (
	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/server/http1"
)

// maxRecv is how much one read of the connection's task takes (tcp_server.MAX_RECV).
const maxRecv = 1 << 16

// Conn is one connection: a TCPServer with its H11Protocol, on a stream reader as asyncio's.
type Conn struct {
	eventloop.Stream
	endpoint *Endpoint
	input    []byte // the reader's: it has come, and the task has not read it
	buffer   []byte // h11's: the task has read it, and it is not parsed
	states
	parser     http1.Parser
	speaker    Speaker   // has taken over, or nil
	succession func()    // makes it take over, when the idle task has ended
	then       []func()  // wait for the end of the idle task
	guests     int       // the speaker's tasks
	stream     *Exchange // the request that learns what happens to the connection
	running    *Exchange // the request whose task has not ended: stream, or one that knows that its client has gone
	lasting    *Exchange // the requests that go on after their answer: a list
	blocked    *Exchange // has an answer that waits until the client reads
	idle       idle
	first      Exchange // saves an allocation while requests come one after another
	awaits     await
	unput      message // for which there is no place, while the task awaits one
	left       int     // steps to go before the task's next
	used       int     // bytes of the head that h11 has just returned
	place      int     // in its set of the Endpoint
	requests   int     // that have begun

	awaited   bool // the end of the server waits for it
	woken     bool // the task's next step is due
	eof       bool // the reader knows that no more will come (StreamReader._eof)
	failed    bool // the reader knows that the connection has failed (StreamReader._exception)
	raises    bool // the read that the task awaits raises that
	told      bool // h11 knows that no more will come (Connection._receive_buffer_closed)
	continues bool // the client waits for 100 Continue (Connection.they_are_waiting_for_100_continue)
	deaf      bool // a WebSocket handshake was turned down: what the client sends is dropped
	cancelled bool // the task was cancelled
	unshut    bool // the task that was about to shut it was cancelled
	unclosed  bool // its end, which its task is going to await, was cancelled with a task that awaited it
}

// await is what the task of a connection waits for.
type await uint8

const (
	forTurn    await = iota // its first step
	forIdling               // the first step of its idle task
	forData                 // reader.read
	forIdle                 // the end of the idle task, which it has cancelled to begin a request
	forRoom                 // can_read: the answer to the running request
	forPlace                // a place in a request's full queue, which only an application that reads it makes
	forSpeaker              // its speaker, which waits for something
	forClosed               // wait_closed, to leave
	forGroup                // the tasks of its group
	forNothing              // it has ended
)

// ConnectionMade makes the connection's task.
func (c *Conn) ConnectionMade() { c.pause(c.library().Begins, forTurn) }

func (c *Conn) library() *Library { return &c.endpoint.Version.Library }

// DataReceived is StreamReader.feed_data.
func (c *Conn) DataReceived(p []byte) {
	e := c.endpoint
	if !e.MayBuffer(len(c.input)+len(p), e.kept+len(p)) {
		c.Abort()
		return
	}
	e.kept += len(p)
	c.input = append(c.input, p...)
	c.resume(forData)
	if len(c.input) > c.library().Ahead {
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
		c.endpoint.ReportClientLeft(c.running)
	}
	c.failed = c.Failed()
	c.eof = c.eof || !c.failed
	c.raises = c.failed && c.awaits == forData && !c.woken
	c.wake(forData)
	c.wake(forClosed)
	for x := c.lasting; x != nil; x = x.next {
		x.connectionLost()
	}
	c.ResumeWriting()
	c.leaveGroup()
}

// PauseWriting is called when too much is unread by the client. It does nothing: the next answer checks WritingPaused.
func (c *Conn) PauseWriting() {}

// ResumeWriting sends what waited for the client to read.
func (c *Conn) ResumeWriting() {
	if c.speaker != nil {
		c.speaker.Writable()
	}
	if b := c.blocked; b != nil {
		c.blocked = nil
		c.Loop().Soon(b)
	}
}
