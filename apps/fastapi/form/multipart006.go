package form

import "fmt"

// multipart006 is python-multipart 0.0.6's MultipartParser.
type multipart006 struct {
	multipart
	chars      [256]bool // of the boundary
	lookbehind []byte    // what has matched the boundary so far
}

func newMultipart006(boundary []byte, p *parts) (parser, error) {
	m := &multipart006{multipart: multipart{parts: p, boundary: delimiter(boundary)}}
	for _, c := range m.boundary {
		m.chars[c] = true
	}
	m.lookbehind = make([]byte, len(m.boundary)+4)
	return m, nil
}

func (m *multipart006) finish() error { return nil }

func (m *multipart006) write(data []byte) error {
	m.data, m.at = data, 0
	for m.at < len(data) {
		if err := m.step(data[m.at]); err != nil {
			return err
		}
	}
	return m.rest()
}

// rest tells of what has begun in the data and goes on in the next.
func (m *multipart006) rest() error {
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
	from := m.content.at
	m.content.put(0)
	return m.tell(m.data[from:])
}

// tell tells of a part's data, if there is any.
func (m *multipart006) tell(data []byte) error {
	if len(data) == 0 {
		return nil
	}
	return m.parts.partData(data)
}

// step goes through one byte, or more of a part's data.
func (m *multipart006) step(c byte) error {
	switch m.state {
	case start, startBoundary:
		return m.first(c)
	case headerFieldStart, headerField:
		return m.field(c)
	case headerValueStart, headerValue, headerValueAlmostDone:
		return m.header(c)
	case headersAlmostDone:
		if c != '\n' {
			return m.broken("Did not find LF at end of headers (found %d)", c)
		}
		if err := m.parts.headersFinished(); err != nil {
			return err
		}
		m.state = partDataStart
	case partDataStart:
		m.content.put(m.at)
		m.state = partData
		return nil
	case partData:
		return m.part()
	case end:
		if c != '\r' && c != '\n' {
			m.parts.form.host.Warn(fmt.Sprintf("Consuming a byte '0x%x' in the end state", c))
		}
	}
	m.at++
	return nil
}

func (m *multipart006) broken(format string, arguments ...any) error {
	return m.parts.form.broken(fmt.Sprintf(format, arguments...))
}

// first goes through the first boundary, which no preamble may precede.
func (m *multipart006) first(c byte) error {
	switch {
	case m.state == start && (c == '\r' || c == '\n'):
		m.at++
		return nil
	case m.state == start:
		m.state, m.index = startBoundary, 0
	}
	switch m.index {
	case len(m.boundary) - 2:
		if c != '\r' {
			return m.broken("Did not find CR at end of boundary (%d)", m.at)
		}
		m.index++
	case len(m.boundary) - 1:
		if c != '\n' {
			return m.broken("Did not find LF at end of boundary (%d)", m.at)
		}
		m.index = 0
		m.parts.begin()
		m.state = headerFieldStart
	default:
		if c != m.boundary[m.index+2] {
			return m.broken("Did not find boundary character %d at index %d", c, m.index+2)
		}
		m.index++
	}
	m.at++
	return nil
}

// field goes through a header's name. Wherever a line ends in it, the headers end, and what has been told of the name
// stays with the next.
func (m *multipart006) field(c byte) error {
	if m.state == headerFieldStart {
		m.index = 0
		m.name.put(m.at)
		m.state = headerField
	}
	if c == '\r' {
		m.name = mark{}
		m.state = headersAlmostDone
		m.at++
		return nil
	}
	m.index++
	switch lower := c | 0x20; {
	case c == '-':
	case c == ':' && m.index == 1:
		return m.broken("Found 0-length header at %d", m.at)
	case c == ':':
		m.parts.headerField(m.data[m.name.at:m.at])
		m.name = mark{}
		m.state = headerValueStart
	case lower < 'a' || lower > 'z':
		return m.broken("Found non-alphanumeric character %d in header at %d", c, m.at)
	}
	m.at++
	return nil
}

// header goes through a header's value.
func (m *multipart006) header(c byte) error {
	switch m.state {
	case headerValueStart:
		if c == ' ' {
			break
		}
		m.value.put(m.at)
		m.state = headerValue
		return nil
	case headerValue:
		if c != '\r' {
			break
		}
		if err := m.parts.headerValue(m.data[m.value.at:m.at]); err != nil {
			return err
		}
		m.value = mark{}
		m.parts.headerEnd()
		m.state = headerValueAlmostDone
	default:
		if c != '\n' {
			return m.broken("Did not find LF character at end of header (found %d)", c)
		}
		m.state = headerFieldStart
	}
	m.at++
	return nil
}

// part goes through a part's data, up to the next byte that may belong to a boundary.
func (m *multipart006) part() error {
	before := m.index
	if m.index == 0 {
		m.skip()
	}
	c := m.data[m.at]
	next, err := m.match(c)
	if err != nil || next {
		return err
	}
	switch {
	case m.index > 0:
		m.lookbehind[m.index-1] = c
		m.at++
	case before > 0:
		// What seemed to be a boundary is data; the byte may begin one.
		m.content.put(m.at)
		return m.tell(m.lookbehind[:before])
	default:
		m.at++
	}
	return nil
}

// skip goes on by a boundary's length as long as no byte there belongs to one.
func (m *multipart006) skip() {
	n, i := len(m.boundary), m.at+len(m.boundary)-1
	for i < len(m.data)-1 && !m.chars[m.data[i]] {
		i += n
	}
	m.at = i - n + 1
}

// match compares a byte with the boundary and what may follow it. It reports whether the next part begins.
func (m *multipart006) match(c byte) (bool, error) {
	switch n := len(m.boundary); {
	case m.index < n && m.boundary[m.index] != c:
		m.index = 0
	case m.index < n:
		m.index++
		if m.index > 1 || !m.content.set {
			break
		}
		from := m.content.at
		m.content = mark{}
		return false, m.tell(m.data[from:m.at])
	case m.index == n:
		m.index++
		m.atPart, m.atLast = m.atPart || c == '\r', m.atLast || c == '-'
		if c != '\r' && c != '-' {
			m.index = 0
		}
	case m.atPart && c == '\n':
		m.index, m.atPart = 0, false
		m.parts.end()
		m.parts.begin()
		m.state = headerFieldStart
		m.at++
		return true, nil
	case !m.atPart && c == '-':
		m.parts.end()
		m.state = end
	default:
		m.index, m.atPart = 0, false
	}
	return false, nil
}
