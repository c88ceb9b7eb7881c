package flask

import (
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
)

// requestLine is a request line split into its parts, as text of ISO-8859-1.
type requestLine struct {
	text, method, target, version string // version without its HTTP/
}

// parseRequestLine is the first half of BaseHTTPRequestHandler.parse_request.
func parseRequestLine(line string) (*requestLine, *refusal) {
	text := strings.TrimRight(line, "\r\n")
	words := strings.FieldsFunc(text, isSpace)
	r := &requestLine{text: text, version: "0.9"}
	if len(words) == 0 {
		return r, silence
	}
	if len(words) >= 3 {
		if why := r.setVersion(words[len(words)-1]); why != nil {
			return r, why.of(r)
		}
	}
	switch {
	case len(words) != 2 && len(words) != 3:
		return r, badSyntax("Bad request syntax (" + repr(text) + ")").of(r)
	case len(words) == 2 && words[0] != "GET":
		return r, badSyntax("Bad HTTP/0.9 request type (" + repr(words[0]) + ")").of(r)
	}
	r.method, r.target = words[0], words[1]
	if strings.HasPrefix(r.target, "//") {
		r.target = "/" + strings.TrimLeft(r.target, "/")
	}
	return r, nil
}

// setVersion reads the last of three or more words. If it refuses the version, the request stays one of HTTP/0.9, and
// the answer has no head.
func (r *requestLine) setVersion(word string) *refusal {
	bad := badSyntax("Bad request version (" + repr(word) + ")")
	number, ok := strings.CutPrefix(word, "HTTP/")
	if !ok {
		return bad
	}
	major, minor, ok := strings.Cut(number, ".")
	if !ok || strings.Contains(minor, ".") {
		return bad
	}
	m, ok := pythonInt(major)
	n, okay := pythonInt(minor)
	if !ok || !okay {
		return bad
	}
	if m > 2 || m == 2 && n >= 0 {
		return &refusal{
			status: http.StatusHTTPVersionNotSupported, message: fmt.Sprintf("Invalid HTTP version (%s)", number),
			explain: "Cannot fulfill request",
		}
	}
	r.version = strings.TrimPrefix(word, "HTTP/")
	return nil
}

// pythonInt is Python's int: a sign, and digits with single underscores between them. A number that does not fit
// becomes the largest that does.
func pythonInt(s string) (int, bool) {
	number := strings.TrimPrefix(strings.TrimPrefix(s, "+"), "-")
	if len(s)-len(number) > 1 || number == "" || len(number) > 4300 ||
		strings.HasPrefix(number, "_") || strings.HasSuffix(number, "_") || strings.Contains(number, "__") {
		return 0, false
	}
	number = strings.ReplaceAll(number, "_", "")
	if strings.Trim(number, digits) != "" {
		return 0, false
	}
	n, err := strconv.Atoi(strings.TrimLeft(number, "0"))
	switch {
	case strings.Trim(number, "0") == "":
		n = 0
	case err != nil:
		n = math.MaxInt
	}
	if strings.HasPrefix(s, "-") {
		n = -n
	}
	return n, true
}
