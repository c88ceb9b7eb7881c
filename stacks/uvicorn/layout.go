package uvicorn

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/target-server/target-server/server/http1"
)

// Layout formats what is sent.
type Layout interface {
	// Head appends the head of an answer, and settles how its body is framed and whether the connection closes after it.
	Head(dst []byte, c *Cycle, a *http1.Answer) []byte
	// KeepsAlive reports whether the request lets the connection outlive the answer.
	KeepsAlive(h *http1.Head) bool
	// Chunks returns the writes of a body without a length.
	Chunks(body string) []string
	// Part appends a part of a body, as one write, and Last is the write that ends a body in chunks, if it has one of its own.
	Part(dst []byte, c *Cycle, body []byte, more bool) []byte
	Last() string
	// Refusal returns the writes of the answer to bytes that are not a request. earlier is the last valid request on the
	// connection, or nil.
	Refusal(e *Endpoint, earlier *Cycle) []string
}

const refusalBody = "Invalid HTTP request received."

// hasBodyOfUnknownLength reports whether an answer has a body (or would have, to another method than HEAD) and no
// content-length.
func hasBodyOfUnknownLength(a *http1.Answer) bool {
	_, sized := a.Lookup("content-length")
	return !sized && a.Status != http.StatusNoContent && a.Status != http.StatusNotModified
}

// httptools021 is RequestResponseCycle.send of httptools_impl in Uvicorn 0.21.1.
type httptools021 struct{}

func (httptools021) Head(dst []byte, c *Cycle, a *http1.Answer) []byte {
	dst = append(http1.AppendStatus(dst, a.Status), c.defaults.block...)
	said := false
	for _, l := range a.Lines {
		dst = http1.AppendLine(dst, l.Name, l.Value)
		if l.Name == "connection" {
			said = said || l.Value == "close"
			c.keepAlive = c.keepAlive && !strings.EqualFold(l.Value, "close")
		}
	}
	if c.asksClose && !said {
		dst = http1.AppendLine(dst, "connection", "close")
		c.keepAlive = false
	}
	return appendFraming(dst, c, a)
}

func appendFraming(dst []byte, c *Cycle, a *http1.Answer) []byte {
	c.chunked = hasBodyOfUnknownLength(a) && c.Method() != http.MethodHead
	if c.chunked {
		dst = http1.AppendLine(dst, "transfer-encoding", "chunked")
	}
	return append(dst, "\r\n"...)
}

func (httptools021) KeepsAlive(h *http1.Head) bool { return h.Version != "1.0" }

func (httptools021) Chunks(body string) []string {
	return []string{http1.Chunk(body) + http1.LastChunk}
}

func (httptools021) Part(dst []byte, c *Cycle, body []byte, more bool) []byte {
	dst = appendPart(dst, c, body)
	if c.chunked && !more {
		dst = append(dst, http1.LastChunk...)
	}
	return dst
}

func (httptools021) Last() string { return "" }

// appendPart appends a part of a body, as a chunk if that goes in chunks. A part without bytes is none.
func appendPart(dst []byte, c *Cycle, body []byte) []byte {
	if !c.chunked || len(body) == 0 {
		return append(dst, body...)
	}
	dst = append(strconv.AppendInt(dst, int64(len(body)), 16), "\r\n"...)
	return append(append(dst, body...), "\r\n"...)
}

func (httptools021) Refusal(e *Endpoint, _ *Cycle) []string {
	head := append(http1.AppendStatus(nil, http.StatusBadRequest), e.defaults.block...)
	head = http1.AppendLine(head, "content-type", "text/plain; charset=utf-8")
	head = http1.AppendLine(head, "content-length", strconv.Itoa(len(refusalBody)))
	head = http1.AppendLine(head, "connection", "close")
	return []string{string(head) + "\r\n" + refusalBody}
}

// httptools054 is the same of Uvicorn 0.54.0: the head says "connection: close" whenever the connection closes.
type httptools054 struct{ httptools021 }

func (httptools054) KeepsAlive(h *http1.Head) bool { return h.Version != "1.0" && h.KeepAlive }

func (httptools054) Head(dst []byte, c *Cycle, a *http1.Answer) []byte {
	dst = append(http1.AppendStatus(dst, a.Status), c.defaults.block...)
	said := false
	for _, l := range a.Lines {
		dst = http1.AppendLine(dst, l.Name, l.Value)
		said = said || l.Name == "connection" && http1.HasToken(l.Value, "close")
	}
	c.keepAlive = c.keepAlive && !said
	if !c.keepAlive && !said {
		dst = http1.AppendLine(dst, "connection", "close")
	}
	return appendFraming(dst, c, a)
}

// h11Layout is h11's Connection.send with the headers of h11_impl. The lines that h11 adds itself are last and in title
// case (_clean_up_response_headers_for_sending, set_comma_header).
type h11Layout struct{}

func (h11Layout) Head(dst []byte, c *Cycle, a *http1.Answer) []byte {
	lines := slices.Clone(a.Lines)
	if value, _ := a.Lookup("connection"); c.asksClose && value != "close" {
		lines = append(lines, http1.Line{Name: "connection", Value: "close"})
	}
	c.chunked = hasBodyOfUnknownLength(a) && !c.beforeChunks() // to HEAD as well
	if c.chunked {
		lines = append(lines, http1.Line{Name: "Transfer-Encoding", Value: "chunked"})
	}
	for _, l := range lines {
		if l.Name == "connection" && http1.HasToken(l.Value, "close") {
			c.closes = true
		}
	}
	if !c.peerKeepsAlive {
		lines = slices.DeleteFunc(lines, func(l http1.Line) bool { return l.Name == "connection" })
		lines = append(lines, http1.Line{Name: "Connection", Value: "close"})
		c.closes = true
	}
	dst = append(http1.AppendStatus(dst, a.Status), c.defaults.block...)
	for _, l := range lines {
		dst = http1.AppendLine(dst, l.Name, l.Value)
	}
	return append(dst, "\r\n"...)
}

func (h11Layout) KeepsAlive(*http1.Head) bool { return true } // h11 itself closes

func (h11Layout) Chunks(body string) []string { return []string{http1.Chunk(body), http1.LastChunk} }

func (h11Layout) Part(dst []byte, c *Cycle, body []byte, _ bool) []byte {
	return appendPart(dst, c, body)
}

func (h11Layout) Last() string { return http1.LastChunk }

func (h11Layout) Refusal(_ *Endpoint, earlier *Cycle) []string {
	head := http1.AppendLine(http1.AppendStatus(nil, http.StatusBadRequest), "content-type", "text/plain; charset=utf-8")
	bodiless := earlier != nil && !earlier.complete && earlier.Method() == http.MethodHead // h11 takes this for the answer to HEAD
	if earlier == nil || earlier.beforeChunks() {                                          // an old or unknown peer knows no chunks: the close ends the body
		head = append(http1.AppendLine(head, "Connection", "close"), "\r\n"...)
		if bodiless {
			return []string{string(head)}
		}
		return []string{string(head), refusalBody}
	}
	if earlier.peerKeepsAlive {
		head = http1.AppendLine(http1.AppendLine(head, "connection", "close"), "Transfer-Encoding", "chunked")
	} else {
		head = http1.AppendLine(http1.AppendLine(head, "Transfer-Encoding", "chunked"), "Connection", "close")
	}
	if bodiless {
		return []string{string(head) + "\r\n"}
	}
	return []string{string(head) + "\r\n", http1.Chunk(refusalBody), http1.LastChunk}
}

// beforeChunks reports whether the client's version of HTTP has no chunks.
func (c *Cycle) beforeChunks() bool { return c.Version() < "1.1" }
