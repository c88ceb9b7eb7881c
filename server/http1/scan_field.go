package http1

import (
	"bytes"
	"math"
)

// stepField processes a byte of a field, as llhttp does.
func (s *scan) stepField(c byte) verdict {
	switch s.state {
	case stateFieldStart:
		return s.fieldStart(c)
	case stateName:
		return s.fieldName()
	case stateBeforeValue:
		return s.beforeValue(c)
	case stateEmptyLF:
		return s.toIf(c == '\n' || s.d.AnyAfterCR, stateAfterEmpty)
	case stateAfterEmpty:
		return s.afterEmpty(c)
	case stateValue:
		return s.fieldValue()
	case stateLength, stateLengthBlanks:
		return s.contentLength(c)
	case stateValueLF:
		return s.toIf(c == '\n', stateAfterValue)
	case stateAfterValue:
		return s.afterValue(c)
	case stateHeadLF:
		if c != '\n' && !s.d.AnyAfterCR {
			return refused
		}
		s.i++
		return s.endFields()
	default:
		return s.transferEncoding(c)
	}
}

func (s *scan) fieldStart(c byte) verdict {
	switch c {
	case '\r':
		return s.to(stateHeadLF)
	case '\n':
		if !s.d.BareLFHead {
			return refused
		}
		s.i++
		return s.endFields()
	case ':':
		if !s.d.EmptyName {
			return refused
		}
	}
	s.mark, s.state = s.i, stateName
	return s.fieldName()
}

// endFields completes a head or trailer section.
func (s *scan) endFields() verdict {
	const both = flagLength | flagEncoding
	conflict := s.flags&both == both && s.d.Length == LengthRefusedAtEnd
	if conflict && s.flags&flagTrailers == 0 {
		return refused
	}
	return finished
}

func (s *scan) fieldName() verdict {
	for {
		s.i += tokenChars.span(s.buf[s.i:])
		if s.i == len(s.buf) {
			return starved
		}
		name := s.buf[s.mark:s.i]
		switch c := s.buf[s.i]; {
		case c == ':':
			return s.endName(name)
		case c == ' ' && s.d.SpaceInName && specialOf(name) == fieldGeneral:
			s.i++
		default:
			return refused
		}
	}
}

// specialOf recognises the fields that the parser itself reads.
func specialOf(name []byte) special {
	switch len(name) {
	case len("upgrade"):
		if equalFold(name, "upgrade") {
			return fieldUpgrade
		}
	case len("connection"):
		if equalFold(name, "connection") {
			return fieldConnection
		}
	case len("content-length"):
		if equalFold(name, "content-length") {
			return fieldContentLength
		}
	case len("proxy-connection"):
		if equalFold(name, "proxy-connection") {
			return fieldConnection
		}
	case len("transfer-encoding"):
		if equalFold(name, "transfer-encoding") {
			return fieldTransferEncoding
		}
	}
	return fieldGeneral
}

func (s *scan) endName(name []byte) verdict {
	s.name, s.value, s.folded = name, nil, false
	if !s.track(name) {
		return overlong
	}
	s.special = specialOf(name)
	if s.special == fieldConnection {
		s.flags &^= flagProxyField
		if len(name) > len("connection") {
			s.flags |= flagProxyField
		}
	}
	if s.d.Length == LengthRefusedAtName {
		if s.special == fieldContentLength && s.flags&flagEncoding != 0 ||
			s.special == fieldTransferEncoding && s.flags&flagLength != 0 {
			return refused
		}
	}
	return s.to(stateBeforeValue)
}

func (s *scan) beforeValue(c byte) verdict {
	for isBlank(c) {
		if s.i++; s.i == len(s.buf) {
			return starved
		}
		c = s.buf[s.i]
	}
	switch c {
	case '\r':
		return s.to(stateEmptyLF)
	case '\n':
		return s.toIf(s.d.BareLFEmpty, stateAfterEmpty)
	}
	return s.startValue()
}

// afterEmpty looks at the byte after the line end of a field that has no value yet.
func (s *scan) afterEmpty(c byte) verdict {
	switch {
	case isBlank(c):
		return s.toIf(s.d.Fold == FoldKept, stateBeforeValue)
	case s.special == fieldContentLength, s.special == fieldTransferEncoding && !s.d.EmptyEncoding:
		return refused
	}
	return s.endField()
}

// startValue begins a value, or its continuation, at this byte.
func (s *scan) startValue() verdict {
	s.mark, s.state = s.i, stateValue
	switch s.special {
	case fieldUpgrade:
		s.flags |= flagUpgrade
		s.special = fieldGeneral
	case fieldContentLength:
		if s.flags&flagLength != 0 {
			return refused
		}
		s.state = stateLength
	case fieldTransferEncoding:
		if s.flags&flagChunked != 0 {
			return refused
		}
		s.flags |= flagEncoding
		s.state, s.matched = stateChunked, 0
	}
	if s.state == stateValue {
		return s.fieldValue()
	}
	return onward
}

func (s *scan) fieldValue() verdict {
	s.i += valueChars.span(s.buf[s.i:])
	if s.i == len(s.buf) {
		return starved
	}
	if s.special == fieldConnection {
		s.readConnection(s.buf[s.mark:s.i])
		if s.flags&(flagTrailers|flagProxyField) == flagTrailers && string(s.buf[s.mark:s.i]) == "close" {
			s.flags |= flagTrailerClose
		}
	}
	return s.endValue(s.buf[s.i])
}

// endValue ends a value, or the part of it on this line.
func (s *scan) endValue(c byte) verdict {
	if c != '\r' {
		return refused
	}
	if s.head != nil {
		s.addPart(s.buf[s.mark:s.i])
	}
	if !s.track(s.buf[s.mark:s.i]) {
		return overlong
	}
	if next := s.buf[s.i+1:]; len(next) > 1 && next[0] == '\n' && !isBlank(next[1]) {
		s.i += 2 // as the next two states would
		return s.endField()
	}
	return s.to(stateValueLF)
}

// addPart appends the part of the value on one line.
func (s *scan) addPart(part []byte) {
	if s.value == nil {
		s.value = part
		return
	}
	h := s.head
	if !s.folded {
		s.folded = true
		from := len(h.scratch)
		h.scratch = append(h.scratch, s.value...)
		s.value = h.scratch[from:]
	}
	from := len(h.scratch) - len(s.value)
	h.scratch = append(h.scratch, part...)
	s.value = h.scratch[from:]
}

func (s *scan) afterValue(c byte) verdict {
	if isBlank(c) {
		if s.d.Fold != FoldKept {
			return refused
		}
		if s.special == askedChunked && s.d.FoldEndsChunked {
			s.special = fieldGeneral
		}
		return s.startValue()
	}
	return s.endField()
}

// endField adds the field. The byte after it begins the next.
func (s *scan) endField() verdict {
	s.setFlag()
	s.fields++
	if s.head != nil {
		s.head.Fields = append(s.head.Fields, Field{Name: s.name, Value: s.value})
	}
	s.state = stateFieldStart
	return onward
}

// setFlag sets the flag of the option that was read last.
func (s *scan) setFlag() {
	switch s.special {
	case askedKeepAlive:
		s.flags |= flagKeepAlive
	case askedClose:
		s.flags |= flagClose
	case askedUpgrade:
		s.flags |= flagConnectionUpgrade
	case askedChunked:
		s.flags |= flagChunked
	}
}

// readConnection reads the options in a Connection field, or in the part of it on
// one line. The last option counts only when the field is complete.
func (s *scan) readConnection(list []byte) {
	for {
		for len(list) > 0 && isBlank(list[0]) {
			list = list[1:]
		}
		i := max(0, bytes.IndexByte(list, ','))
		if i == 0 && !bytes.HasPrefix(list, []byte{','}) {
			s.readOption(list)
			return
		}
		s.readOption(list[:i])
		if s.special > fieldConnection {
			s.setFlag()
			s.special = fieldConnection
		}
		list = list[i+1:]
	}
}

// readOption notes an option of Connection. An unknown one changes nothing; one that
// only begins with a known one makes llhttp forget that it is in Connection, which
// matters if the field is continued.
func (s *scan) readOption(item []byte) {
	var word string
	var asked special
	switch {
	case len(item) == 0:
		return
	case lower(item[0]) == 'c':
		word, asked = "close", askedClose
	case lower(item[0]) == 'u':
		word, asked = "upgrade", askedUpgrade
	default:
		word, asked = "keep-alive", askedKeepAlive
	}
	if len(item) < len(word) || !equalFold(item[:len(word)], word) {
		return
	}
	for _, c := range item[len(word):] {
		if c != ' ' && (c != '\t' || !s.d.TabAfterOption) {
			asked = fieldGeneral
		}
	}
	s.special = asked
}

func (s *scan) contentLength(c byte) verdict {
	switch {
	case isDigit(c) && s.state == stateLength:
		return s.toIf(s.addDigit(10, uint64(c-'0')), stateLength)
	case c == ' ' || c == '\t' && s.d.TabAfterLength:
		return s.to(stateLengthBlanks)
	case c == '\r':
		s.flags |= flagLength
		return s.endValue(c)
	}
	return refused
}

// addDigit appends a digit to the length, and reports whether the result fits.
func (p *Parser) addDigit(base, digit uint64) bool {
	if p.length > math.MaxUint64/base || p.length*base > math.MaxUint64-digit {
		return false
	}
	p.length = p.length*base + digit
	return true
}

// transferEncoding reads a list of codings: chunked must be the last one.
func (s *scan) transferEncoding(c byte) verdict {
	const chunked = "chunked"
	switch s.state {
	case stateChunked:
		if lower(c) != chunked[s.matched] {
			s.state = stateCoding
			return onward
		}
		s.matched++
		if int(s.matched) == len(chunked) {
			return s.to(stateAfterChunked)
		}
		return s.to(stateChunked)
	case stateAfterChunked:
		return s.afterChunked(c)
	case stateCoding:
		if c == ',' {
			return s.to(stateBeforeCoding)
		}
		if valueChars[c] {
			return s.to(stateCoding)
		}
		s.special, s.state = fieldGeneral, stateValue
	case stateBeforeCoding:
		if isBlank(c) {
			return s.to(stateBeforeCoding)
		}
		s.state, s.matched = stateChunked, 0
	}
	return onward
}

func (s *scan) afterChunked(c byte) verdict {
	switch c {
	case ' ':
		return s.to(stateAfterChunked)
	case '\r':
		s.special = askedChunked
		return s.endValue(c)
	case ',', '\n':
		return refused
	}
	s.state = stateCoding
	return onward
}
