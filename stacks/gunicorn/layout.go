package gunicorn

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/journal"
	"github.com/target-server/target-server/server/threaded"
)

// layout formats what gunicorn sends.
type layout struct {
	version Version
	closes  bool // after each answer
}

// Interim is the answer to an expectation, before the application is called (gunicorn.http.wsgi.create).
func (l *layout) Interim(_ *threaded.Conn, h *http1.Head) []string {
	pieces := make([]string, h.Continues)
	for i := range pieces {
		pieces[i] = "HTTP/1.1 100 Continue\r\n\r\n"
	}
	return pieces
}

// Head is Response.default_headers, followed by the application's fields.
func (l *layout) Head(dst []byte, x *threaded.Exchange, a *http1.Answer) (head []byte, stays bool) {
	stays = !l.closes && x.KeepAlive && x.Keeps
	dst = append(append(append(dst, "HTTP/"...), x.Version()...), ' ')
	dst = strconv.AppendInt(dst, int64(a.Status), 10)
	dst = append(append(append(dst, ' '), a.Reason...), "\r\nServer: gunicorn\r\nDate: "...)
	dst = x.Conn().Loop().Clock().Now().UTC().AppendFormat(dst, http.TimeFormat)
	connection := "\r\nConnection: close\r\n"
	if stays {
		connection = "\r\nConnection: keep-alive\r\n"
	}
	dst = append(dst, connection...)
	for _, line := range a.Lines {
		if !hoppish(line.Name) {
			dst = http1.AppendLine(dst, line.Name, line.Value)
		}
	}
	return append(dst, "\r\n"...), stays
}

// hoppish reports whether a field is one that gunicorn keeps from an application's answer (gunicorn.util.hop_headers). The
// others of them no application here sends.
func hoppish(name string) bool {
	switch len(name) {
	case len("te"):
		return strings.EqualFold(name, "te")
	case len("trailers"):
		return strings.EqualFold(name, "trailers")
	case len("proxy-authenticate"):
		return strings.EqualFold(name, "proxy-authenticate")
	case len("proxy-authorization"):
		return strings.EqualFold(name, "proxy-authorization")
	}
	return false
}

// Refusal is Worker.handle_error for a request that cannot be read.
func (l *layout) Refusal(c *threaded.Conn) []string {
	r := c.Head().Refusal
	if r.Class != "" {
		c.Log().Error("Socket error processing request.\n" + journal.Traceback + r.Cause + r.Class + ": " + r.Log)
		return nil
	}
	if l.version.Warns {
		c.Log().Warning("Invalid request from ip=" + c.Peer().Addr().String() + ": " + r.Log)
	}
	switch {
	case c.BodyOf() != nil:
		c.Log().Access(c.BodyOf().Bare(), r.Status)
	case r.Known:
		c.Log().Access(c.Refused(), r.Status)
	}
	return page(r.Status, r.Reason, r.Page)
}

// aborted is Worker.handle_error for an exception that a signal raises in the worker.
func (l *layout) aborted(c *threaded.Conn, x *threaded.Exchange, exception string) []string {
	switch {
	case x != nil && x.Begun(): // a second head must not follow the first
		c.Log().Access(x, x.Answer().Status)
		c.Log().Error("Error handling request\n" + journal.Traceback + exception)
		return nil
	case x != nil:
		return l.fails(x, exception)
	}
	c.Log().Error("Error handling request (no URI read)\n" + journal.Traceback + exception)
	return page(http.StatusInternalServerError, "Internal Server Error", "")
}

// invalidField is how the exception begins that is raised for a field which cannot be sent.
const invalidField = "Invalid HTTP Header: "

// raises is Response.process_headers for a redirect to a host with control characters.
func raises(x *threaded.Exchange) (exception string, stays bool) {
	a := x.Answer()
	if a.Status/100 != http.StatusMultipleChoices/100 {
		return "", false
	}
	for _, line := range a.Lines {
		if strings.ContainsFunc(line.Value, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			return invalidField + http1.Repr(http1.Repr(line.Value)), false
		}
	}
	return "", false
}

// fails is Worker.handle_error for an application that raised an exception. One about a field is taken for the client's.
func (l *layout) fails(x *threaded.Exchange, exception string) []string {
	if strings.HasPrefix(exception, invalidField) {
		if l.version.Warns {
			x.Conn().Log().Warning("Invalid request from ip=" + x.Conn().Peer().Addr().String() + ": " + exception)
		}
		x.Conn().Log().Access(x.Bare(), http.StatusBadRequest)
		return page(http.StatusBadRequest, "Bad Request", exception)
	}
	what := http1.Latin1(x.RawTarget())
	if l.version.NamesMethod {
		what = x.Method() + " " + what
	}
	c := x.Conn()
	c.Log().Error("Error handling request " + what + "\n" + journal.Traceback + exception)
	c.Log().Access(x.Bare(), http.StatusInternalServerError)
	return page(http.StatusInternalServerError, "Internal Server Error", "")
}

// escapes are html.escape's.
var escapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#x27;")

// page is gunicorn.util.write_error. Text that is not Latin-1 cannot be sent.
func page(status int, reason, text string) []string {
	body := "<html>\n  <head>\n    <title>" + reason + "</title>\n  </head>\n  <body>\n    <h1><p>" + reason +
		"</p></h1>\n    " + escapes.Replace(text) + "\n  </body>\n</html>\n"
	latin1 := make([]byte, 0, len(body))
	for _, r := range body {
		if r > 0xff {
			return nil
		}
		latin1 = append(latin1, byte(r))
	}
	const layout = "HTTP/1.1 %d %s\r\nConnection: close\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s"
	return []string{fmt.Sprintf(layout, status, reason, len(latin1), latin1)}
}
