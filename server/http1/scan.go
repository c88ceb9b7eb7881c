package http1

// state is llhttp's state within a head or a trailer section: what the next byte may
// be.
type state uint8

const (
	stateStart state = iota
	stateMethod
	stateURLSpaces
	stateURLStart
	stateSchema
	stateSchemaSlash
	stateSchemaSlashSlash
	stateServer
	stateServerAt
	statePath
	stateQuery
	stateFragment
	stateURLLF
	stateProtocolSpaces
	stateProtocol
	stateMajor
	stateDot
	stateMinor
	statePreface
	stateLineEnd
	stateLineLF
	stateFieldStart // this and all that follow are states of fields
	stateName
	stateBeforeValue
	stateEmptyLF
	stateAfterEmpty
	stateValue
	stateLength
	stateLengthBlanks
	stateChunked
	stateAfterChunked
	stateCoding
	stateBeforeCoding
	stateValueLF
	stateAfterValue
	stateHeadLF
)

// verdict is the result of a step.
type verdict uint8

const (
	onward verdict = iota
	starved
	refused
	finished
	overlong
)

// special is what is known about the current field: llhttp's header_state.
type special uint8

const (
	fieldGeneral special = iota
	fieldConnection
	fieldContentLength
	fieldTransferEncoding
	fieldUpgrade
	askedKeepAlive
	askedClose
	askedUpgrade
	askedChunked
)

// scan reads the bytes of a head or trailer section, from where the parser stopped.
type scan struct {
	*Parser
	d    *Dialect
	buf  []byte
	i    int
	head *Head // nil to check only

	name, value []byte
	folded      bool // value is in head.scratch
}

// run processes bytes until there are no more, one is refused, or the section is
// complete.
func (s *scan) run() verdict {
	v := onward
	for v == onward && s.i < len(s.buf) {
		switch {
		case s.state < stateFieldStart:
			v = s.stepLine(s.buf[s.i])
		default:
			v = s.stepField(s.buf[s.i])
		}
	}
	if v != onward && v != starved {
		return v
	}
	if s.inToken() && s.exceeds(len(s.buf)-s.mark) {
		return overlong
	}
	return starved
}

// inToken reports whether the state is within a target, name or value.
func (s *scan) inToken() bool {
	switch s.state {
	case stateURLStart, stateSchema, stateSchemaSlash, stateSchemaSlashSlash, stateServer, stateServerAt, statePath, stateQuery, stateFragment,
		stateName, stateValue, stateLength, stateLengthBlanks, stateChunked, stateAfterChunked, stateCoding, stateBeforeCoding:
		return true
	}
	return false
}

// exceeds reports whether a token of this length is too much for its section, in bytes or
// as one field too many: Parser::TrackHeader of Node.
func (s *scan) exceeds(length int) bool {
	return s.d.MaxHead > 0 && int(s.tracked)+length >= s.d.MaxHead ||
		s.d.MaxFields > 0 && int(s.fields) == s.d.MaxFields && s.state >= stateFieldStart
}

// track counts a complete token, and reports whether it still fits.
func (s *scan) track(token []byte) bool {
	if s.exceeds(len(token)) {
		return false
	}
	s.tracked += int32(min(len(token), s.d.MaxHead))
	return true
}

// to consumes a byte and changes the state.
func (s *scan) to(next state) verdict {
	s.i++
	s.state = next
	return onward
}

// toIf is to if ok, and otherwise a refusal.
func (s *scan) toIf(ok bool, next state) verdict {
	if !ok {
		return refused
	}
	return s.to(next)
}

// nextHead reads a head.
func (p *Parser) nextHead(d *Dialect, buf []byte, head *Head) (Event, int) {
	if d.Lines != nil {
		return p.lines(d.Lines, buf, head)
	}
	if !d.ByteByByte {
		return p.completeHead(d, buf, head)
	}
	s := scan{Parser: p, d: d, buf: buf, i: p.scanned}
	fresh := p.scanned == 0
	if fresh {
		s.collect(head)
	}
	switch s.run() {
	case refused:
		return p.bad()
	case overlong:
		return p.tooLarge()
	case starved:
		return p.suspendHead(buf)
	}
	if !fresh {
		// Where the fields are was not kept, so the complete head is read again.
		p.flags, p.state, p.length, p.tracked, p.fields = 0, stateStart, p.carried, 0, 0
		s = scan{Parser: p, d: d, buf: buf}
		s.collect(head)
		s.run()
	}
	return p.deliver(d, head, s.i)
}

// collect has the fields be kept in head.
func (s *scan) collect(head *Head) {
	s.head = head
	head.Fields, head.scratch = head.Fields[:0], head.scratch[:0]
}

// suspendHead remembers how far an incomplete head was read. Empty lines before it
// are consumed.
func (p *Parser) suspendHead(buf []byte) (Event, int) {
	if p.state == stateStart {
		return NeedData, len(buf)
	}
	p.scanned = len(buf)
	return NeedData, 0
}

// trailers reads the fields after a chunked body.
func (p *Parser) trailers(d *Dialect, buf []byte, head *Head) (Event, int) {
	if !d.ByteByByte {
		return p.completeTrailers(d, buf)
	}
	s := scan{Parser: p, d: d, buf: buf, i: p.scanned}
	if head.Trailers && p.scanned == 0 {
		s.collect(head)
	}
	switch s.run() {
	case refused:
		return p.bad()
	case overlong:
		return p.tooLarge()
	case starved:
		// Bytes before the current token are not needed again.
		n := p.mark
		p.mark, p.scanned = 0, len(buf)-n
		return NeedData, n
	}
	p.flags &^= flagUpgrade // an upgrade in a trailer is too late
	return p.endMessage(d), s.i
}
