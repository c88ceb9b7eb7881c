package server

import (
	"strconv"
	"strings"
	"time"

	"github.com/target-server/target-server/server/http1"
)

// hypercornAccess is an access line of Hypercorn with its default format, as
// --access-logfile - prints it. A request whose client has left has no status.
func hypercornAccess(b []byte, now time.Time, e http1.Exchange, status int) []byte {
	b = e.AppendClient(gunicornServer(b, now, Info, ""))
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
	b = append(append(b, ` "`...), orDash(e.Field("Referer"))...)
	return append(append(append(b, `" "`...), orDash(e.Field("User-Agent"))...), '"')
}

// hypercornBegin is what stands before every line of its loggers.
func hypercornBegin(b []byte, now time.Time) []byte { return gunicornServer(b, now, Info, "") }

// orDash is what an atom without a value shows.
func orDash(value string) string {
	if value == "" {
		return "-"
	}
	return strings.ToValidUTF8(value, "\uFFFD")
}
