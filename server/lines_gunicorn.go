package server

import (
	"strconv"
	"time"

	"github.com/target-server/target-server/server/http1"
)

// gunicornServer is gunicorn.glogging.Logger.error_fmt with its datefmt.
func gunicornServer(b []byte, now time.Time, level Level, message string) []byte {
	if level == Unnamed {
		return append(b, message...)
	}
	b = append(now.AppendFormat(b, "[2006-01-02 15:04:05 -0700] ["), processID...)
	b = append(append(append(b, "] ["...), level...), "] "...)
	return append(b, message...)
}

// uvicornWorkerAccess is what uvicorn.access says in a handler of gunicorn's
// access log, whose format is the bare message.
func uvicornWorkerAccess(b []byte, _ time.Time, e http1.Exchange, status int) []byte {
	b = append(append(e.AppendClient(b), ` - "`...), e.Method()...)
	b = append(append(append(append(b, ' '), e.Target()...), " HTTP/"...), e.Version()...)
	return strconv.AppendInt(append(b, `" `...), int64(status), 10)
}
