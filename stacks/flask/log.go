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

// The colours of werkzeug.serving._ansi_style, which is used whether or not somebody sees them.
const (
	bold    = "\x1b[1m"
	red     = "\x1b[31m"
	green   = "\x1b[32m"
	Yellow  = "\x1b[33m"
	magenta = "\x1b[35m"
	cyan    = "\x1b[36m"
	Plain   = "\x1b[0m"

	// BoldRed is the style of warnings.
	BoldRed = red + bold
)

// lines are those of werkzeug._internal._log, whose handler adds nothing, and of WSGIRequestHandler.log_request. All of
// them go to stderr, except the banner of Flask itself.
func (s Version) lines() journal.Lines {
	return journal.Lines{
		Server: journal.Plain, Aside: journal.UnnamedWarning, InfoOnStdout: true, AccessOnStderr: true,
		Access: func(b []byte, now time.Time, e http1.Exchange, status int) []byte {
			client := e.AppendClient(nil)
			client = client[:max(0, bytes.LastIndexByte(client, ':'))]
			return s.AppendAccess(b, string(client), now, e.Method(), e.Target(), e.Version(), status)
		},
		Format: journal.Format{WSGI: true},
	}
}

// AppendAccess appends the line of WSGIRequestHandler.log_request, without its end.
func (s *Version) AppendAccess(b []byte, client string, now time.Time, method, target, version string, status int) []byte {
	return s.appendAccess(b, client, now, s.Request(method, target, version), status)
}

func (s *Version) appendAccess(b []byte, client string, now time.Time, request string, status int) []byte {
	before := style(status)
	after := ""
	if before != "" {
		after = Plain
	}
	b = append(appendLog(b, client, now), '"')
	b = append(append(append(append(b, before...), request...), after...), `" `...)
	return append(strconv.AppendInt(b, int64(status), 10), " -"...)
}

// appendLog is what every line of a connection begins with.
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
		return Yellow
	case status/100 == 4:
		return BoldRed
	}
	return magenta + bold
}

// Request is a request line as the log shows it.
func (s *Version) Request(method, target, version string) string {
	return s.escape(method + " " + s.iri(target) + " HTTP/" + version)
}

// escape escapes what would act on a terminal.
func (s *Version) escape(text string) string {
	if !s.EscapesLog || !strings.ContainsFunc(text, acts) {
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

// iri is uri_to_iri: percent-encoded characters are shown as they are, but for those that mean something.
func (s *Version) iri(url string) string {
	t, err := s.Splits.split(url)
	if err != nil {
		return url
	}
	t.path, t.query, t.fragment = s.shown(t.path, "/?#"), s.shown(t.query, "&=+#"), s.shown(t.fragment, "")
	t.netloc = s.Splits.shownNetloc(t.netloc)
	return t.String()
}

// shown decodes one part of a URL. reserved are the characters that stay encoded in this part; the older version keeps
// all that url_quote would encode.
func (s *Version) shown(part, reserved string) string {
	if !strings.Contains(part, "%") {
		return part
	}
	var b strings.Builder
	for i := 0; i < len(part); i++ {
		if part[i] == '%' && i+2 < len(part) {
			if v, err := strconv.ParseUint(part[i+1:i+3], 16, 8); err == nil && !s.staysEncoded(byte(v), reserved) {
				b.WriteByte(byte(v))
				i += 2
				continue
			}
		}
		b.WriteByte(part[i])
	}
	return app.KeepInvalid(b.String())
}

func (s *Version) staysEncoded(c byte, reserved string) bool {
	switch {
	case c >= 0x80:
		return false
	case s.Splits == SplitWerkzeug:
		return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~$!'()*+,;", rune(c))
	}
	return c <= ' ' || c == '%' || c == 0x7f || strings.ContainsRune(reserved, rune(c))
}
