package http2

import (
	"bytes"
	"encoding/binary"

	"golang.org/x/net/http2/hpack"

	"github.com/target-server/target-server/server/http1"
)

// Preface is what a client sends first.
const Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

// Owner is the owner of a connection.
type Owner interface {
	// Request begins the request of a stream. If it returns true, nothing else is
	// processed until Resume is called.
	Request(stream uint32, h *http1.Head) (waits bool)
	// Body is a part of a request's body, or its end. It may wait as well.
	Body(stream uint32, part []byte, end bool) (waits bool)
	// Reset is called when a stream was reset.
	Reset(stream uint32)
	// Send sends bytes to the client.
	Send(p []byte)
	// Full reports whether the client has left too many of these bytes unread. Then no body is sent
	// until Wake is called.
	Full() bool
	// Buffers tells of bytes of answers that are buffered, or of fewer if n is negative. It reports whether there is room
	// for more: Hypercorn has no bound.
	Buffers(n int) (room bool)
	// Writes is how many steps a write takes, if the client reads.
	Writes() int
	// Paused is called when no more of any answer can be sent for now.
	Paused()
	// Soon runs a step in a later turn of the loop.
	Soon(step func())
	// Failed is called when the connection is to be closed once everything is sent.
	Failed()
}

// Conn is one connection. Make it with New.
type Conn struct {
	owner   Owner
	rules   Rules
	buffer  []byte // received, but not a whole frame
	preface int    // bytes of the preface still to come
	streams map[uint32]*stream
	buffers map[uint32]*buffer // of answers, including expected ones
	highest uint32             // stream that the client has opened
	closed  map[uint32]bool    // recently closed streams: whether by a reset
	decoder *hpack.Decoder
	encoder encoder
	block   []byte // incomplete header block
	opening frame  // its first frame
	weights []byte // what it says about priority, or nil
	parts   int

	window  int64 // how much the client accepts on the connection
	in      inbound
	initial int64 // window of new streams
	largest int   // frame that the client accepts

	events  []func() (waits bool) // of the received frames, in order
	pending []byte                // to send after the events
	tree    tree                  // says which answer is next
	pumping bool
	waits   bool
	begun   bool // a request has come, or an alternative service: resets are allowed
	gone    bool // one side has sent GOAWAY: no more frames are read or made
	over    bool // the connection is to be closed
	lost    bool // no more of any body is sent
}

// New returns a connection, which begins with Start or Upgrade.
func New(owner Owner, rules Rules) *Conn {
	return &Conn{
		owner: owner, rules: rules, preface: len(Preface), streams: map[uint32]*stream{}, buffers: map[uint32]*buffer{}, tree: newTree(), closed: map[uint32]bool{},
		decoder: hpack.NewDecoder(defaultTableSize, nil), encoder: encoder{most: defaultTableSize, told: true},
		window: initialWindow, initial: initialWindow, in: newInbound(), largest: frameSize,
	}
}

// Start sends our settings.
func (c *Conn) Start() { c.owner.Send(appendSettings(nil, ours(c.rules.Streams))) }

// Upgrade begins with the request of an HTTP/1.1 connection as stream 1. settings is the payload of a
// SETTINGS frame, which the client has sent with its request. Upgrade reports whether it is valid.
func (c *Conn) Upgrade(h *http1.Head, settings []byte) bool {
	f := frame{kind: frameSettings, payload: settings}
	if f.check() != nil || c.settings(&f) != nil {
		return false
	}
	c.pending = nil // such settings are not acknowledged
	c.Start()
	c.highest, c.begun = 1, true
	c.open(1, noLength).ended = true
	c.events = append(c.events, func() bool { return c.owner.Request(1, h) }, func() bool { return c.owner.Body(1, nil, true) })
	c.runEvents()
	return true
}

// Kept is how many bytes of incomplete frames and header blocks are stored.
func (c *Conn) Kept() int { return len(c.buffer) + len(c.block) }

// Receive processes bytes from the client. While Waiting is true it only stores them, so the caller
// should not call it then.
func (c *Conn) Receive(p []byte) {
	if c.over {
		return
	}
	if c.buffer = append(c.buffer, p...); c.waits {
		return
	}
	if err := c.readAll(); err != nil {
		c.fail(err)
		return
	}
	c.runEvents()
}

// Waiting reports whether the owner waits, until Resume.
func (c *Conn) Waiting() bool { return c.waits && !c.over }

// runEvents runs the events of the received frames, until the owner waits.
func (c *Conn) runEvents() {
	for len(c.events) > 0 && !c.over {
		event := c.events[0]
		c.events = c.events[1:]
		if c.waits = event(); c.waits {
			return
		}
	}
	c.events = nil
	c.flush()
}

// Resume continues after a wait.
func (c *Conn) Resume() {
	if !c.waits || c.over {
		return
	}
	c.waits = false
	if c.runEvents(); !c.waits && !c.over && len(c.buffer) > 0 {
		c.Receive(nil)
	}
}

// then adds an event, to run when all received frames have been read.
func (c *Conn) then(event func()) {
	c.events = append(c.events, func() bool {
		event()
		return false
	})
}

// readAll reads all complete frames. Their events run after that, but not if there is an
// error, as in h2's receive_data.
func (c *Conn) readAll() error {
	if err := c.readPreface(); err != nil || c.preface > 0 {
		return err
	}
	for {
		f, n, err := readFrame(c.buffer, frameSize)
		if err != nil || n == 0 {
			return err
		}
		if err := c.read(&f); err != nil {
			return err
		}
		c.buffer = c.buffer[n:]
	}
}

// errSilent ends a connection without GOAWAY.
const errSilent = codeNone

func (c *Conn) readPreface() error {
	n := min(c.preface, len(c.buffer))
	from := len(Preface) - c.preface
	if !bytes.Equal(c.buffer[:n], []byte(Preface[from:from+n])) {
		return errSilent
	}
	c.preface -= n
	c.buffer = c.buffer[n:]
	return nil
}

// read processes one frame.
func (c *Conn) read(f *frame) error {
	switch {
	case c.parts > 0 && (f.kind != frameContinuation || f.stream != c.opening.stream),
		c.gone && f.kind <= frameAlternative && f.kind != frameGoAway:
		return codeProtocol
	}
	switch f.kind {
	case frameData:
		return c.data(f)
	case frameHeaders:
		return c.headers(f)
	case frameContinuation:
		return c.continuation(f)
	case framePriority:
		if err := c.priority(f.stream, f.payload); err != nil {
			return err
		}
		c.prioritize(f.stream, f.payload)
	case frameReset:
		return c.reset(f)
	case frameSettings:
		return c.settings(f)
	case framePushPromise:
		return c.promise(f)
	case framePing:
		if !f.has(flagAck) {
			c.pending = appendFrame(c.pending, framePing, flagAck, 0, f.payload)
		}
	case frameGoAway:
		c.pending, c.gone = nil, true
		c.then(c.end)
	case frameWindowUpdate:
		return c.windowUpdate(f)
	case frameAlternative: // servers ignore it, except for what it does to the connection's state
		c.begun = true
	}
	return nil
}

// priority only checks that a stream does not depend on itself.
func (c *Conn) priority(id uint32, payload []byte) error {
	if binary.BigEndian.Uint32(payload)&^(1<<31) == id {
		return codeProtocol
	}
	return nil
}

// prioritize has a stream depend on another when the events run (H2Protocol._priority_updated).
func (c *Conn) prioritize(id uint32, payload []byte) {
	on := binary.BigEndian.Uint32(payload)
	weight := int(payload[4]) + 1
	c.then(func() {
		known := c.tree.streams[id] != nil
		if !c.tree.depend(id, on&^(1<<31), weight, on>>31 == 1) {
			c.end()
			return
		}
		if !known {
			c.tree.set(id, false)
		}
		c.wake()
	})
}

// fail sends the reason why the connection ends, and ends it.
func (c *Conn) fail(why error) {
	if reason, ok := why.(code); ok && reason != errSilent { //nolint:errorlint // codes are never wrapped
		c.goAway(reason)
	}
	c.events = nil
	c.flush()
	c.end()
}

// Refuse refuses a request because the server is about to end, and tells the client to
// send no others.
func (c *Conn) Refuse(id uint32) {
	if s := c.live(id); s != nil {
		c.resetStream(id, codeNone)
		c.close(s, true)
		c.pending = appendSettings(c.pending, []setting{{settingStreams, 0}})
	}
}

// GoAway tells the client that no more requests are accepted, without an error. Answers that are not
// sent yet never are (H2Connection.close_connection).
func (c *Conn) GoAway() {
	c.goAway(codeNone)
	c.flush()
}

func (c *Conn) goAway(reason code) {
	c.gone = true
	payload := binary.BigEndian.AppendUint32(nil, c.highest)
	payload = binary.BigEndian.AppendUint32(payload, uint32(reason))
	c.pending = appendFrame(c.pending, frameGoAway, 0, 0, payload)
}

// end has the owner close the connection.
func (c *Conn) end() {
	if !c.over {
		c.over = true
		c.owner.Failed()
	}
}

// Lost ends the sending task: no more of any body is sent, and answers that wait to be sent stay
// unsent. It frees what was received, because running requests still refer to c.
func (c *Conn) Lost() {
	c.over, c.lost = true, true
	c.buffer, c.block, c.events = nil, nil, nil
}

func (c *Conn) flush() {
	if len(c.pending) > 0 {
		c.owner.Send(c.pending)
		c.pending = nil
	}
}
