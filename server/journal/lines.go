package journal

import (
	"net/http"
	"time"

	"github.com/target-server/target-server/server/http1"
)

// Lines is the format of a server's native log. Its functions append a line without the line end; with a nil function,
// the log has no such line.
type Lines struct {
	// Server appends a line of the server itself.
	Server func(b []byte, now time.Time, level Level, message string) []byte
	// Access appends an access line.
	Access func(b []byte, now time.Time, e http1.Exchange, status int) []byte

	// InfoOnStdout sends the server's lines of level Info to stdout instead of stderr.
	InfoOnStdout bool
	// AccessOnStderr sends access lines to stderr instead of stdout.
	AccessOnStderr bool
	// Aside is the level, one of the unnamed ones, of lines that the event loop or the interpreter prints without the
	// server's log.
	Aside Level

	// OnTerminal replaces Server and Access if stdout is a terminal; nil if a terminal changes nothing. A terminal on
	// stderr is of no importance.
	OnTerminal *Lines

	// Fields are the request fields that an access line shows, in lower case.
	Fields []string
	// Format is how the server applies a user's access log format.
	Format Format
}

// Plain appends a line that consists of its message only.
func Plain(b []byte, _ time.Time, _ Level, message string) []byte { return append(b, message...) }

// Bracketed appends a line as the loggers of gunicorn and Hypercorn do: time, process and level in brackets, then the
// message (gunicorn.glogging.Logger.error_fmt and datefmt, hypercorn.logging._create_logger).
func Bracketed(b []byte, now time.Time, level Level, message string) []byte {
	if level == Unnamed {
		return append(b, message...)
	}
	b = append(now.AppendFormat(b, "[2006-01-02 15:04:05 -0700] ["), processIDText...)
	b = append(append(append(b, "] ["...), level...), "] "...)
	return append(b, message...)
}

// Sent is how many bytes of body were sent: none in answer to HEAD, or to a client that left first.
func Sent(e http1.Exchange) int {
	if a := e.Answer(); a != nil && e.Method() != http.MethodHead {
		return len(a.Body)
	}
	return 0
}
