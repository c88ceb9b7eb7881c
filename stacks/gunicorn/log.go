package gunicorn

import (
	"encoding/base64"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/journal"
	"github.com/target-server/target-server/server/threaded"
)

// boots and exits are lines of Arbiter.spawn_worker, with the worker's process id.
const (
	boots = "Booting worker with pid: %d"
	exits = "Worker exiting (pid: %d)"
)

// lines are those of gunicorn's own workers. user is Version.user.
func lines(user findUser) journal.Lines {
	return journal.Lines{
		Server: journal.Bracketed, Access: accessLine(user), Fields: []string{"referer", "user-agent", "authorization"},
		Format: journal.Format{
			WSGI: true, Target: target, User: func(e http1.Exchange) string { return basicUser(e, user) },
		},
	}
}

// target is RAW_URI, PATH_INFO (gunicorn.util.unquote_to_wsgi_str) and QUERY_STRING of the environment, which has no
// PATH_INFO if it was not completed.
func target(e http1.Exchange) (whole, path, query string) {
	path = "None"
	if x, ok := e.(*threaded.Exchange); !ok || x.Whole() {
		path = http1.Latin1(string(http1.UnquoteBytes(http1.Latin1(e.Path()))))
	}
	return http1.Latin1(e.RawTarget()), path, http1.Latin1(e.Query())
}

// accessLine is gunicorn's default --access-logformat, whose atoms are safe: a quotation mark in them is escaped
// (gunicorn.glogging.SafeAtoms).
func accessLine(user findUser) func([]byte, time.Time, http1.Exchange, int) []byte {
	return func(b []byte, now time.Time, e http1.Exchange, status int) []byte {
		client := string(e.AppendClient(nil))
		client = client[:max(0, strings.LastIndexByte(client, ':'))] // an address of IPv6 has colons too
		b = append(append(append(b, client...), " - "...), safeAtom(basicUser(e, user))...)
		b = now.AppendFormat(b, " [02/Jan/2006:15:04:05 -0700] ")
		return fmt.Appendf(b, `"%s %s HTTP/%s" %d %d "%s" "%s"`,
			safeAtom(http1.Latin1(e.Method())), safeAtom(http1.Latin1(e.RawTarget())), e.Version(),
			status, journal.Sent(e), fieldAtom(e, "referer"), fieldAtom(e, "user-agent"))
	}
}

// safeAtom is a text as gunicorn's access log shows it.
func safeAtom(text string) string {
	if text == "" {
		return "-"
	}
	return strings.ReplaceAll(text, `"`, `\"`)
}

// fieldAtom is a field. Unlike a missing one, an empty one is shown as it is.
func fieldAtom(e http1.Exchange, name string) string {
	if e.HasField(name) && e.Field(name) == "" {
		return ""
	}
	return safeAtom(e.Field(name))
}

// findUser returns the user in the decoded credentials of an Authorization field.
type findUser func(credentials string) (string, bool)

// basicUser is Logger._get_user.
func basicUser(e http1.Exchange, user findUser) string {
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

// userWithColon is how gunicorn 20 finds the user.
func userWithColon(credentials string) (string, bool) {
	name, _, found := strings.Cut(credentials, ":")
	return name, found
}

// userBeforeColon is how gunicorn 27 does: there need be no password.
func userBeforeColon(credentials string) (string, bool) {
	name, _, _ := strings.Cut(credentials, ":")
	return name, true
}
