package flask

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/target-server/target-server/internal/pyvalue"
	"github.com/target-server/target-server/program"
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
	root     *state
	hashSeed uint64
	// orders are methods in the order of a Python set, which the process's hash seed decides. The order also depends on
	// whether the set was filled once or twice: Werkzeug fills it once if slashes were merged, and otherwise twice.
	orders map[order]string
}

// order is a set of methods, and how it was filled.
type order struct {
	methods string // in the alphabet's order
	once    bool
}

// New returns an application in a process with that hash seed. Its rules are those of routes, after the one for static
// files.
func New(v *Version, hashSeed uint64, routes []*program.Route) *App {
	a := &App{Version: v, root: &state{}, hashSeed: hashSeed, orders: map[order]string{}}
	methods, answers := methodsOf(http.MethodGet)
	a.root.add(&rule{methods: methods, answers: answers, view: static}, []part{{}, {text: "static"}, pathPart()})
	for i, route := range routes {
		parameters := route.Parameters
		u := &rule{view: i}
		u.methods, u.answers = methodsOf(route.Method)
		for _, p := range parameters {
			if p.InPath {
				u.converters = append(u.converters, p.Type)
			}
		}
		a.root.add(u, parts(v.merge(route.Path), parameters))
	}
	return a
}

// inOrder lists methods as the process's sets have them.
func (a *App) inOrder(methods []string, once bool) string {
	methods = slices.Sorted(slices.Values(methods))
	o := order{strings.Join(methods, ", "), once}
	if a.orders[o] == "" {
		hash := fnv.New64a()
		fmt.Fprint(hash, o)
		random := rand.New(rand.NewPCG(a.hashSeed, hash.Sum64()))
		random.Shuffle(len(methods), func(i, j int) { methods[i], methods[j] = methods[j], methods[i] })
		a.orders[o] = strings.Join(methods, ", ")
	}
	return a.orders[o]
}

// View is a view function that is to be called.
type View struct {
	Route  int      // which of the application's routes
	Values []string // of the path's parameters, as Python's str() writes them
}

// Route finds what answers a request: a view function, or Flask itself. The error is an exception, as Python prints it.
func (a *App) Route(e *Environ) (View, *http1.Answer, error) {
	host, ok := a.host(e.Host)
	if !ok {
		return View{}, badRequest, nil // BadHost
	}
	path := e.Path
	if path != "" {
		path = "/" + strings.TrimLeft(path, "/")
	}
	s := search{method: strings.ToUpper(e.Method), webSocket: e.webSocket()}
	switch s.walk(a.root, path, false, nil) {
	case atRule:
		return a.dispatch(&s, path)
	case needSlash:
		answer, err := a.redirect(host, path+"/", e.Query)
		return View{}, answer, err
	}
	answer, err := a.mergeSlashes(&s, e, host, path)
	return View{}, answer, err
}

// mergeSlashes tries again with runs of slashes merged, and redirects to what it finds.
func (a *App) mergeSlashes(s *search, e *Environ, host, path string) (*http1.Answer, error) {
	once := s.allowed == nil
	path = a.merge(path)
	switch s.walk(a.root, path, false, nil) {
	case atRule:
		return a.redirect(host, path, e.Query)
	case needSlash:
		return a.redirect(host, path+"/", e.Query)
	}
	return a.noMatch(s, once), nil
}

// noMatch is the answer where no rule has path and method. once: the set of allowed methods was filled once.
func (a *App) noMatch(s *search, once bool) *http1.Answer {
	switch {
	case s.allowed != nil:
		return methodNotAllowed(a.inOrder(s.allowed, once))
	case s.mismatch:
		return badRequest // WebsocketMismatch
	}
	return notFound
}

// dispatch is what follows a match: the values of the path's parameters, and Flask.dispatch_request.
func (a *App) dispatch(s *search, path string) (View, *http1.Answer, error) {
	for i, kind := range s.rule.converters {
		value, ok := s.values[i], true
		switch kind {
		case program.Int:
			s.values[i], ok = pyvalue.Int(value)
		case program.Float:
			s.values[i], ok = pyvalue.Float(value)
		}
		switch {
		case ok:
		case a.ChecksNumbers:
			return View{}, a.noMatch(s, true), nil
		default:
			return View{}, nil, tooManyDigits(value)
		}
	}
	switch {
	case s.rule.answers && s.method == http.MethodOptions:
		return View{}, options(a.allowedMethods(path)), nil
	case s.rule.view == static:
		return View{}, notFound, nil // there are no files
	}
	return View{s.rule.view, s.values}, nil, nil
}

// tooManyDigits is the exception of int().
func tooManyDigits(number string) error {
	return fmt.Errorf("ValueError: Exceeds the limit (4300 digits) for integer string conversion: "+
		"value has %d digits; use sys.set_int_max_str_digits() to increase the limit", utf8.RuneCountInString(number))
}

// allowedMethods is MapAdapter.allowed_methods, which asks for a method that no rule has.
func (a *App) allowedMethods(path string) string {
	s := search{method: "--"}
	s.walk(a.root, path, false, nil)
	s.walk(a.root, a.merge(path), false, nil)
	return a.inOrder(s.allowed, false)
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
