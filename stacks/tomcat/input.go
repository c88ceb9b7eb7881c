package tomcat

// maxHeader is maxHttpRequestHeaderSize; maxFields is maxHeaderCount.
const (
	maxHeader = 8192
	maxFields = 100
)

// outcome is how reading went.
type outcome uint8

const (
	onward   outcome = iota
	starved          // more bytes are needed
	whole            // the head is complete
	faulty           // the head is malformed: input.fault says how
	upgrades         // the client starts with HTTP/2
)

// span is a part of the buffer.
type span struct{ from, to int }

// input reads the head of one request (Http11InputBuffer). It remembers where bytes were missing and goes on from
// there, and changes the bytes in place, as reports show.
type input struct {
	version *Version
	buf     []byte
	pos     int
	phase   phase
	start   int // of what is read now
	chr     byte
	prev    byte
	fault   *fault

	method, target, query, protocol span
	hasTarget, hasQuery             bool
	old                             bool // HTTP/0.9: the line had no protocol
	kept                            bool // it began while its connection had the same thread as for the last request
	fields                          []field
	field                           fieldInput
}

// phase is the part of the request line that is read, or lineDone.
type phase uint8

const (
	beforeLine phase = iota
	readsMethod
	afterMethod
	readsTarget
	afterTarget
	readsProtocol
	lineDone
)

// blank reports whether nothing of a request has come.
func (in *input) blank() bool { return in.phase == beforeLine }

func (in *input) of(s span) []byte { return in.buf[s.from:s.to] }

// missing waits for more of an incomplete head, or fails if the buffer is full.
func (in *input) missing(at site) outcome {
	if len(in.buf) >= maxHeader {
		return in.fail(in.version.fault(at, illegalArgument, "Request header is too large"))
	}
	return starved
}

// resume has another thread go on where one has stopped.
func (in *input) resume() {
	in.kept = false
	if in.field.place == skippedLine {
		in.field.skipped = skippedLater
	}
}

func (in *input) fail(f *fault) outcome {
	in.fault = f
	return faulty
}

func (in *input) more() bool { return in.pos < len(in.buf) }

func (in *input) get() byte {
	in.prev, in.chr = in.chr, in.buf[in.pos]
	in.pos++
	return in.chr
}

// preface is how a connection of HTTP/2 begins.
const preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

// line reads the request line (Http11InputBuffer.parseRequestLine).
func (in *input) line() outcome {
	for in.phase < lineDone {
		var o outcome
		switch in.phase {
		case beforeLine:
			o = in.skipLines()
		case readsMethod:
			o = in.readMethod()
		case afterMethod:
			o = in.skipBlanks(fillAfterMethod, readsTarget)
		case readsTarget:
			o = in.readTarget()
		case afterTarget:
			o = in.skipBlanks(fillAfterTarget, readsProtocol)
		default:
			o = in.readProtocol()
		}
		if o != onward {
			return o
		}
	}
	return onward
}

// to goes on with the next part.
func (in *input) to(p phase) outcome {
	in.phase, in.start = p, in.pos
	return onward
}

func (in *input) skipLines() outcome {
	for in.more() {
		if in.pos == 0 && !in.kept && len(in.buf) >= len(preface) && string(in.buf[:len(preface)]) == preface {
			return upgrades
		}
		if c := in.get(); c != '\r' && c != '\n' {
			in.pos--
			return in.to(readsMethod)
		}
	}
	return in.missing(fillBeforeLine)
}

func (in *input) readMethod() outcome {
	for in.more() {
		switch c := in.get(); {
		case c == ' ' || c == '\t':
			in.method = span{in.start, in.pos - 1}
			return in.to(afterMethod)
		case !tokenChars[c]:
			return in.invalid(inMethod,
				"Invalid character found in method name [", "]. HTTP method names must be tokens")
		}
	}
	return in.missing(fillMethod)
}

// skipBlanks stops at the next part, whose first byte is already the last one read: so a target cannot start with CR.
func (in *input) skipBlanks(at site, then phase) outcome {
	for in.more() {
		if c := in.buf[in.pos]; c != ' ' && c != '\t' {
			if then == readsTarget {
				in.chr = c
			}
			return in.to(then)
		}
		in.get()
	}
	return in.missing(at)
}

// readTarget ends at a blank, or at the end of a line that names no protocol.
func (in *input) readTarget() outcome {
	for in.more() {
		c := in.get()
		switch {
		case in.prev == '\r' && c != '\n':
			return in.badTarget(inTargetCR)
		case c == ' ' || c == '\t':
			return in.endTarget(in.pos-1, afterTarget)
		case c == '\r':
		case c == '\n':
			end := in.pos - 1
			if in.prev == '\r' {
				end--
			}
			in.old = true
			return in.endTarget(end, lineDone)
		case c == '?' && !in.hasQuery:
			in.hasQuery, in.query.from = true, in.pos
		case in.hasQuery && !queryChars[c]:
			return in.badTarget(inQuery)
		case !targetChars[c]:
			return in.badTarget(inTarget)
		}
	}
	return in.missing(fillTarget)
}

func (in *input) endTarget(end int, then phase) outcome {
	in.hasTarget = true
	in.target = span{in.start, end}
	if in.hasQuery {
		in.target.to, in.query.to = in.query.from-1, end
	}
	return in.to(then)
}

func (in *input) badTarget(at site) outcome {
	return in.invalid(at, "Invalid character found in the request target [",
		"]. The valid characters are defined in RFC 7230 and RFC 3986")
}

func (in *input) readProtocol() outcome {
	for in.more() {
		c := in.get()
		switch {
		case c == '\r':
		case c == '\n':
			end := in.pos - 1
			if in.prev == '\r' {
				end--
			}
			in.protocol = span{in.start, end}
			if end <= in.start {
				return in.fail(in.version.fault(inPhase, illegalState, "Invalid request line parse phase [6]"))
			}
			return in.to(lineDone)
		case in.prev == '\r' || !protocolChars[c]:
			return in.invalid(inProtocol, "Invalid character found in the HTTP protocol [", "]")
		}
	}
	return in.missing(fillProtocol)
}

// invalid reports a byte that is not allowed. It shows the part that is being read, up to the next space
// (parseInvalid).
func (in *input) invalid(at site, before, after string) outcome {
	end, rest := in.pos, "..."
	for end < len(in.buf) && rest != "" {
		if in.buf[end] == ' ' {
			rest = ""
		}
		end++
	}
	return in.fail(in.version.fault(at, illegalArgument, before+printable(in.buf[in.start:end])+rest+after))
}
