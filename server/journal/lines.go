package journal

import (
	"net/http"
	"time"

	"github.com/target-server/target-server/accesslog"
	"github.com/target-server/target-server/server/http1"
)

// Lines is how a server spells its native log. Functions append a line without its end; one that is nil has no such
// line.
type Lines struct {
	// Server is a line of the server itself.
	Server func(b []byte, now time.Time, level Level, message string) []byte
	// Access is an access line.
	Access func(b []byte, now time.Time, e http1.Exchange, status int) []byte

	// InfoOnStdout: the server's lines of level Info go to stdout. All others go to stderr.
	InfoOnStdout bool
	// AccessOnStderr: access lines go to stderr instead of stdout.
	AccessOnStderr bool
	// Aside is the level, one of the unnamed ones, of what the event loop or the interpreter prints past the server's
	// log.
	Aside Level

	// Fields are the request's fields that an access line shows, in lower case.
	Fields []string
	// Format is what an access log format of the user's own shows.
	Format Format
}

// Format is what a server's access log format, given with --access-log-format, shows of a request.
type Format struct {
	// Atoms are whose format it is.
	Atoms accesslog.Dialect
	// Begin appends what comes before each line; nil is nothing.
	Begin func(b []byte, now time.Time) []byte
	// Target is what it shows of a target: all of it, its path and its query. Nil is what Uvicorn's access lines show.
	Target func(e http1.Exchange) (target, path, query string)
	// User is who a request says it comes from; nil is nobody.
	User func(e http1.Exchange) string
	// WSGI: the request's fields are text already, not the bytes that came.
	WSGI bool
}

// Plain is a line that is nothing but its message.
func Plain(b []byte, _ time.Time, _ Level, message string) []byte { return append(b, message...) }

// Bracketed is a line of the loggers that gunicorn and Hypercorn set up: time, process and level in brackets, then the
// message (gunicorn.glogging.Logger.error_fmt and datefmt, hypercorn.logging._create_logger).
func Bracketed(b []byte, now time.Time, level Level, message string) []byte {
	if level == Unnamed {
		return append(b, message...)
	}
	b = append(now.AppendFormat(b, "[2006-01-02 15:04:05 -0700] ["), processID...)
	b = append(append(append(b, "] ["...), level...), "] "...)
	return append(b, message...)
}

// Sent is how many bytes of an answer's body were sent: none to HEAD, or to a client that left before its answer.
func Sent(e http1.Exchange) int {
	if a := e.Answer(); a != nil && e.Method() != http.MethodHead {
		return len(a.Body)
	}
	return 0
}
