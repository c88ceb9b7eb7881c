package http1

import (
	"bytes"
	"net/http"
)

// Event is what a call of Parser.Next came to.
type Event uint8

const (
	// NeedData asks for more bytes. It may consume some: framing that is done
	// with, or data that is dropped.
	NeedData Event = iota
	// HeadDone completes a request's head. This is where llhttp calls
	// on_headers_complete and h11 returns a Request: the request starts.
	HeadDone
	// BodyData brings Parser.BodyLen bytes of body, the last of those consumed.
	BodyData
	// MessageDone ends a message.
	MessageDone
	// Upgraded follows the MessageDone of a request to upgrade, in dialects
	// whose parser stops there: the rest of what was read is consumed, and
	// dropped. The next read begins a new message (llhttp_resume_after_upgrade).
	Upgraded
	// Bad is a refusal: the server answers 400 and closes. The parser stays Bad.
	Bad
	// TooLarge is a refusal for the size of a head (431). The parser stays Bad.
	TooLarge
	// ExtensionTooLarge is one for the size of a chunk's extensions (413). The parser stays Bad.
	ExtensionTooLarge
	// Crash is a failure of the server: it closes without an answer. The
	// parser stays so.
	Crash
)

// Field is one header field.
type Field struct {
	Name  []byte // as sent
	Value []byte // trimmed as the real parser does
}

// Head is the head of one request. Its slices alias the bytes given to Next, or
// memory of the Head's own; both are valid until Next is called again.
type Head struct {
	Method, Target []byte
	// Path and Query are what uvicorn makes of Target, before percent-decoding.
	Path, Query []byte
	// Version is uvicorn's http_version: "1.1", "1.0", "2.0", ...
	Version string
	Fields  []Field
	// ContentLength is -1 without one. Chunked overrides it.
	ContentLength int64
	Chunked       bool
	// KeepAlive is llhttp_should_keep_alive at this point, or that h11 will not
	// be in MUST_CLOSE after this message.
	KeepAlive bool
	// Upgrade is llhttp's upgrade flag, or h11's pending switch: after the
	// message h11 is paused until the answer is sent, and reads nothing.
	Upgrade bool
	// WebSocket says that uvicorn hands the connection to its WebSocket
	// protocol, if it has one. Path and Query may then be missing.
	WebSocket bool
	// Expect100 says that the client waits for 100 Continue. With LineRules,
	// Continues is how many of them it gets.
	Expect100 bool
	Continues int

	// Refusal is why bytes were Bad, where the dialect has LineRules. Scheme is
	// what a proxy has said that may do so: the caller says in Trusted whether the
	// peer is one, before it calls Next.
	Refusal Refusal
	Scheme  string
	Trusted bool

	scratch []byte // values that had to be put together
}

// Parser reads the requests of one connection. The zero value is ready. It
// keeps no bytes: those that Next does not consume are handed to it again.
type Parser struct {
	bodyLen int

	scanned int    // bytes of the buffer already judged, within a head or line
	mark    int    // where the token at hand begins in the buffer
	length  uint64 // llhttp's content_length; the body bytes still to come
	carried uint64 // length at the start of the message, for a second look
	tracked int32  // bytes of target, names and values so far, without the token at hand; or of a chunk's extensions
	trailed bool   // the message that has ended had trailers
	fields  int32  // that are complete, in the section at hand

	flags     flags
	phase     phase
	state     state
	special   special
	matched   uint8 // bytes of a word recognised so far
	protocols Protocols
	major     uint8
	minor     uint8
	hint      hint
}

// hint is why something was refused, where h11 tells more than that it was.
type hint uint8

const (
	hintNone     hint = iota
	hintTooLong       // the head, or what ends a body, does not end
	hintEncoding      // a transfer coding that is not known
)

// Hint is the status by which a Bad is best answered: h11's error_status_hint.
func (p *Parser) Hint() int {
	switch p.hint {
	case hintTooLong:
		return http.StatusRequestHeaderFieldsTooLarge
	case hintEncoding:
		return http.StatusNotImplemented
	default:
		return http.StatusBadRequest
	}
}

// flags are what the fields of a message have told so far.
type flags uint16

const (
	flagKeepAlive flags = 1 << iota
	flagClose
	flagConnectionUpgrade
	flagChunked
	flagUpgrade
	flagLength
	flagEncoding // Transfer-Encoding was seen
	flagConnect
	flagPreface // the method is PRI
	flagTrailers
	flagStop // parsing ends behind the message, an upgrade's with a body
)

// phase is the part of a message that comes next.
type phase uint8

const (
	phaseHead phase = iota
	phaseFixed
	phaseChunkSize
	phaseChunkData
	phaseChunkEnd
	phaseTrailers
	phaseEnd      // the message is complete
	phaseStop     // an upgrade's message is complete
	phaseRefuse   // the head was delivered, and then refused
	phaseOverlook // the last message is complete, its read not yet
	phaseClosed
	phasePaused
	phaseBad
	phaseCrash
)

// BodyLen is the number of body bytes in the last BodyData. They are the last of
// the n bytes that it consumed: buf[n-BodyLen : n].
func (p *Parser) BodyLen() int { return p.bodyLen }

// Upgrade is llhttp's upgrade flag (should_upgrade in httptools), from HeadDone
// to MessageDone of a request to upgrade.
func (p *Parser) Upgrade() bool { return p.flags&flagUpgrade != 0 }

// Next looks at buf, all bytes of the connection that were received and not
// consumed, and returns the next event and how many bytes it consumed. Call it
// until it says NeedData, and again when more was received. The head is filled
// in when the event is HeadDone; it may be overwritten by any call.
//
// With an h11 dialect, call Next after MessageDone only when the next cycle has
// started, or, if the head said neither KeepAlive nor Upgrade, at once: h11
// judges what follows a last message.
func (p *Parser) Next(d *Dialect, buf []byte, head *Head) (ev Event, n int) {
	switch p.phase {
	case phaseHead:
		return p.nextHead(d, buf, head)
	case phaseFixed:
		return p.fixed(buf)
	case phaseChunkSize, phaseChunkData, phaseChunkEnd, phaseTrailers:
		if d.Lines != nil {
			return p.chunkedLines(d.Lines, buf, head)
		}
		if p.phase == phaseTrailers {
			return p.trailers(d, buf)
		}
		return p.chunked(d, buf)
	case phaseEnd:
		return p.endMessage(d), 0
	default:
		return p.after(d, buf)
	}
}

// after says what comes when there is no message to read.
func (p *Parser) after(d *Dialect, buf []byte) (Event, int) {
	switch p.phase {
	case phaseStop:
		p.restart(d)
		return Upgraded, len(buf)
	case phaseOverlook:
		p.phase = phaseClosed
		return NeedData, 0
	case phaseClosed:
		switch d.DataAfterClose {
		case CloseDrops:
			return NeedData, len(buf)
		case CloseSkipsLines:
			if len(bytes.TrimLeft(buf, "\r\n")) == 0 {
				return NeedData, len(buf)
			}
		}
		if len(buf) == 0 {
			return NeedData, 0
		}
	case phasePaused:
		return NeedData, 0
	case phaseCrash:
		return Crash, 0
	}
	return p.bad()
}

// Trailed tells whether the message that has ended had trailers, right after its MessageDone.
func (p *Parser) Trailed() bool { return p.trailed }

// Unfinished tells whether the end of input would be amid a message: llhttp_finish.
func (p *Parser) Unfinished() bool {
	switch p.phase {
	case phaseHead:
		return p.state != stateStart
	case phaseFixed, phaseChunkSize, phaseChunkData, phaseChunkEnd, phaseTrailers:
		return true
	}
	return false
}

func (p *Parser) bad() (Event, int) {
	p.phase = phaseBad
	return Bad, 0
}

func (p *Parser) tooLarge() (Event, int) {
	p.phase = phaseBad
	return TooLarge, 0
}

// tooLong reports whether so much unfinished data makes the dialect give up.
func (d *Dialect) tooLong(buf []byte) bool {
	return d.MaxIncomplete > 0 && len(buf) > d.MaxIncomplete
}

// endMessage ends the message and chooses what comes after it.
func (p *Parser) endMessage(d *Dialect) Event {
	upgrade := p.flags&flagUpgrade != 0
	trailed := p.flags&flagTrailers != 0 && p.fields > 0
	switch {
	case d.UpgradeStops && p.flags&(flagUpgrade|flagStop) != 0:
		p.phase = phaseStop
	case p.keepAlive(d):
		p.restart(d)
	case !d.UpgradeStops && upgrade:
		p.phase = phasePaused
	case d.DataAfterClose == CloseRefusesNextRead:
		p.phase = phaseOverlook
	default:
		p.phase = phaseClosed
	}
	p.trailed = trailed
	return MessageDone
}

// restart makes ready for the next message, or, after the last one, for what
// should not come.
func (p *Parser) restart(d *Dialect) {
	phase := phaseHead
	if !p.keepAlive(d) {
		phase = phaseClosed
	}
	length := p.length
	if !d.StaleLength {
		length = 0
	}
	*p = Parser{phase: phase, length: length, carried: length}
}

// keepAlive is llhttp_should_keep_alive, and h11's _keep_alive.
func (p *Parser) keepAlive(d *Dialect) bool {
	if d.Lines != nil {
		return p.flags&flagClose == 0
	}
	if d.ByteByByte && (p.major == 0 || p.minor == 0) {
		return p.flags&flagKeepAlive != 0
	}
	return p.flags&flagClose == 0 && !p.before11()
}

func (p *Parser) before11() bool {
	return p.major == 0 || p.major == 1 && p.minor == 0
}

// afterHead chooses how the body is read, as llhttp__after_headers_complete and
// h11's _body_framing do.
func (p *Parser) afterHead(d *Dialect) {
	p.scanned, p.mark, p.tracked, p.fields = 0, 0, 0, 0
	if d.UpgradeBody && p.flags&flagUpgrade != 0 {
		p.flags |= flagStop
	}
	switch {
	case d.UpgradeStops && p.flags&flagUpgrade != 0 && (!d.UpgradeBody || p.flags&flagConnect != 0):
		p.phase = phaseEnd
	case p.flags&flagChunked != 0:
		p.phase, p.state = phaseChunkSize, chunkStart
	case p.flags&flagEncoding != 0:
		p.phase = phaseRefuse
	case p.flags&flagLength != 0 && p.length > 0:
		p.phase = phaseFixed
	default:
		p.phase = phaseEnd
	}
}
