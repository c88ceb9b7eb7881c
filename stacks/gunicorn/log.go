package gunicorn

import (
	"fmt"
	"strings"
	"time"

	"github.com/target-server/target-server/accesslog"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/journal"
	"github.com/target-server/target-server/server/threaded"
)

// boots and exits are lines of Arbiter.spawn_worker, with the worker's process id.
const (
	boots = "Booting worker with pid: %d"
	exits = "Worker exiting (pid: %d)"
)

// lines are those of gunicorn's own workers.
func (v Version) lines() journal.Lines {
	return journal.Lines{
		Server: journal.Bracketed, Access: accessLine(v.user), Fields: []string{"referer", "user-agent", "authorization"},
		Format: journal.Format{
			Atoms: accesslog.Gunicorn, WSGI: true, Target: target, Variable: variable(v.Software),
			User: func(e http1.Exchange) string { return basicUser(e, v.user) },
		},
	}
}

// target is RAW_URI, PATH_INFO (gunicorn.util.unquote_to_wsgi_str) and QUERY_STRING of the environment, which has no
// PATH_INFO if it was not completed.
func target(e http1.Exchange) (whole, path, query string) {
	path = "None"
	if wholeEnviron(e) {
		path = http1.Latin1(string(http1.UnquoteBytes(http1.Latin1(e.Path()))))
	}
	return http1.Latin1(e.RawTarget()), path, http1.Latin1(e.Query())
}

// accessLine is gunicorn's default --access-logformat, whose atoms are safe: a quotation mark in them is escaped
// (gunicorn.glogging.SafeAtoms).
func accessLine(user journal.FindUser) func([]byte, time.Time, http1.Exchange, int) []byte {
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
	value, found := journal.Field(e.Fields(), name)
	if !found || !wholeEnviron(e) {
		return "-"
	}
	return strings.ReplaceAll(value, `"`, `\"`)
}

// basicUser is the user in the environment of a request.
func basicUser(e http1.Exchange, user journal.FindUser) string {
	if !wholeEnviron(e) {
		return ""
	}
	return journal.BasicUser(e, user)
}

// wholeEnviron reports whether the environment of a request was completed (gunicorn.http.wsgi.create). Otherwise it is
// default_environ.
func wholeEnviron(e http1.Exchange) bool {
	x, ok := e.(*threaded.Exchange)
	return !ok || x.Whole()
}

// variable is a variable of a request's environment, by its name in lower case.
func variable(software string) func(http1.Exchange, string) (string, bool) {
	format := &journal.Format{WSGI: true, Target: target}
	return func(e http1.Exchange, name string) (string, bool) {
		switch name {
		case "server_software":
			return software, true
		case "request_method", "query_string", "raw_uri", "server_protocol", "remote_addr", "remote_port":
			return format.Environ(e, name)
		}
		if !wholeEnviron(e) {
			return "", false
		}
		return format.Environ(e, name)
	}
}

// userWithColon is how gunicorn 20 finds the user.
func userWithColon(credentials string) (string, bool) {
	name, _, found := strings.Cut(credentials, ":")
	return name, found
}
