package http1

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// Layout spells what is sent.
type Layout interface {
	// Head appends the head of an answer and settles how its body is framed
	// and whether the connection closes after it.
	Head(dst []byte, c *Cycle, a *Answer) []byte
	// KeepsAlive tells whether the connection outlives the answer, as far as
	// the request says.
	KeepsAlive(h *Head) bool
	// Chunks returns the writes of a body without a length.
	Chunks(body string) []string
	// Refusal returns the writes of the answer to bytes that are no request.
	// earlier is the last valid one on the connection, or nil.
	Refusal(s *Service, earlier *Cycle) []string
}

const refusalBody = "Invalid HTTP request received."

// appendStatus appends the status line. The version is 1.1 whatever was asked.
func appendStatus(dst []byte, status int) []byte {
	dst = append(dst, "HTTP/1.1 "...)
	dst = strconv.AppendInt(dst, int64(status), 10)
	dst = append(dst, ' ')
	dst = append(dst, phrase(status)...)
	return append(dst, "\r\n"...)
}

// phrase is Python's http.HTTPStatus(status).phrase.
func phrase(status int) string {
	switch status {
	case http.StatusRequestURITooLong:
		return "Request-URI Too Long"
	case http.StatusTeapot:
		return "I'm a Teapot"
	}
	return http.StatusText(status)
}

func appendLine(dst []byte, name, value string) []byte {
	dst = append(append(dst, name...), ": "...)
	return append(append(dst, value...), "\r\n"...)
}

// hasBodyOfUnknownLength tells whether an answer has a body, or would have one
// were it not for HEAD, whose length is not said.
func (a *Answer) hasBodyOfUnknownLength() bool {
	_, sized := a.line("content-length")
	return !sized && a.Status != http.StatusNoContent && a.Status != http.StatusNotModified
}

// httptools021 is RequestResponseCycle.send of httptools_impl in Uvicorn 0.21.1.
type httptools021 struct{}

func (httptools021) Head(dst []byte, c *Cycle, a *Answer) []byte {
	dst = append(appendStatus(dst, a.Status), c.defaults.block...)
	said := false
	for _, l := range a.Lines {
		dst = appendLine(dst, l.Name, l.Value)
		if l.Name == "connection" {
			said = said || l.Value == "close"
			c.keepAlive = c.keepAlive && !strings.EqualFold(l.Value, "close")
		}
	}
	if c.asksClose && !said {
		dst = appendLine(dst, "connection", "close")
		c.keepAlive = false
	}
	return appendFraming(dst, c, a)
}

func appendFraming(dst []byte, c *Cycle, a *Answer) []byte {
	if c.chunked = a.hasBodyOfUnknownLength() && c.Method() != http.MethodHead; c.chunked {
		dst = appendLine(dst, "transfer-encoding", "chunked")
	}
	return append(dst, "\r\n"...)
}

func (httptools021) KeepsAlive(h *Head) bool { return h.Version != "1.0" }

func (httptools021) Chunks(body string) []string { return []string{chunk(body) + lastChunk} }

func (httptools021) Refusal(s *Service, _ *Cycle) []string {
	head := append(appendStatus(nil, http.StatusBadRequest), s.defaults.block...)
	head = appendLine(head, "content-type", "text/plain; charset=utf-8")
	head = appendLine(head, "content-length", strconv.Itoa(len(refusalBody)))
	head = appendLine(head, "connection", "close")
	return []string{string(head) + "\r\n" + refusalBody}
}

// httptools054 is the same of Uvicorn 0.54.0: whatever closes the connection
// is said in the head.
type httptools054 struct{ httptools021 }

func (httptools054) KeepsAlive(h *Head) bool { return h.Version != "1.0" && h.KeepAlive }

func (httptools054) Head(dst []byte, c *Cycle, a *Answer) []byte {
	dst = append(appendStatus(dst, a.Status), c.defaults.block...)
	said := false
	for _, l := range a.Lines {
		dst = appendLine(dst, l.Name, l.Value)
		said = said || l.Name == "connection" && hasToken(l.Value, "close")
	}
	c.keepAlive = c.keepAlive && !said
	if !c.keepAlive && !said {
		dst = appendLine(dst, "connection", "close")
	}
	return appendFraming(dst, c, a)
}

// h11Layout is h11's Connection.send with the headers of h11_impl: what h11
// adds itself stands last and in title case
// (_clean_up_response_headers_for_sending, set_comma_header).
type h11Layout struct{}

func (h11Layout) Head(dst []byte, c *Cycle, a *Answer) []byte {
	lines := slices.Clone(a.Lines)
	if value, _ := a.line("connection"); c.asksClose && value != "close" {
		lines = append(lines, Line{"connection", "close"})
	}
	c.chunked = a.hasBodyOfUnknownLength() && !c.beforeChunks() // to HEAD as well
	if c.chunked {
		lines = append(lines, Line{"Transfer-Encoding", "chunked"})
	}
	for _, l := range lines {
		if l.Name == "connection" && hasToken(l.Value, "close") {
			c.closes = true
		}
	}
	if !c.peerKeepsAlive {
		lines = slices.DeleteFunc(lines, func(l Line) bool { return l.Name == "connection" })
		lines = append(lines, Line{"Connection", "close"})
		c.closes = true
	}
	dst = append(appendStatus(dst, a.Status), c.defaults.block...)
	for _, l := range lines {
		dst = appendLine(dst, l.Name, l.Value)
	}
	return append(dst, "\r\n"...)
}

func (h11Layout) KeepsAlive(*Head) bool { return true } // h11 itself closes

func (h11Layout) Chunks(body string) []string { return []string{chunk(body), lastChunk} }

func (h11Layout) Refusal(_ *Service, earlier *Cycle) []string {
	head := appendLine(appendStatus(nil, http.StatusBadRequest), "content-type", "text/plain; charset=utf-8")
	if earlier == nil || earlier.beforeChunks() { // no chunks for an old or unknown peer: the end is the end
		return []string{string(appendLine(head, "Connection", "close")) + "\r\n", refusalBody}
	}
	if earlier.peerKeepsAlive {
		head = appendLine(appendLine(head, "connection", "close"), "Transfer-Encoding", "chunked")
	} else {
		head = appendLine(appendLine(head, "Transfer-Encoding", "chunked"), "Connection", "close")
	}
	if !earlier.complete && earlier.Method() == http.MethodHead {
		return []string{string(head) + "\r\n"} // what h11 takes it to answer has no body
	}
	return []string{string(head) + "\r\n", chunk(refusalBody), lastChunk}
}

// beforeChunks tells whether the client's HTTP is older than chunks.
func (c *Cycle) beforeChunks() bool { return c.Version() < "1.1" }

const lastChunk = "0\r\n\r\n"

func chunk(body string) string {
	return strconv.FormatInt(int64(len(body)), 16) + "\r\n" + body + "\r\n"
}

// hasToken looks for a token in a comma-separated list, without regard to case.
func hasToken(list, token string) bool {
	for part := range strings.SplitSeq(list, ",") {
		if strings.EqualFold(strings.TrimSpace(part), token) {
			return true
		}
	}
	return false
}
