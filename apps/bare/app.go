package bare

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/target-server/target-server/apps/functions"
	"github.com/target-server/target-server/program"
	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/server/http1"
)

// Server is what the program uses of its server.
type Server struct {
	Async bool // functions are coroutines; otherwise they run in the thread that has read the request
	// Sleeps is how long a sleep of that length takes; nil means exactly so long.
	Sleeps func(time.Duration) time.Duration
	// Missing is how an optional parameter is written that is missing.
	Missing string
	// Escape escapes a value for the inside of a JSON string.
	Escape func(string) string

	// Answer is the answer of a function that has returned.
	Answer func(route *program.Route, body string) *http1.Answer
	// Error is the answer of a function that raises a status.
	Error func(status int) *http1.Answer
	// Failed logs an exception, given by its name, and is the answer of its function.
	Failed func(exception string) *http1.Answer
	// Wrong is the answer to a parameter that is missing or not of its type, as problem says.
	Wrong func(problem string) *http1.Answer
}

// App is a program in a worker.
type App struct {
	worker *server.Worker
	server Server
	routes []*route
}

// route is a route of the program.
type route struct {
	*program.Route
	name     string
	function *functions.Function
	pattern  *regexp.Regexp // nil for a path without parameters
	pieces   []program.Piece
	fixed    *http1.Answer // every answer, if the body names no parameter
}

// New makes the app of a program.
func New(w *server.Worker, p *program.Program, s Server) *App {
	a := &App{worker: w, server: s}
	process := functions.NewProcess(w, p)
	for _, r := range p.Routes {
		n := &route{Route: r, name: r.Name(), function: process.New(r.Steps, r.Parameters, nil), pieces: program.Pieces(r.Body, r.Parameters)}
		if strings.Contains(r.Path, "{") {
			n.pattern = compile(r.Path)
		}
		if !slices.ContainsFunc(n.pieces, func(p program.Piece) bool { return p.Name != "" }) {
			n.fixed = s.Answer(r, r.Body)
		}
		a.routes = append(a.routes, n)
	}
	return a
}

var inBraces = regexp.MustCompile(`\{[^}]*\}`)

// compile makes the expression of a path: a parameter is one or more characters other than a slash.
func compile(path string) *regexp.Regexp {
	var b strings.Builder
	begin := 0
	for _, m := range inBraces.FindAllStringIndex(path, -1) {
		b.WriteString(regexp.QuoteMeta(path[begin:m[0]]) + `([^/]+)`)
		begin = m[1]
	}
	return regexp.MustCompile(`^` + b.String() + regexp.QuoteMeta(path[begin:]) + `$`)
}

// Match is the route of a request.
type Match struct {
	route *route
	path  []string // the values of the path's parameters
	// Allowed are the methods of the routes that have the path, in the file's order.
	Allowed []string
}

// Found reports whether there is a route with the path and the method.
func (m *Match) Found() bool { return m.route != nil }

// InQuery reports whether the route has parameters of the query.
func (m *Match) InQuery() bool { return len(m.route.Parameters) > len(m.path) }

// Find finds the first route that has the path and one of the methods, which are tried one after another.
func (a *App) Find(path string, methods ...string) Match {
	var m Match
	for _, method := range methods {
		if m = a.find(path, method); m.Found() {
			return m
		}
	}
	return m
}

func (a *App) find(path, method string) Match {
	m := Match{}
	for _, r := range a.routes {
		var values []string
		if r.pattern == nil {
			if r.Path != path {
				continue
			}
		} else if values = r.pattern.FindStringSubmatch(path); values == nil {
			continue
		}
		if r.Method == method {
			if values != nil {
				values = values[1:]
			}
			return Match{route: r, path: values}
		}
		if !slices.Contains(m.Allowed, r.Method) {
			m.Allowed = append(m.Allowed, r.Method)
		}
	}
	return m
}

// Run runs a request's function, or answers at once if a parameter is wrong. decode decodes a parameter of the path, and
// query finds one of the query.
func (a *App) Run(e http1.Exchange, m Match, decode func(string) string, query func(name string) (string, bool)) {
	values := make([]string, 0, len(m.route.Parameters))
	for i, p := range m.route.Parameters {
		text, given := "", true
		if i < len(m.path) {
			text = decode(m.path[i])
		} else {
			text, given = query(p.Name)
		}
		switch {
		case !given && !p.Optional:
			e.Reply(a.server.Wrong(p.Name + " is missing"))
			return
		case !given:
			text = a.server.Missing
		case !fits(p.Type, text):
			e.Reply(a.server.Wrong(p.Name + " is not a value of type " + string(p.Type)))
			return
		}
		values = append(values, text)
	}
	id, _ := query("id")
	if id == "" && len(m.path) > 0 {
		id = values[0]
	}
	t := &task{app: a, route: m.route, values: values}
	t.Name, t.Replier = m.route.name, t
	t.Request = a.worker.HoldScript(e, id, t)
}

// Expressions of values of each type.
var (
	integers = regexp.MustCompile(`^[+-]?[0-9]+$`)
	floats   = regexp.MustCompile(`^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$`)
	booleans = regexp.MustCompile(`^(true|false)$`)
)

// fits reports whether a text is a value of a type. It stays the text that it is.
func fits(kind program.Type, text string) bool {
	switch kind {
	case program.Int:
		return integers.MatchString(text)
	case program.Float:
		return floats.MatchString(text)
	case program.Bool:
		return booleans.MatchString(text)
	}
	return true
}

// answer is the answer with the values of the route's parameters.
func (r *route) answer(s *Server, values []string) *http1.Answer {
	if r.fixed != nil {
		return r.fixed
	}
	var body strings.Builder
	for _, piece := range r.pieces {
		i := slices.IndexFunc(r.Parameters, func(p program.Parameter) bool { return p.Name == piece.Name && piece.Name != "" })
		switch {
		case i < 0:
			body.WriteString(piece.Text)
		case r.JSON():
			body.WriteString(s.Escape(values[i]))
		default:
			body.WriteString(values[i])
		}
	}
	return s.Answer(r.Route, body.String())
}
