package waitress

import (
	"bytes"
	"fmt"
	"math"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"github.com/target-server/target-server/server/http1"
)

// maxHead is max_request_header_size, and maxBody is max_request_body_size. longestInt is how many digits Python's int
// converts.
const (
	maxHead    = 262144
	maxBody    = 1073741824
	longestInt = 4300
)

// reader is HTTPRequestParser, one after the other. It returns a request once its body has come, too.
type reader struct {
	version *Version
	request parsing // what is read now
	refusal *refusal
	crash   error // the exception that ended the connection

	connection string // the Connection field of the last request, in lower case
	unread     int    // how many bytes had come along with the last request
	early      bool   // 100 Continue is to be sent now
	ahead      bool   // it only looks what follows a request, see crashesAfter
}

// parsing is what HTTPRequestParser keeps of a request. If a request without a body expects 100 Continue, waitress sends
// that and forgets that it has all of the request (HTTPChannel.send_continue): the next head continues this one.
type parsing struct {
	head      http1.Head
	fields    map[string]string // by their names in lower case
	body      body              // or nil
	received  int               // bytes of it
	refusal   *refusal          // HTTPRequestParser.error
	expects   bool              // expect_continue
	continued bool              // HTTPChannel.sent_continue
	waiting   int               // how many bytes had come when the head was still incomplete
	before    []byte            // header_plus: those of the head that this one continues
}

// refusal is waitress.utilities.Error.
type refusal struct {
	status  int
	message string
	version string // of the request, as far as it is known
}

func bad(message string) *refusal { return &refusal{status: http.StatusBadRequest, message: message} }

func bodyTooLarge() *refusal {
	return &refusal{status: http.StatusRequestEntityTooLarge, message: "exceeds max_body of 1073741824"}
}

// Next implements threaded.Reader.
func (r *reader) Next(buf []byte, _ bool, head *http1.Head) (http1.Event, int) {
	together := len(buf) > 0 && len(buf) == r.unread // with the last request, which was still to be answered
	if r.request.body != nil {
		return r.nextBody(buf, head)
	}
	p := &r.request
	text := buf
	if len(p.before) > 0 {
		text = append(p.before[:len(p.before):len(p.before)], buf...)
	}
	end := bytes.Index(text, []byte("\r\n\r\n")) + 4
	switch {
	case end < 4 && len(text) < maxHead:
		p.waiting = len(buf)
		return http1.NeedData, 0
	case end < 4 || end >= maxHead:
		*p = parsing{head: http1.Head{Version: "1.0"}}
		p.refusal = &refusal{status: http.StatusRequestHeaderFieldsTooLarge, message: "exceeds max_header of 262144"}
		return r.complete(buf, len(buf), head)
	}
	n := max(end-len(p.before), 0)
	if text = bytes.TrimLeft(text[:end], " \t\n\r\v\f"); len(text) == 0 { // an empty line between requests
		*p = parsing{}
		return r.taken(together, n)
	}
	return r.headRead(buf, string(text), n, together, head)
}

// headRead takes a head, of which n bytes are in buf.
func (r *reader) headRead(buf []byte, text string, n int, together bool, head *http1.Head) (http1.Event, int) {
	p := &r.request
	why, err := r.parse(text)
	switch {
	case err != nil:
		r.crash = err
		return http1.Crash, n
	case why != nil:
		p.refusal = why
	}
	whole := p.body == nil || p.refusal != nil
	if p.expects && !p.continued && !together {
		if whole {
			p.before = append(p.before, buf[:p.waiting]...)
		}
		p.waiting = 0
		r.sendContinue()
		return http1.MessageDone, n
	}
	if !whole {
		return r.taken(together, n)
	}
	return r.complete(buf, n, head)
}

// taken takes bytes that do not complete a request.
func (r *reader) taken(together bool, n int) (http1.Event, int) {
	if together {
		r.unread -= n
	}
	return http1.MessageDone, n
}

// sendContinue is HTTPChannel.send_continue.
func (r *reader) sendContinue() { r.request.expects, r.request.continued, r.early = false, true, true }

// nextBody reads what follows a head. A request that came together with an unanswered one is told to continue after that,
// if it is still incomplete.
func (r *reader) nextBody(buf []byte, head *http1.Head) (http1.Event, int) {
	p := &r.request
	n, done, err := p.body.take(buf)
	p.received += n
	switch {
	case p.received >= maxBody:
		p.refusal = bodyTooLarge()
	case err != "":
		p.refusal = bad(err)
	case !done:
		if n > 0 {
			return http1.MessageDone, n
		}
		if p.expects {
			r.sendContinue()
		}
		return http1.NeedData, 0
	}
	return r.complete(buf, n, head)
}

// complete returns the request, or its refusal.
func (r *reader) complete(buf []byte, n int, head *http1.Head) (http1.Event, int) {
	p := r.request
	r.request, r.unread = parsing{}, len(buf)-n
	if !r.ahead && r.crashesAfter(buf[n:]) {
		return http1.Crash, n
	}
	r.connection, r.refusal = strings.ToLower(p.fields["connection"]), p.refusal
	*head = p.head
	if p.refusal != nil {
		p.refusal.version = p.head.Version
		return http1.Bad, n
	}
	for name, value := range p.fields {
		if r.version.stripsFields {
			value = strings.Trim(value, "\u0085\u00a0 \t")
		}
		head.Fields = append(head.Fields, http1.Field{Name: []byte(name), Value: []byte(value)})
	}
	return http1.HeadDone, n
}

// crashesAfter reports whether a request that came along with another, which is about to queue for a thread, ends the
// connection. The main thread parses it before a thread wakes up.
func (r *reader) crashesAfter(rest []byte) bool {
	if !bytes.ContainsAny(rest, "[]") { // without which urlsplit raises nothing
		return false
	}
	ahead, event, n, head := reader{version: r.version, unread: len(rest), ahead: true}, http1.HeadDone, 0, http1.Head{}
	for event != http1.NeedData && event != http1.Crash {
		event, n = ahead.Next(rest, false, &head)
		rest = rest[n:]
	}
	r.crash = ahead.crash
	return event == http1.Crash
}

// Early is what is sent as soon as a head has come: send_continue.
func (r *reader) Early() []string {
	if !r.early {
		return nil
	}
	r.early = false
	return []string{"HTTP/1.1 100 Continue\r\n\r\n"}
}

// field is rfc7230.HEADER_FIELD_RE.
var field = regexp.MustCompile("^([!#$%&'*+\\-.^_`|~0-9A-Za-z]+):[ \t]*?((?:[!-~\u0080-\u00ff]+(?:[ \t]+[!-~\u0080-\u00ff]+)*)?)[ \t]*?$")

// parse is parse_header. Its error is an exception that waitress does not expect.
func (r *reader) parse(text string) (*refusal, error) {
	p := &r.request
	line, rest, _ := strings.Cut(text, "\r\n")
	line = strings.TrimRight(line, " \t\n\r\v\f")
	if strings.ContainsAny(line, "\r\n") {
		return bad("Bare CR or LF found in HTTP message"), nil
	}
	if why := p.takeFields(rest); why != "" {
		return bad(why), nil
	}
	m := r.version.firstLine.FindStringSubmatch(line)
	switch {
	case m == nil && r.version.refusesLines:
		return bad("Start line is invalid"), nil
	case m == nil:
		m = []string{"", "", "", ""}
	case strings.ContainsAny(m[1], "abcdefghijklmnopqrstuvwxyz"):
		return bad(`Malformed HTTP method "` + latin1(m[1]) + `"`), nil
	}
	version := m[3]
	p.head.Method, p.head.Target, p.head.Version, p.head.ContentLength = []byte(m[1]), []byte(m[2]), version, -1
	if !strings.HasPrefix(m[2], "//") && strings.ContainsFunc(m[2], func(r rune) bool { return r >= 0x80 }) {
		return bad("Bad URI"), nil // urlsplit takes bytes for ASCII
	}
	path, query, err := splitURI(m[2])
	if err != nil {
		return nil, err
	}
	p.head.Path, p.head.Query = []byte(path), []byte(query)
	return p.framing(version)
}

// framing is the end of parse_header: what body follows.
func (p *parsing) framing(version string) (*refusal, error) {
	chunked := false
	if version == "1.1" {
		coding, listed := p.fields["transfer-encoding"]
		if listed {
			delete(p.fields, "transfer-encoding")
		}
		for coding := range strings.SplitSeq(coding, ",") {
			if coding == "" {
				continue
			}
			if strings.ToLower(strings.Trim(coding, " \t")) != "chunked" {
				return &refusal{status: http.StatusNotImplemented, message: "Transfer-Encoding requested is not supported."}, nil
			}
			chunked = true
		}
		p.expects = strings.EqualFold(p.fields["expect"], "100-continue")
	}
	if chunked {
		p.body = &chunks{}
		return nil, nil
	}
	length, ok := p.fields["content-length"]
	switch {
	case !ok:
		return nil, nil
	case strings.Trim(length, "0123456789") != "" || length == "":
		return bad("Content-Length is invalid"), nil
	case len(length) > longestInt:
		return nil, fmt.Errorf("ValueError: Exceeds the limit (%d digits) for integer string conversion: "+
			"value has %d digits; use sys.set_int_max_str_digits() to increase the limit", longestInt, len(length))
	}
	n, err := strconv.Atoi(length)
	if err != nil {
		n = math.MaxInt
	}
	if n > 0 {
		p.body = &fixed{n}
	}
	if n >= maxBody {
		return bodyTooLarge(), nil
	}
	return nil, nil
}

// takeFields is get_header_lines, and what parse_header makes of them: fields with the same name become one, with commas.
func (p *parsing) takeFields(text string) (why string) {
	var lines []string
	for line := range strings.SplitSeq(text, "\r\n") {
		switch {
		case line == "":
		case strings.ContainsAny(line, "\r\n"):
			return `Bare CR or LF found in header line "` + latin1(line) + `"`
		case line[0] != ' ' && line[0] != '\t':
			lines = append(lines, line)
		case len(lines) == 0:
			return `Malformed header line "` + latin1(line) + `"`
		default:
			lines[len(lines)-1] += line
		}
	}
	if p.fields == nil {
		p.fields = map[string]string{}
	}
	for _, line := range lines {
		m := field.FindStringSubmatch(latin1(line))
		if m == nil {
			return "Invalid header"
		}
		if strings.Contains(m[1], "_") {
			continue
		}
		name, value := strings.ToLower(m[1]), strings.Trim(m[2], " \t")
		if before, ok := p.fields[name]; ok {
			value = before + ", " + value
		}
		p.fields[name] = value
	}
	return ""
}

// splitURI is split_uri: what follows two slashes is no host here.
func splitURI(uri string) (path, query string, err error) {
	if strings.HasPrefix(uri, "//") {
		uri, _, _ = strings.Cut(uri, "#")
		path, query, _ = strings.Cut(uri, "?")
	} else {
		var u http1.URL
		if u, err = http1.URLSplit(uri); err != nil {
			return "", "", err
		}
		path, query = u.Path, u.Query
	}
	if strings.HasPrefix(path, "/") {
		path = "/" + strings.TrimLeft(path, "/")
	}
	return path, query, nil
}

// latin1 is bytes.decode("latin-1").
func latin1(s string) string {
	var b strings.Builder
	for i := range len(s) {
		b.WriteRune(rune(s[i]))
	}
	return b.String()
}
