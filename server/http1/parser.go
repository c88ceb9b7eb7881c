package http1

import (
	"bytes"
	"net/http"
)

// Event is the result of a call of Parser.Next.
type Event uint8

const (
	// NeedData asks for more bytes. It may consume some: finished framing, or data
	// that is dropped.
	NeedData Event = iota
	// HeadDone completes a request's head. This is where llhttp calls
	// on_headers_complete and h11 returns a Request: the request starts.
	HeadDone
	// BodyData delivers Parser.BodyLen bytes of body, the last of those consumed.
	BodyData
	// MessageDone ends a message.
	MessageDone
	// Upgraded follows the MessageDone of a request to upgrade, in dialects whose
	// parser stops there: the rest of the read is consumed and dropped. The next
	// read begins a new message (llhttp_resume_after_upgrade).
	Upgraded
	// Bad is a refusal: the server answers 400 and closes. The parser stays Bad.
	Bad
	// TooLarge is a refusal because of the size of a head (431). The parser stays
	// Bad.
	TooLarge
	// ExtensionTooLarge is a refusal because of the size of a chunk's extensions
	// (413). The parser stays Bad.
	ExtensionTooLarge
	// Crash is a failure of the server: it closes without an answer. The parser
	// stays in this state.
	Crash
)

// Field is one header field.
type Field struct {
	Name  []byte // as sent
	Value []byte // trimmed as by the real parser
}

// Is reports whether the field has that (lower-case) name.
func (f *Field) Is(name string) bool { return equalFold(f.Name, name) }

// Head is the head of one request. Its slices alias the bytes given to Next, or
// memory of the Head; both are valid until the next call of Next.
type Head struct {
	Method, Target []byte
	// Path and Query are uvicorn's parts of Target, before percent-decoding.
	Path, Query []byte
	// Version is uvicorn's http_version: "1.1", "1.0", "2.0", ...
	Version string
	Fields  []Field
	// ContentLength is -1 if there is none. Chunked overrides it.
	ContentLength int64
	Chunked       bool
	// KeepAlive is llhttp_should_keep_alive at this point, or that h11 will not be
	// in MUST_CLOSE after this message.
	KeepAlive bool
	// Upgrade is llhttp's upgrade flag, or h11's pending switch: after the
	// message h11 is paused until the answer is sent, and reads nothing.
	Upgrade bool
	// Asks says that uvicorn finds an upgrade in the fields (_get_upgrade).
	Asks bool
	// WebSocket says that uvicorn passes the connection to its WebSocket protocol,
	// if it has one. Path and Query may then be empty.
	WebSocket bool
	// Expect100 says that the client waits for 100 Continue. With LineRules,
	// Continues is how many the server sends.
	Expect100 bool
	Continues int

	// Refusal is the reason for Bad, if the dialect has LineRules. Scheme is the
	// scheme that a trusted proxy has named. Before it calls Next, the caller sets
	// Trusted if the peer is one.
	Refusal Refusal
	Scheme  string
	Trusted bool
	// Trailers: before it calls Next, the caller asks for the fields of the trailers. Only those of a section that is
	// in one buffer are complete.
	Trailers bool

	scratch []byte // values joined from several parts
}

// Parser reads the requests of one connection. The zero value is ready. It keeps no
// bytes: the caller passes those that Next does not consume to it again.
type Parser struct {
	bodyLen int

	scanned int    // bytes of the buffer already processed, within a head or line
	mark    int    // where the current token begins in the buffer
	length  uint64 // llhttp's content_length; the body bytes still to come
	carried uint64 // length at the start of the message, to read the head a second time
	tracked int32  // bytes of target, names and values so far, without the current token; or of a chunk's extensions
	trailed bool   // the message that has ended had trailers
	fields  int32  // complete ones in the current section

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

// hint is the reason for a refusal, where h11 gives one.
type hint uint8

const (
	hintNone     hint = iota
	hintTooLong       // the head, or the end of a body, is too long
	hintEncoding      // an unknown transfer coding
	hintTarget        // the head is complete, but its target cannot be split
)

// Hint is the status with which to answer Bad: h11's error_status_hint.
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

// BadTarget reports whether a request was refused only when its head was complete, because its target cannot be split:
// uvicorn's on_headers_complete fails.
func (p *Parser) BadTarget() bool { return p.hint == hintTarget }

// flags are set by the fields of a message.
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
	flagStop         // parsing ends after the message, an upgrade with a body
	flagTrailerClose // a trailer is Connection: close
	flagProxyField   // the Connection field that is read is Proxy-Connection
)

// phase is the next part of a message.
type phase uint8

const (
	phaseHead phase = iota
	phaseFixed
	phaseChunkSize
	phaseChunkData
	phaseChunkEnd
	phaseTrailers
	phaseEnd      // the message is complete
	phaseStop     // the message of an upgrade is complete
	phaseRefuse   // the head was delivered, and then refused
	phaseOverlook // the last message is complete, but not its read
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

// Next reads buf, which has all bytes that were received and not consumed, and
// returns the next event and how many bytes it consumed. Call it until it returns
// NeedData, and again when more bytes have been received. The head is filled in when
// the event is HeadDone; any call may overwrite it.
//
// With an h11 dialect, call Next after MessageDone only when the next cycle has
// started, or at once if the head has neither KeepAlive nor Upgrade: h11 checks the
// data after a last message.
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
			return p.trailers(d, buf, head)
		}
		return p.chunked(d, buf, head)
	case phaseEnd:
		return p.endMessage(d), 0
	default:
		return p.after(d, buf)
	}
}

// after returns the next event when there is no message to read.
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

// TrailerCloses reports, right after MessageDone, whether a trailer was Connection with the value close.
func (p *Parser) TrailerCloses() bool { return p.flags&flagTrailerClose != 0 }

// Trailed reports, right after MessageDone, whether the message had trailers.
func (p *Parser) Trailed() bool { return p.trailed }

// Unfinished reports whether the end of input would cut a message: llhttp_finish.
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

// tooLong reports whether the dialect refuses this much incomplete data.
func (d *Dialect) tooLong(buf []byte) bool {
	return d.MaxIncomplete > 0 && len(buf) > d.MaxIncomplete
}

// endMessage ends the message and chooses the next phase.
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

// restart prepares for the next message or, after the last one, for data that
// should not arrive.
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
