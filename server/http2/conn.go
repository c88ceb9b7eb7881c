package http2

import (
	"bytes"
	"encoding/binary"

	"golang.org/x/net/http2/hpack"

	"github.com/target-server/target-server/server/http1"
)

// Preface is what a client begins with.
const Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

// Owner is whoever has the connection.
type Owner interface {
	// Request begins the request of a stream. It may ask to wait before anything
	// else is dealt with, until Resume is called.
	Request(stream uint32, h *http1.Head) (waits bool)
	// Body is a part of a request's body, or its end. It may ask to wait as well.
	Body(stream uint32, end bool) (waits bool)
	// Reset says that the client has given a stream up.
	Reset(stream uint32)
	// Send takes bytes for the client.
	Send(p []byte)
	// Full tells whether the client leaves too much of that unread. Nothing of a body is sent
	// then, until Wake is called.
	Full() bool
	// Paused is called when no answer can be sent further for now.
	Paused()
	// Soon runs a step in a later turn of the loop.
	Soon(step func())
	// Failed says that the connection is to be closed when all is sent.
	Failed()
}

// Conn is one connection. Make it with New.
type Conn struct {
	owner   Owner
	buffer  []byte // came and is no whole frame
	preface int    // bytes of the preface still to come
	streams map[uint32]*stream
	buffers map[uint32]*buffer // of answers, also to come
	highest uint32             // stream that the client has opened
	closed  map[uint32]bool    // lately closed streams: by a reset?
	decoder *hpack.Decoder
	encoder encoder
	block   []byte // of a header that is not whole
	opening frame  // its first frame
	parts   int

	window  int64 // what the client takes in all
	in      inbound
	initial int64 // window of new streams
	largest int   // frame that the client takes

	events  []func() (waits bool) // of the bytes at hand, in their order
	pending []byte                // to be sent when they are dealt with
	turns   []*buffer             // with something to send, in their turn
	pumping bool
	waits   bool
	gone    bool // one side has said that it goes: no frame is taken or made any more
	over    bool // is to be closed
	lost    bool // nothing of a body is sent any more
}

// New returns a connection that has not begun.
func New(owner Owner) *Conn {
	return &Conn{
		owner: owner, preface: len(Preface), streams: map[uint32]*stream{}, buffers: map[uint32]*buffer{}, closed: map[uint32]bool{},
		decoder: hpack.NewDecoder(defaultTableSize, nil), encoder: encoder{most: defaultTableSize, told: true},
		window: initialWindow, initial: initialWindow, in: newInbound(), largest: frameSize,
	}
}

// Start says our settings.
func (c *Conn) Start() { c.owner.Send(appendSettings(nil, ours())) }

// Upgrade begins with the request of an HTTP/1.1 connection as stream 1. settings is the payload of a
// SETTINGS frame, as the client has sent it beside its request. It tells whether that was one.
func (c *Conn) Upgrade(h *http1.Head, settings []byte) bool {
	f := frame{kind: frameSettings, payload: settings}
	if f.check() != nil || c.settings(&f) != nil {
		return false
	}
	c.pending = nil // such settings are not acknowledged
	c.Start()
	c.highest = 1
	c.open(1, -1).ended = true
	c.events = append(c.events, func() bool { return c.owner.Request(1, h) }, func() bool { return c.owner.Body(1, true) })
	c.goOn()
	return true
}

// Kept is how many bytes are remembered that are no whole frame.
func (c *Conn) Kept() int { return len(c.buffer) + len(c.block) }

// Receive takes what has come. While something must be waited for it only remembers it; whoever
// calls it should do so no more before Waiting tells that this is over.
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
	c.goOn()
}

// Waiting tells whether an event that the owner has asked to wait for has not ended.
func (c *Conn) Waiting() bool { return c.waits && !c.over }

// goOn deals with what the frames at hand mean.
func (c *Conn) goOn() {
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

// Resume goes on after a wait.
func (c *Conn) Resume() {
	if !c.waits || c.over {
		return
	}
	c.waits = false
	if c.goOn(); !c.waits && !c.over && len(c.buffer) > 0 {
		c.Receive(nil)
	}
}

// then notes what is to be done when all frames at hand have been read.
func (c *Conn) then(event func()) {
	c.events = append(c.events, func() bool {
		event()
		return false
	})
}

// readAll reads the frames that are whole. What they mean for others happens when
// all have been read: an error keeps it from happening, as h2's receive_data does.
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

// errSilent ends a connection without a word.
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

// read deals with one frame.
func (c *Conn) read(f *frame) error {
	if c.gone || c.parts > 0 && (f.kind != frameContinuation || f.stream != c.opening.stream) {
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
		return c.priority(f.stream, f.payload)
	case frameReset:
		return c.reset(f)
	case frameSettings:
		return c.settings(f)
	case framePushPromise:
		return codeProtocol
	case framePing:
		if !f.has(flagAck) {
			c.pending = appendFrame(c.pending, framePing, flagAck, 0, f.payload)
		}
	case frameGoAway:
		c.pending, c.gone = nil, true
		c.then(c.end)
	case frameWindowUpdate:
		return c.windowUpdate(f)
	}
	return nil
}

// priority only sees that a stream does not depend on itself.
func (c *Conn) priority(id uint32, payload []byte) error {
	if binary.BigEndian.Uint32(payload)&^(1<<31) == id {
		return codeProtocol
	}
	return nil
}

// fail says why the connection ends, and ends it.
func (c *Conn) fail(why error) {
	if reason, ok := why.(code); ok && reason != errSilent { //nolint:errorlint // codes are never wrapped
		c.goAway(reason)
	}
	c.events = nil
	c.flush()
	c.end()
}

// Refuse turns a request down because the server is about to end, and says that no
// further one is welcome.
func (c *Conn) Refuse(id uint32) {
	if s := c.live(id); s != nil {
		c.resetStream(id, codeNone)
		c.close(s, true)
		c.pending = appendSettings(c.pending, []setting{{settingStreams, 0}})
	}
}

// GoAway says that no further request is taken, and that there was no error. What is not sent by
// then never is (H2Connection.close_connection).
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

// end closes the connection.
func (c *Conn) end() {
	if !c.over {
		c.over = true
		c.owner.Failed()
	}
}

// Lost is the end of the sending task: nothing of a body is sent any more, and answers that wait
// to be sent wait for ever. What was read is dropped, since requests that still run keep c.
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
