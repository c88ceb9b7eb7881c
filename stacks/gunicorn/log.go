package gunicorn

import (
	"encoding/base64"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/target-server/target-server/server/threaded"

	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/journal"
)

// lines are those of gunicorn's own workers.
func lines(user func(credentials string) (string, bool)) journal.Lines {
	return journal.Lines{
		Server: journal.Bracketed, Access: accessLine(user), Fields: []string{"referer", "user-agent", "authorization"},
		Format: journal.Format{
			WSGI: true, Target: target, User: func(e http1.Exchange) string { return basicUser(e, user) },
		},
	}
}

// target is RAW_URI, PATH_INFO (gunicorn.util.unquote_to_wsgi_str) and
// QUERY_STRING of the environment. One that was not completed has no PATH_INFO.
func target(e http1.Exchange) (whole, path, query string) {
	path = "None"
	if x, ok := e.(*threaded.Exchange); !ok || x.Whole() {
		path = http1.Latin1(string(http1.UnquoteBytes(http1.Latin1(e.Path()))))
	}
	return http1.Latin1(e.RawTarget()), path, http1.Latin1(e.Query())
}

// accessLine is gunicorn's default --access-logformat, whose atoms are safe: a
// quotation mark in them is escaped (gunicorn.glogging.SafeAtoms). user is who an
// Authorization names, see Logger._get_user.
func accessLine(user func(credentials string) (string, bool)) func(b []byte, now time.Time, e http1.Exchange, status int) []byte {
	return func(b []byte, now time.Time, e http1.Exchange, status int) []byte {
		client := string(e.AppendClient(nil))
		client = client[:max(0, strings.LastIndexByte(client, ':'))] // an address of IPv6 has colons too
		b = append(append(append(b, client...), " - "...), safeAtom(basicUser(e, user))...)
		b = now.AppendFormat(b, " [02/Jan/2006:15:04:05 -0700] ")
		return fmt.Appendf(b, `"%s %s HTTP/%s" %d %d "%s" "%s"`, safeAtom(http1.Latin1(e.Method())), safeAtom(http1.Latin1(e.RawTarget())),
			e.Version(), status, journal.Sent(e), fieldAtom(e, "referer"), fieldAtom(e, "user-agent"))
	}
}

// safeAtom is a text as gunicorn's access log shows it.
func safeAtom(text string) string {
	if text == "" {
		return "-"
	}
	return strings.ReplaceAll(text, `"`, `\"`)
}

// fieldAtom is a field: an empty one is not a missing one.
func fieldAtom(e http1.Exchange, name string) string {
	if e.HasField(name) && e.Field(name) == "" {
		return ""
	}
	return safeAtom(e.Field(name))
}

// basicUser is Logger._get_user.
func basicUser(e http1.Exchange, user func(string) (string, bool)) string {
	scheme, credentials, found := strings.Cut(e.Field("authorization"), " ")
	if !found || len(scheme) < len("basic") || !strings.EqualFold(scheme[:len("basic")], "basic") {
		return ""
	}
	decoded, err := base64.StdEncoding.DecodeString(strings.TrimSpace(credentials))
	if name, ok := user(string(decoded)); err == nil && ok && utf8.ValidString(name) {
		return name
	}
	return ""
}

// userWithColon is how gunicorn 20 finds the user, and userBeforeColon how gunicorn
// 27 does, which wants no password.
func userWithColon(credentials string) (string, bool) {
	name, _, found := strings.Cut(credentials, ":")
	return name, found
}

func userBeforeColon(credentials string) (string, bool) {
	name, _, _ := strings.Cut(credentials, ":")
	return name, true
}
