package waitress

import (
	"bytes"
	"net/http"
	"regexp"
	"strings"

	"github.com/target-server/target-server/server/http1"
)

// maxHead is max_request_header_size.
const maxHead = 262144

// reader is HTTPRequestParser. It returns a request once its body has come, too.
type reader struct {
	version *Version
	head    http1.Head // of the request whose body is awaited
	body    body       // or nil
	refusal *refusal

	connection string // its Connection field, in lower case
	expects    bool   // it expects 100 Continue
	early      bool   // which is to be sent now
}

// refusal is waitress.utilities.Error.
type refusal struct {
	status  int
	message string
	version string // of the request, as far as it is known
}

// Next implements threaded.Reader.
func (r *reader) Next(buf []byte, _ bool, head *http1.Head) (http1.Event, int) {
	if r.body != nil {
		return r.nextBody(buf, head)
	}
	end := bytes.Index(buf, []byte("\r\n\r\n")) + 4
	switch {
	case end < 4 && len(buf) < maxHead:
		return http1.NeedData, 0
	case end < 4:
		end = len(buf)
		fallthrough
	case end >= maxHead:
		return r.refuse(&refusal{http.StatusRequestHeaderFieldsTooLarge, "exceeds max_header of 262144", "1.0"}, end)
	}
	text := bytes.TrimLeft(buf[:end], " \t\n\r\v\f")
	if len(text) == 0 { // an empty line between requests
		return http1.MessageDone, end
	}
	r.refusal = r.parse(string(text))
	if r.refusal != nil {
		return http1.Bad, end
	}
	r.early = r.expects
	if r.body != nil {
		return http1.MessageDone, end
	}
	if r.expects { // waitress sends the continuation, and forgets a request without a body
		return http1.MessageDone, end
	}
	*head = r.head
	return http1.HeadDone, end
}

func (r *reader) nextBody(buf []byte, head *http1.Head) (http1.Event, int) {
	n, done, err := r.body.take(buf)
	switch {
	case err != "":
		r.body = nil
		return r.refuse(&refusal{http.StatusBadRequest, err, r.head.Version}, n)
	case !done && n == 0:
		return http1.NeedData, 0
	case !done:
		return http1.MessageDone, n
	}
	r.body = nil
	*head = r.head
	return http1.HeadDone, n
}

func (r *reader) refuse(why *refusal, n int) (http1.Event, int) {
	r.refusal, r.connection = why, ""
	return http1.Bad, n
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

// parse is parse_header.
func (r *reader) parse(text string) *refusal {
	bad := func(message string) *refusal { return &refusal{http.StatusBadRequest, message, "1.0"} }
	line, rest, _ := strings.Cut(text, "\r\n")
	line = strings.TrimRight(line, " \t\n\r\v\f")
	if strings.ContainsAny(line, "\r\n") {
		return bad("Bare CR or LF found in HTTP message")
	}
	r.head = http1.Head{ContentLength: -1}
	fields, why := r.fields(rest)
	if why != "" {
		return bad(why)
	}
	m := r.version.firstLine.FindStringSubmatch(line)
	switch {
	case m == nil && r.version.refusesLines:
		return bad("Start line is invalid")
	case m == nil:
		m = []string{"", "", "", ""}
	case m[1] != strings.ToUpper(m[1]):
		return bad(`Malformed HTTP method "` + latin1(m[1]) + `"`)
	}
	version := m[3]
	r.head.Method, r.head.Target, r.head.Version = []byte(m[1]), []byte(m[2]), version
	if !strings.HasPrefix(m[2], "//") && strings.ContainsFunc(m[2], func(r rune) bool { return r >= 0x80 }) {
		return &refusal{http.StatusBadRequest, "Bad URI", version} // urlsplit takes bytes for ASCII
	}
	path, query := splitURI(m[2])
	r.head.Path, r.head.Query = []byte(path), []byte(query)
	r.connection = strings.ToLower(fields["connection"])
	r.expects = false
	return r.framing(fields, version)
}

// framing is the end of parse_header: what body follows.
func (r *reader) framing(fields map[string]string, version string) *refusal {
	chunked := false
	if version == "1.1" {
		for coding := range strings.SplitSeq(fields["transfer-encoding"], ",") {
			if coding == "" {
				continue
			}
			if strings.ToLower(strings.Trim(coding, " \t")) != "chunked" {
				return &refusal{http.StatusNotImplemented, "Transfer-Encoding requested is not supported.", version}
			}
			chunked = true
		}
		r.expects = strings.EqualFold(fields["expect"], "100-continue")
	}
	if chunked {
		r.body = &chunks{}
		return nil
	}
	length, ok := fields["content-length"]
	if !ok {
		return nil
	}
	if strings.Trim(length, "0123456789") != "" || length == "" {
		return &refusal{http.StatusBadRequest, "Content-Length is invalid", version}
	}
	length = strings.TrimLeft(length, "0")
	switch {
	case length == "":
	case len(length) > 10 || len(length) == 10 && length >= "1073741824":
		return &refusal{http.StatusRequestEntityTooLarge, "exceeds max_body of 1073741824", version}
	default:
		r.body = newFixed(length)
	}
	return nil
}

// fields is get_header_lines, and what parse_header makes of them: fields with the same name become one, with commas.
func (r *reader) fields(text string) (map[string]string, string) {
	var lines []string
	for line := range strings.SplitSeq(text, "\r\n") {
		switch {
		case line == "":
		case strings.ContainsAny(line, "\r\n"):
			return nil, `Bare CR or LF found in header line "` + latin1(line) + `"`
		case line[0] != ' ' && line[0] != '\t':
			lines = append(lines, line)
		case len(lines) == 0:
			return nil, `Malformed header line "` + latin1(line) + `"`
		default:
			lines[len(lines)-1] += line
		}
	}
	all := map[string]string{}
	for _, line := range lines {
		m := field.FindStringSubmatch(latin1(line))
		if m == nil {
			return nil, "Invalid header"
		}
		if strings.Contains(m[1], "_") {
			continue
		}
		name, value := strings.ToLower(m[1]), strings.Trim(m[2], " \t")
		if before, ok := all[name]; ok {
			value = before + ", " + value
		}
		all[name] = value
	}
	for name, value := range all {
		r.head.Fields = append(r.head.Fields, http1.Field{Name: []byte(name), Value: []byte(value)})
	}
	return all, ""
}

// splitURI is split_uri: what follows two slashes is no host here.
func splitURI(uri string) (path, query string) {
	if !strings.HasPrefix(uri, "//") {
		if i := strings.Index(uri, "://"); i > 0 && !strings.ContainsAny(uri[:i], "/?#") {
			uri = uri[i+3:]
			i = strings.IndexAny(uri, "/?#")
			if i < 0 {
				i = len(uri)
			}
			uri = uri[i:]
		}
	}
	uri, _, _ = strings.Cut(uri, "#")
	path, query, _ = strings.Cut(uri, "?")
	if strings.HasPrefix(path, "/") {
		path = "/" + strings.TrimLeft(path, "/")
	}
	return path, query
}

// latin1 is bytes.decode("latin-1").
func latin1(s string) string {
	var b strings.Builder
	for i := range len(s) {
		b.WriteRune(rune(s[i]))
	}
	return b.String()
}
