package form

import (
	"bytes"
	"fmt"
)

const (
	maxBoundary    = 256
	maxHeaders     = 8
	maxHeaderBytes = 4096 + 128 // of one header
)

// multipart034 is python-multipart 0.0.34's MultipartParser.
type multipart034 struct {
	multipart
	headers     int // of the part
	headerBytes int // of the header
	partBefore  bool
	lastBefore  bool // atPart and atLast when the data began
}

func newMultipart034(boundary []byte, p *parts) (parser, error) {
	if len(boundary) > maxBoundary {
		return nil, p.form.broken("")
	}
	return &multipart034{multipart: multipart{parts: p, boundary: delimiter(boundary)}}, nil
}

func (m *multipart034) finish() error { return nil }

func (m *multipart034) write(data []byte) error {
	m.data, m.at, m.partBefore, m.lastBefore = data, 0, m.atPart, m.atLast
	for m.at < len(data) {
		if err := m.step(data[m.at]); err != nil {
			return err
		}
	}
	return m.rest()
}

// rest tells of what has begun in the data and goes on in the next. What may be the beginning of a boundary is kept.
func (m *multipart034) rest() error {
	n := len(m.data)
	if m.name.set {
		m.parts.headerField(m.data[m.name.at:])
		m.name.put(0)
	}
	if m.value.set {
		if err := m.parts.headerValue(m.data[m.value.at:]); err != nil {
			return err
		}
		m.value.put(0)
	}
	if !m.content.set {
		return nil
	}
	if err := m.tell(n - m.index); err != nil {
		return err
	}
	m.content.put(-m.index)
	return nil
}

// tell tells of a part's data up to an end. If it began with a part of the boundary that the data before ended with, that
// is told first, by itself.
func (m *multipart034) tell(end int) error {
	from := m.content.at
	if !m.content.set || end <= from {
		return nil
	}
	if from < 0 {
		if err := m.parts.partData(m.before()[:-from]); err != nil {
			return err
		}
		from = 0
	}
	if end <= from {
		return nil
	}
	return m.parts.partData(m.data[from:end])
}

// before is the boundary as the data before may have ended with it.
func (m *multipart034) before() []byte {
	after := ""
	switch {
	case m.partBefore:
		after = "\r\n"
	case m.lastBefore:
		after = "--\r\n"
	}
	return append(bytes.Clone(m.boundary), after...)
}

// finishPart tells of the rest of a part's data, which ends before a boundary.
func (m *multipart034) finishPart(end int) error {
	err := m.tell(end)
	m.content = mark{}
	return err
}

// begin begins a part.
func (m *multipart034) begin() {
	m.parts.begin()
	m.headers, m.headerBytes, m.index = 0, 0, 0
	m.state = headerFieldStart
}

// step goes through one byte or more.
func (m *multipart034) step(c byte) error {
	switch m.state {
	case start, startBoundary, endBoundary:
		return m.first(c)
	case headerFieldStart, headerField:
		return m.field(c)
	case headerValueStart, headerValue, headerValueAlmostDone:
		return m.header(c)
	case headersAlmostDone:
		if c != '\n' {
			return m.broken("Did not find LF at end of headers (found %d)", c)
		}
		return m.finishHeaders(m.at + 1)
	case partData:
		return m.part()
	case boundaryPadding:
		return m.padding(c)
	default:
		m.at = len(m.data)
	}
	return nil
}

func (m *multipart034) broken(format string, arguments ...any) error {
	return m.parts.form.broken(fmt.Sprintf(format, arguments...))
}

// first goes through the first boundary. What precedes it is skipped if it begins with a line end.
func (m *multipart034) first(c byte) error {
	n := len(m.boundary)
	switch {
	case m.state == start && (c == '\r' || c == '\n'):
		i := bytes.IndexByte(m.data[m.at:], '-')
		if i < 0 {
			i = len(m.data) - m.at
		}
		m.at += i
		return nil
	case m.state == start:
		m.state, m.index = startBoundary, 0
	case m.state == endBoundary:
		if c != '-' {
			return m.broken("Did not find - at end of boundary (%d)", m.at)
		}
		m.index++
		m.state = end
		m.at++
		return nil
	}
	switch {
	case m.index == n-2 && c == '-':
		m.state = endBoundary
		m.index++
	case m.index == n-2:
		if c != '\r' {
			return m.broken("Did not find CR at end of boundary (%d)", m.at)
		}
		m.index++
	case m.index == n-1:
		if c != '\n' {
			return m.broken("Did not find LF at end of boundary (%d)", m.at)
		}
		m.begin()
	default:
		if want := m.boundary[m.index+2]; c != want {
			return m.broken("Expected boundary character %d, got %d at index %d", want, c, m.index+2)
		}
		m.index++
	}
	m.at++
	return nil
}

// finishHeaders begins the data of a part.
func (m *multipart034) finishHeaders(at int) error {
	if err := m.parts.headersFinished(); err != nil {
		return err
	}
	m.content.put(at)
	m.at = at
	m.index = 0
	m.state = partData
	return nil
}

// field goes through a header's name, or as much of it as there is.
func (m *multipart034) field(c byte) error {
	rest := m.data[m.at:]
	if m.state == headerFieldStart {
		if bytes.HasPrefix(rest, []byte("\r\n")) {
			return m.finishHeaders(m.at + 2)
		}
		m.index = 0
		if c != '\r' {
			if m.headers++; m.headers > maxHeaders {
				return m.broken("")
			}
			m.headerBytes = 0
		}
		m.name.put(m.at)
		m.state = headerField
	}
	if c == '\r' && m.index == 0 {
		m.name = mark{}
		m.state = headersAlmostDone
		m.at++
		return nil
	}
	colon := bytes.IndexByte(rest, ':')
	end, size := colon, colon+1
	if colon < 0 {
		end, size = len(rest), len(rest)
	}
	if err := m.measure(size); err != nil {
		return err
	}
	if i := bytes.IndexFunc(rest[:end], notToken); i >= 0 {
		return m.broken("Found invalid character %d in header at %d", rest[i], m.at+i)
	}
	m.index += end
	if colon < 0 {
		m.at = len(m.data)
		return nil
	}
	if m.index == 0 {
		return m.broken("Found 0-length header at %d", m.at)
	}
	m.at += colon
	m.parts.headerField(m.data[m.name.at:m.at])
	m.name = mark{}
	m.state = headerValueStart
	m.at++
	return nil
}

// notToken reports whether a character may not stand in a header's name.
func notToken(r rune) bool {
	letter := r|0x20 >= 'a' && r|0x20 <= 'z'
	digit := r >= '0' && r <= '9'
	return !letter && !digit && (r > '~' || !bytes.ContainsRune([]byte("!#$%&'*+-.^_`|~"), r))
}

// measure counts the bytes of a header.
func (m *multipart034) measure(n int) error {
	if m.headerBytes += n; m.headerBytes > maxHeaderBytes {
		return m.broken("")
	}
	return nil
}

// header goes through a header's value, or as much of it as there is.
func (m *multipart034) header(c byte) error {
	switch m.state {
	case headerValueStart:
		if c == ' ' {
			m.at++
			return m.measure(1)
		}
		m.value.put(m.at)
		m.state = headerValue
	case headerValue:
		rest := m.data[m.at:]
		end := bytes.IndexByte(rest, '\r')
		if end < 0 {
			m.at = len(m.data)
			return m.measure(len(rest))
		}
		if err := m.measure(end); err != nil {
			return err
		}
		m.at += end
		if err := m.parts.headerValue(m.data[m.value.at:m.at]); err != nil {
			return err
		}
		m.value = mark{}
		m.parts.headerEnd()
		m.headerBytes = 0
		m.state = headerValueAlmostDone
		m.at++
	default:
		if c != '\n' {
			return m.broken("Did not find LF character at end of header (found %d)", c)
		}
		m.state = headerFieldStart
		m.at++
	}
	return nil
}

// part goes through a part's data, up to what may be a boundary.
func (m *multipart034) part() error {
	n, before := len(m.boundary), m.index
	if m.index == 0 {
		rest := m.data[m.at:]
		i := bytes.Index(rest, m.boundary)
		if i < 0 {
			m.index = m.partial(rest)
			m.at = len(m.data)
			return nil
		}
		m.at += i + n
		m.index = n
		return nil
	}
	c := m.data[m.at]
	next, err := m.match(c)
	if err != nil || next {
		return err
	}
	if m.index > 0 || before == 0 || m.state != partData {
		m.at++
	}
	return nil
}

// partial is how much of the boundary ends the data.
func (m *multipart034) partial(rest []byte) int {
	tail := rest[max(0, len(rest)-len(m.boundary)+1):]
	i := bytes.LastIndexByte(tail, '\r')
	if i < 0 || !bytes.HasPrefix(m.boundary, tail[i:]) {
		return 0
	}
	return len(tail) - i
}

// match compares a byte with the boundary and what may follow it. It reports whether the next part begins.
func (m *multipart034) match(c byte) (bool, error) {
	n := len(m.boundary)
	switch {
	case m.index < n && m.boundary[m.index] == c:
		m.index++
	case m.index < n:
		m.index = 0
	case m.index == n && (c == ' ' || c == '\t'):
		m.index = 0
		m.state = boundaryPadding
		return false, m.finishPart(m.at - n)
	case m.index == n:
		m.index++
		m.atPart, m.atLast = m.atPart || c == '\r', m.atLast || c == '-'
		if c != '\r' && c != '-' {
			m.index = 0
		}
	case m.atPart && c == '\n':
		m.atPart = false
		err := m.finishPart(m.at - m.index)
		m.parts.end()
		m.begin()
		m.at++
		return true, err
	case !m.atPart && c == '-':
		err := m.finishPart(m.at - m.index)
		m.parts.end()
		m.state = end
		return false, err
	default:
		m.index, m.atPart = 0, false
	}
	return false, nil
}

// padding goes through blanks after a boundary.
func (m *multipart034) padding(c byte) error {
	switch {
	case m.index == 0 && c == '\r':
		m.index = 1
	case m.index == 1 && c == '\n':
		m.parts.end()
		m.begin()
	case m.index == 1 || c != ' ' && c != '\t':
		return m.broken("Did not find CRLF after boundary padding at %d", m.at)
	}
	m.at++
	return nil
}
