package node

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/target-server/target-server/server/http1"
)

// Answers that the server gives instead of the program. It makes them with writeHead alone, and so has no length for
// them.
var (
	missingHost = http1.Answer{
		Status: http.StatusBadRequest, Lines: []http1.Line{{Name: "Connection", Value: "close"}},
	}
	expectationFailed = http1.Answer{Status: http.StatusExpectationFailed}
)

// appendAnswer appends the whole answer, which leaves in one write. sized says that the body was known when the head
// was made: OutgoingMessage._storeHeader.
func (m *message) appendAnswer(dst []byte, a *http1.Answer, sized bool) []byte {
	dst = append(append(dst, "HTTP/1.1 "...), strconv.Itoa(a.Status)...)
	dst = append(append(append(dst, ' '), statusText(a.Status)...), "\r\n"...)
	said := saidBy(a)
	for _, l := range a.Lines {
		dst = http1.AppendLine(dst, l.Name, l.Value)
	}
	dst = http1.AppendLine(dst, "Date", m.conn.endpoint.utcDate())
	m.last = said.close
	if !said.connection {
		dst = m.appendConnection(dst, said.length)
	}
	hasBody := m.Method() != http.MethodHead && a.Status != http.StatusNoContent && a.Status != http.StatusNotModified
	chunked := false
	switch {
	case said.length || !hasBody:
	case !m.chunks:
		m.last = true
	case sized:
		dst = http1.AppendLine(dst, "Content-Length", strconv.Itoa(len(a.Body)))
	default:
		chunked = true
		dst = http1.AppendLine(dst, "Transfer-Encoding", "chunked")
	}
	dst = append(dst, "\r\n"...)
	if hasBody {
		dst = append(dst, a.Body...)
	}
	if chunked {
		dst = append(dst, "0\r\n\r\n"...)
	}
	return dst
}

// appendConnection appends the lines that say whether the connection stays open.
func (m *message) appendConnection(dst []byte, sized bool) []byte {
	if !m.keepAlive || !sized && !m.chunks {
		m.last = true
		return http1.AppendLine(dst, "Connection", "close")
	}
	dst = http1.AppendLine(dst, "Connection", "keep-alive")
	if d := m.conn.endpoint.KeepAlive; d > 0 {
		dst = http1.AppendLine(dst, "Keep-Alive", "timeout="+strconv.Itoa(int(d/time.Second)))
	}
	return dst
}

// said is what an answer's own lines say, of the connection (and that it closes) and the length.
type said struct{ connection, close, length bool }

func saidBy(a *http1.Answer) (s said) {
	for _, l := range a.Lines {
		switch {
		case strings.EqualFold(l.Name, "connection"):
			s.connection = true
			s.close = s.close || strings.EqualFold(l.Value, "close")
		case strings.EqualFold(l.Name, "content-length"):
			s.length = true
		}
	}
	return s
}
