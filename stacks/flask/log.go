package flask

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"

	app "github.com/target-server/target-server/apps/flask"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/journal"
)

// The colours of werkzeug.serving._ansi_style. They are written even if stderr is not a terminal.
const (
	bold    = "\x1b[1m"
	red     = "\x1b[31m"
	green   = "\x1b[32m"
	yellow  = "\x1b[33m"
	magenta = "\x1b[35m"
	cyan    = "\x1b[36m"
	plain   = "\x1b[0m"

	boldRed = red + bold // of warnings
)

// lines are those of werkzeug._internal._log, whose handler adds nothing, and of WSGIRequestHandler.log_request. All of
// them go to stderr, except the banner of Flask itself.
func (v Version) lines() journal.Lines {
	return journal.Lines{
		Server: journal.Plain, Aside: journal.UnnamedWarning, InfoOnStdout: true, AccessOnStderr: true,
		Access: func(b []byte, now time.Time, e http1.Exchange, status int) []byte {
			client := e.AppendClient(nil)
			client = client[:max(0, bytes.LastIndexByte(client, ':'))]
			return v.appendAccess(b, string(client), now, v.request(e.Method(), e.Target(), e.Version()), status)
		},
		Format: journal.Format{WSGI: true},
	}
}

// appendAccess appends the line of WSGIRequestHandler.log_request. request is the request line as the log shows it.
func (v *Version) appendAccess(b []byte, client string, now time.Time, request string, status int) []byte {
	before := style(status)
	after := ""
	if before != "" {
		after = plain
	}
	b = append(appendLog(b, client, now), '"')
	b = append(append(append(append(b, before...), request...), after...), `" `...)
	return append(strconv.AppendInt(b, int64(status), 10), " -"...)
}

// appendLog appends what every line about a connection begins with.
func appendLog(b []byte, client string, now time.Time) []byte {
	return append(now.AppendFormat(append(append(b, client...), " - - ["...), "02/Jan/2006 15:04:05"), "] "...)
}

func style(status int) string {
	switch {
	case status/100 == 1:
		return bold
	case status == 200:
		return ""
	case status == 304:
		return cyan
	case status/100 == 3:
		return green
	case status == 404:
		return yellow
	case status/100 == 4:
		return boldRed
	}
	return magenta + bold
}

// request returns a request line as the log shows it.
func (v *Version) request(method, target, version string) string {
	return v.escape(method + " " + v.iri(target) + " HTTP/" + version)
}

// escape escapes characters that a terminal acts on.
func (v *Version) escape(text string) string {
	if !v.EscapesLog || !strings.ContainsFunc(text, acts) {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		switch {
		case r == '\\':
			b.WriteString(`\\`)
		case acts(r):
			fmt.Fprintf(&b, `\x%02x`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func acts(r rune) bool { return r < ' ' || r >= 0x7f && r < 0xa0 || r == '\\' }

// iri is uri_to_iri: percent-encoded characters are decoded, except those with a meaning.
func (v *Version) iri(url string) string {
	t, err := v.Splits.split(url)
	if err != nil {
		return url
	}
	t.path, t.query, t.fragment = v.shown(t.path, "/?#"), v.shown(t.query, "&=+#"), v.shown(t.fragment, "")
	t.netloc = v.Splits.shownNetloc(t.netloc)
	return v.Splits.unsplit(t)
}

// shown decodes one part of a URL. The characters in reserved stay encoded in this part; in the older version, all that
// url_quote would encode do.
func (v *Version) shown(part, reserved string) string {
	if !strings.Contains(part, "%") {
		return part
	}
	var b strings.Builder
	for i := 0; i < len(part); i++ {
		if part[i] == '%' && i+2 < len(part) {
			if c, err := strconv.ParseUint(part[i+1:i+3], 16, 8); err == nil && !v.staysEncoded(byte(c), reserved) {
				b.WriteByte(byte(c))
				i += 2
				continue
			}
		}
		b.WriteByte(part[i])
	}
	return app.KeepInvalid(b.String())
}

func (v *Version) staysEncoded(c byte, reserved string) bool {
	switch {
	case c >= 0x80:
		return false
	case v.Splits == SplitWerkzeug:
		return !strings.ContainsRune(letters+digits+"-._~$!'()*+,;", rune(c))
	}
	return c <= ' ' || c == '%' || c == 0x7f || strings.ContainsRune(reserved, rune(c))
}
