package http1

import (
	"maps"
	"net/http"
	"net/textproto"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Show shows a request to the handler. The value is used again for the next
// request: a handler must not keep it after it returns.
func (host *Host) Show(c *Request, h *Head) *http.Request {
	header := host.request.Header
	if header == nil {
		header = make(http.Header)
	}
	clear(header)
	for _, f := range h.Fields {
		key := textproto.CanonicalMIMEHeaderKey(string(f.Name))
		header[key] = append(header[key], string(f.Value))
	}
	host.url = url.URL{Path: Unquote(c.Path()), RawQuery: c.Query()}
	r := &host.request
	*r = http.Request{}
	if host.Template != nil {
		*r = *host.Template
	}
	r.Method, r.URL, r.RequestURI = c.Method(), &host.url, c.line[c.methodEnd+1:c.targetEnd]
	r.Proto, r.ProtoMajor, r.ProtoMinor = c.line[c.targetEnd+1:], 1, 1
	r.Header, r.Host, r.ContentLength, r.Body = header, header.Get("Host"), h.ContentLength, http.NoBody
	return r
}

// Unquote decodes %XX as Python's urllib.parse.unquote does: what is no escape
// stays, and bytes that are no UTF-8 become U+FFFD.
func Unquote(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	return replaceInvalid(UnquoteBytes(s))
}

// UnquoteBytes is urllib.parse.unquote_to_bytes: what is no escape stays.
func UnquoteBytes(s string) []byte {
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if v, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				b = append(b, byte(v))
				i += 2
				continue
			}
		}
		b = append(b, s[i])
	}
	return b
}

// replaceInvalid is Python's bytes.decode("utf-8", "replace"): every byte that
// is no UTF-8 becomes U+FFFD, but a sequence that breaks off does so as a whole.
func replaceInvalid(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	var s strings.Builder
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n == 1 {
			for n < len(b) && !utf8.FullRune(b[:n+1]) {
				n++
			}
		}
		s.WriteRune(r)
		b = b[n:]
	}
	return s.String()
}

// Quote encodes as Python's urllib.parse.quote does: letters, digits, "_.-~"
// and what is in safe stay.
func Quote(s, safe string) string {
	stays := func(b byte) bool {
		return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || strings.IndexByte("_.-~", b) >= 0 || strings.IndexByte(safe, b) >= 0
	}
	i := 0
	for i < len(s) && stays(s[i]) {
		i++
	}
	if i == len(s) {
		return s
	}
	b := []byte(s[:i])
	for ; i < len(s); i++ {
		if stays(s[i]) {
			b = append(b, s[i])
		} else {
			const digits = "0123456789ABCDEF"
			b = append(b, '%', digits[s[i]>>4], digits[s[i]&15])
		}
	}
	return string(b)
}

// written collects what a handler says through http.ResponseWriter.
type written struct {
	header http.Header
	said   http.Header // as it was when the status was said; nil before
	status int
	body   strings.Builder
}

func (c *Request) collect() *written {
	w := &c.rarely().written
	if w.header == nil {
		w.header = make(http.Header)
	}
	return w
}

// Header implements http.ResponseWriter. Its lines leave in the order of their
// names, in lower case as ASGI asks; Reply keeps an order.
func (c *Request) Header() http.Header { return c.collect().header }

// WriteHeader implements http.ResponseWriter: the first status counts, with the
// header as it is then.
func (c *Request) WriteHeader(status int) {
	if w := c.collect(); w.said == nil && status >= http.StatusOK {
		w.status, w.said = status, w.header.Clone()
	}
}

// Write implements http.ResponseWriter: the body leaves when the handler has
// returned.
func (c *Request) Write(p []byte) (int, error) {
	c.WriteHeader(http.StatusOK)
	w := c.collect()
	if !w.hasBody() {
		return 0, http.ErrBodyNotAllowed
	}
	return w.body.Write(p)
}

func (w *written) hasBody() bool {
	return w.status != http.StatusNoContent && w.status != http.StatusNotModified
}

// Settle makes an answer of what a handler has written, if it has said nothing
// else.
func (c *Request) Settle() {
	if c.answer == nil && c.work == nil {
		c.answer = c.writtenAnswer()
	}
}

// writtenAnswer makes one of what was written. The length is that of the body; a
// handler may say another one only where none is sent.
func (c *Request) writtenAnswer() *Answer {
	c.WriteHeader(http.StatusOK)
	w := c.collect()
	a := &Answer{Status: w.status, Body: w.body.String()}
	length := w.said.Get("Content-Length")
	if c.Method() != http.MethodHead || length == "" {
		length = strconv.Itoa(len(a.Body))
	}
	if w.hasBody() {
		a.Lines = append(a.Lines, Line{"content-length", length})
	}
	for _, name := range slices.Sorted(maps.Keys(w.said)) {
		if name == "Content-Length" || name == "Transfer-Encoding" {
			continue
		}
		for _, value := range w.said[name] {
			a.Lines = append(a.Lines, Line{strings.ToLower(name), value})
		}
	}
	return a
}
