package flask

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/journal"
	"github.com/target-server/target-server/server/threaded"
)

// layout is WSGIRequestHandler.run_wsgi and what it calls of BaseHTTPRequestHandler.
type layout struct{ version *Version }

// beforeHeads is the version of HTTP without heads: the answer is a body alone.
const beforeHeads = "0.9"

// Head implements threaded.Layout. Every connection closes.
func (l *layout) Head(dst []byte, x *threaded.Exchange, a *http1.Answer) (head []byte, stays bool) {
	if x.Version() == beforeHeads {
		return dst, false
	}
	dst = l.version.appendHead(dst, x.Conn().Loop().Clock().Now(), a.Status, a.Reason)
	for _, line := range a.Lines {
		dst = http1.AppendLine(dst, line.Name, line.Value)
	}
	return append(dst, "Connection: close\r\n\r\n"...), false
}

// appendHead is send_response.
func (v *Version) appendHead(dst []byte, now time.Time, status int, reason string) []byte {
	dst = append(append(dst, v.protocol()...), ' ')
	dst = append(append(strconv.AppendInt(dst, int64(status), 10), ' '), reason...)
	dst = http1.AppendLine(append(dst, "\r\n"...), "Server", "Werkzeug/"+v.Werkzeug+" Python/"+v.Python)
	return http1.AppendLine(dst, "Date", now.UTC().Format(http.TimeFormat))
}

// Interim implements threaded.Layout.
func (l *layout) Interim(c *threaded.Conn, _ *http1.Head) []string {
	var pieces []string
	for range c.Reader().(*reader).interim {
		pieces = append(pieces, "HTTP/1.1 100 Continue\r\n\r\n")
	}
	return pieces
}

// raises is an access line that cannot be written (WSGIRequestHandler.log_request): no answer is sent, and none closes the
// connection.
func raises(x *threaded.Exchange) (exception string, stays bool) {
	r := x.Conn().Reader().(*reader)
	if r.fails == nil {
		return "", false
	}
	return r.fails.Error(), r.stays
}

// fails is what WSGIRequestHandler.run_wsgi logs about an exception.
func fails(x *threaded.Exchange, exception string) []string {
	x.Conn().Log().Loop("Error on request:\n" + journal.Traceback + exception)
	return nil
}

// Refusal implements threaded.Layout: send_error.
func (l *layout) Refusal(c *threaded.Conn) []string {
	r, now := c.Reader().(*reader).refusal, c.Loop().Clock().Now()
	switch {
	case r.exception != nil:
		rule := "----------------------------------------"
		c.Log().Loop(fmt.Sprintf("%s\nException occurred during processing of request from (%s, %d)\n"+
			"Traceback (most recent call last):\n%v\n%s",
			rule, repr(c.Peer().Addr().String()), c.Peer().Port(), r.exception, rule))
		return nil
	case r.silent:
		return nil
	}
	client := c.Peer().Addr().String()
	c.Log().Loop(string(appendLog(nil, client, now)) + fmt.Sprintf("code %d, message %s", r.status, r.message))
	c.Log().Loop(string(l.version.appendAccess(nil, client, now, r.logged(l.version), r.status)))
	body := r.body()
	if r.request.version == beforeHeads {
		return []string{body}
	}
	head := l.version.appendHead(nil, now, r.status, toLatin1(r.message))
	head = http1.AppendLine(head, "Connection", "close")
	head = http1.AppendLine(head, "Content-Type", "text/html;charset=utf-8")
	head = http1.AppendLine(head, "Content-Length", strconv.Itoa(len(body)))
	if r.request.method == http.MethodHead {
		body = ""
	}
	return []string{string(head) + "\r\n", body}
}
