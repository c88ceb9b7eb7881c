package server

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"strconv"
	"strings"
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

// gunicornAccess is gunicorn's default --access-logformat, whose atoms are safe: a
// quotation mark in them is escaped (gunicorn.glogging.SafeAtoms).
func gunicornAccess(b []byte, now time.Time, e http1.Exchange, status int) []byte {
	client, _, _ := strings.Cut(string(e.AppendClient(nil)), ":")
	b = append(append(append(b, client...), " - "...), safeAtom(basicUser(e.Field("authorization")))...)
	b = now.AppendFormat(b, " [02/Jan/2006:15:04:05 -0700] ")
	b = fmt.Appendf(b, `"%s %s HTTP/%s" %d %d "%s" "%s"`, safeAtom(e.Method()), safeAtom(e.RawTarget()), e.Version(), status,
		sentOf(e), safeAtom(e.Field("referer")), safeAtom(e.Field("user-agent")))
	return b
}

// safeAtom is a text as gunicorn's access log shows it.
func safeAtom(text string) string {
	if text == "" {
		return "-"
	}
	return http1.Latin1(strings.ReplaceAll(text, `"`, `\"`))
}

// sentOf is how many bytes of body were sent.
func sentOf(e http1.Exchange) int {
	if e.Method() == http.MethodHead {
		return 0
	}
	return len(e.Answer().Body)
}

// basicUser is Logger._get_user.
func basicUser(authorization string) string {
	scheme, credentials, found := strings.Cut(authorization, " ")
	if !found || len(scheme) < len("basic") || !strings.EqualFold(scheme[:len("basic")], "basic") {
		return ""
	}
	decoded, err := base64.StdEncoding.DecodeString(strings.TrimSpace(credentials))
	if user, _, colon := strings.Cut(string(decoded), ":"); err == nil && colon {
		return user
	}
	return ""
}
