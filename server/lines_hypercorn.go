package server

import (
	"strconv"
	"time"

	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/journal"
)

// hypercornAccess is an access line of Hypercorn with its default format, as
// --access-logfile - prints it. A request whose client has left has no status.
func hypercornAccess(b []byte, now time.Time, e http1.Exchange, status int) []byte {
	b = e.AppendClient(journal.Bracketed(b, now, journal.Info, ""))
	b = now.AppendFormat(append(b, " - - "...), "[02/Jan/2006:15:04:05 -0700]")
	b = append(append(append(b, ` "`...), e.Method()...), ' ')
	b = append(append(append(b, http1.Unquote(e.Path())...), ' '), e.Version()...)
	b = append(b, `" `...)
	if status == 0 {
		b = append(b, "- -"...)
	} else {
		b = append(strconv.AppendInt(b, int64(status), 10), ' ')
		b = append(b, orDash(e.Answer().Line("content-length"))...)
	}
	b = append(append(b, ` "`...), latin1Field(e, "referer")...)
	return append(append(append(b, `" "`...), latin1Field(e, "user-agent")...), '"')
}

// hypercornBegin is what stands before every line of its loggers.
func hypercornBegin(b []byte, now time.Time) []byte {
	return journal.Bracketed(b, now, journal.Info, "")
}

// orDash is what an atom without a value shows.
func orDash(value string) string {
	if value == "" {
		return "-"
	}
	return value
}

// latin1Field is a field as its atom shows it. An empty one is not a missing one.
func latin1Field(e http1.Exchange, name string) string {
	if !e.HasField(name) {
		return "-"
	}
	return http1.Latin1(e.Field(name))
}

// hypercornTarget is a target of which the path is decoded: that of the ASGI scope.
func hypercornTarget(e http1.Exchange) (target, path, query string) {
	path, query = http1.Unquote(e.Path()), e.Query()
	if query == "" {
		return path, path, query
	}
	return path + "?" + query, path, query
}
