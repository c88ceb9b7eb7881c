package flask

import (
	"math/rand/v2"
	"strings"

	"github.com/target-server/target-server/server/http1"
)

// Environ is the part of a WSGI environment that Flask uses.
type Environ struct {
	Method string // REQUEST_METHOD
	Path   string // PATH_INFO: percent-decoded, as text
	Query  string // QUERY_STRING: as it came
	Host   string // HTTP_HOST, or SERVER_NAME and SERVER_PORT
	// Connection and Upgrade are the fields of these names: a WebSocket has no route.
	Connection, Upgrade string
}

// App is one process's application.
type App struct {
	*Version
	// allow and merged are the methods of a rule in the order of a Python set, which is random in each process. The
	// order also depends on whether the set was filled once or twice: Werkzeug fills it once if slashes were merged,
	// and otherwise twice.
	allow, merged string
}

// New returns an application whose random choices come from r.
func New(v *Version, r *rand.Rand) *App { return &App{v, anyOrder(r), anyOrder(r)} }

func anyOrder(r *rand.Rand) string {
	methods := []string{"GET", "HEAD", "OPTIONS"}
	r.Shuffle(len(methods), func(i, j int) { methods[i], methods[j] = methods[j], methods[i] })
	return strings.Join(methods, ", ")
}

// Route returns Flask's own answer to a request, or nil if the view function is to be called.
func (a *App) Route(e *Environ) *http1.Answer {
	host, ok := a.host(e.Host)
	if !ok {
		return badRequest // BadHost
	}
	path := e.Path
	if path != "" {
		path = "/" + strings.TrimLeft(path, "/")
	}
	rule, method := find(path), strings.ToUpper(e.Method)
	switch {
	case path == "" && hasMethod(method):
		if e.webSocket() {
			return notFound
		}
		return a.redirect(host, "/", e.Query)
	case rule == nowhere:
		return a.mergeSlashes(e, host, path)
	case !hasMethod(method):
		return methodNotAllowed(a.allow)
	case e.webSocket():
		return badRequest // WebsocketMismatch
	case method == "OPTIONS":
		return options(a.allow)
	case rule == static:
		return notFound // there are no files
	}
	return nil
}

// mergeSlashes tries again with runs of slashes merged, and redirects to what it finds.
func (a *App) mergeSlashes(e *Environ, host, path string) *http1.Answer {
	path = a.merge(path)
	switch {
	case path == "" || find(path) == nowhere:
		return notFound
	case !hasMethod(strings.ToUpper(e.Method)):
		return methodNotAllowed(a.merged)
	case e.webSocket():
		return badRequest
	}
	return a.redirect(host, path, e.Query)
}

// merge is re.sub, which replaces runs of slashes by one.
func (v *Version) merge(path string) string {
	if v.MergesPairs {
		return strings.ReplaceAll(path, "//", "/")
	}
	for strings.Contains(path, "//") {
		path = strings.ReplaceAll(path, "//", "/")
	}
	return path
}

// rule is what a path leads to.
type rule uint8

const (
	nowhere rule = iota
	index        // "/"
	static       // "/static/<path:filename>"
)

// find is StateMachineMatcher.match for the two rules. A file's name does not start with a slash, and only its first
// character may be a line feed ([^/].*?).
func find(path string) rule {
	name, ok := strings.CutPrefix(path, "/static/")
	switch {
	case path == "/":
		return index
	case ok && name != "" && name[0] != '/' && !strings.Contains(name[1:], "\n"):
		return static
	}
	return nowhere
}

func hasMethod(method string) bool { return method == "GET" || method == "HEAD" || method == "OPTIONS" }

// webSocket reports whether the request asks for a WebSocket (Map.bind_to_environ).
func (e *Environ) webSocket() bool {
	if !strings.EqualFold(e.Upgrade, "websocket") {
		return false
	}
	for option := range strings.SplitSeq(e.Connection, ",") {
		if strings.EqualFold(strings.TrimSpace(option), "upgrade") {
			return true
		}
	}
	return false
}
