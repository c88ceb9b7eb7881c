package flask

import (
	"bytes"
	"strings"

	"github.com/target-server/target-server/server/http1"
)

// The bounds of http.server and http.client.
const (
	maxLine    = 65536 // _MAXLINE, of the request line as well
	maxHeaders = 100   // _MAXHEADERS, the empty line included
)

// reader is BaseHTTPRequestHandler.handle_one_request: a request line, then header lines up to an empty one or the
// client's end. What follows is read only if the request's access line has failed: every answer closes its connection.
type reader struct {
	version *Version
	request *requestLine // nil until it has come
	fields  int          // where the header lines begin
	at      int          // where the line that is being read begins
	scanned int          // how many bytes of it are known to have no line feed
	headers int          // lines read
	refusal *refusal
	interim int   // how many times 100 Continue is sent
	whole   bool  // the request has been returned
	fails   error // of its access line, in place of an answer
	stays   bool  // the connection stays open then
}

// Next implements threaded.Reader.
func (r *reader) Next(buf []byte, ended bool, head *http1.Head) (http1.Event, int) {
	if r.whole {
		*r = reader{version: r.version}
	}
	for {
		line, ok := r.readLine(buf, ended)
		switch {
		case !ok:
			return http1.NeedData, 0
		case r.request == nil:
			r.fields = r.at
			r.refusal = r.first(line)
			if r.refusal != nil {
				return http1.Bad, len(buf)
			}
		case len(line) > maxLine:
			return r.refuse(buf, lineTooLong)
		default:
			r.headers++
			if r.headers > maxHeaders {
				return r.refuse(buf, tooManyHeaders)
			}
			if text := string(line); text == "\r\n" || text == "\n" || text == "" {
				return r.complete(buf, head)
			}
		}
	}
}

// readLine is rfile.readline with a limit: up to a line feed, the limit or the client's end.
func (r *reader) readLine(buf []byte, ended bool) (line []byte, ok bool) {
	rest := buf[r.at:]
	end := bytes.IndexByte(rest[r.scanned:min(len(rest), maxLine+1)], '\n')
	switch {
	case end >= 0:
		end += r.scanned + 1
	case len(rest) > maxLine:
		end = maxLine + 1
	case ended:
		end = len(rest)
	default:
		r.scanned = len(rest)
		return nil, false
	}
	r.at, r.scanned = r.at+end, 0
	return rest[:end], true
}

// first takes the request line.
func (r *reader) first(line []byte) *refusal {
	if len(line) > maxLine {
		return uriTooLong
	}
	if len(line) == 0 {
		return silence
	}
	request, refusal := parseRequestLine(latin1(line))
	r.request = request
	return refusal
}

func (r *reader) refuse(buf []byte, why *refusal) (http1.Event, int) {
	r.refusal = why.of(r.request)
	return http1.Bad, len(buf)
}

// complete returns the request: the second half of parse_request, and make_environ.
func (r *reader) complete(buf []byte, head *http1.Head) (http1.Event, int) {
	q := r.request
	fields := parseFields(latin1(buf[r.fields:r.at]))
	u, err := r.version.Splits.split(q.target)
	if err != nil {
		r.refusal = &refusal{silent: true, exception: err}
		return http1.Bad, len(buf)
	}
	*head = http1.Head{
		Method: []byte(q.method), Target: []byte(q.target), Path: []byte(u.path), Query: []byte(u.query),
		Version: q.version, ContentLength: -1,
	}
	for _, f := range fields {
		if u.scheme != "" && u.netloc != "" && strings.EqualFold(f.name, "host") {
			continue
		}
		value := strings.ReplaceAll(f.value, "\r\n", "")
		head.Fields = append(head.Fields, http1.Field{Name: []byte(f.name), Value: []byte(value)})
	}
	if u.scheme != "" && u.netloc != "" { // an absolute URL names the host
		head.Fields = append(head.Fields, http1.Field{Name: []byte("Host"), Value: []byte(u.netloc)})
	}
	r.interim = r.countInterim(get(fields, "expect"))
	r.whole = true
	if r.fails = r.version.portFails(u.netloc); r.fails != nil {
		r.stays = r.staysOpen(get(fields, "connection"))
		return http1.HeadDone, r.at // the next request may follow
	}
	return http1.HeadDone, len(buf)
}

// staysOpen reports whether http.server reads another request unless an answer says that the connection closes, as every
// answer of Werkzeug's does.
func (r *reader) staysOpen(connection string) bool {
	switch {
	case !r.version.Threaded || strings.EqualFold(connection, "close"):
		return false
	case strings.EqualFold(connection, "keep-alive"):
		return r.request.version != beforeHeads
	}
	return r.request.version >= "1.1"
}

// countInterim returns how many times a request that expects it is told to continue: once by http.server, if both sides
// speak 1.1, and once by Werkzeug.
func (r *reader) countInterim(expect string) int {
	const want = "100-continue"
	n := 0
	if strings.EqualFold(expect, want) && r.version.Threaded && r.request.version >= "1.1" {
		n++
	}
	if strings.EqualFold(strings.TrimFunc(expect, isSpace), want) {
		n++
	}
	return n
}
