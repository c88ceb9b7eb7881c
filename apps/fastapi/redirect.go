package fastapi

import (
	"strings"
	"unicode/utf8"

	"github.com/target-server/target-server/internal/pyvalue"
	"github.com/target-server/target-server/server/http1"
)

// redirect answers with a redirect to another path, or fails.
func (a *App) redirect(e http1.Exchange, head *http1.Head, path string) {
	location, exception := a.location(e, head, path)
	if exception != "" {
		e.Hold(&raised{e, a.version.failed, exception})
		return
	}
	e.Reply(redirectSlash(location))
}

// defaultPorts are the ports that the URL of a scheme does not name.
var defaultPorts = map[string]uint16{"http": 80, "https": 443, "ws": 80, "wss": 443}

// location is the redirect's URL: on the host that the client has named, or else on the socket's address
// (starlette.datastructures.URL). exception is what that raises, or nothing.
func (a *App) location(e http1.Exchange, head *http1.Head, path string) (url, exception string) {
	host, named := head.Value("host")
	host = http1.Latin1(host)
	if !named || a.version.checksHost && !goodHost(host) {
		local := e.Local()
		host = strings.TrimSuffix(local.Addr().String(), "%"+local.Addr().Zone())
		port, known := defaultPorts[e.Scheme()]
		switch {
		case !known:
			return "", "KeyError: " + http1.Repr(e.Scheme())
		case local.Port() != port:
			host = local.String()
		}
	}
	query := e.Query()
	if !utf8.ValidString(query) {
		return "", pyvalue.DecodeError(query)
	}
	return a.version.url(e.Scheme()+"://"+host, path, query), ""
}

// raised is a request whose application raises an exception in its first step: ServerErrorMiddleware answers, and raises
// it again.
type raised struct {
	exchange  http1.Exchange
	answer    *http1.Answer
	exception string
}

// Run is the first step.
func (r *raised) Run() { r.exchange.Complete(r.answer) }

// Lasts implements [http1.Lasting].
func (r *raised) Lasts() bool { return true }

// Sent implements [http1.Lasting].
func (r *raised) Sent() { r.exchange.End(r.exception) }

// Unwind implements [http1.Lasting]: nothing runs for that.
func (r *raised) Unwind() bool { return false }
