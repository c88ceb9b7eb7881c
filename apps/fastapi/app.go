package fastapi

import (
	"math/rand/v2"
	"net/http"
	"strings"

	"github.com/target-server/target-server/internal/pyvalue"
	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/server/http1"
)

// App is the article's program at "/", FastAPI's own documents, and its answers to everything else.
type App struct {
	worker  *server.Worker
	version *Version
	routes  map[string]route
	greets  bool        // the answer names the request
	program *programApp // what is served instead, or nil
	router  *router     // of the program
}

// route is what one path accepts.
type route struct {
	allow  string // its methods, as an Allow header lists them
	handle func(http1.Exchange)
}

// takes reports whether the route accepts a method.
func (r route) takes(method string) bool {
	return method == http.MethodGet || method == http.MethodHead && r.allow != http.MethodGet
}

// New makes the program for a worker: [server.NewApp].
func (v *Version) New(w *server.Worker) server.App {
	a := &App{worker: w, version: v, routes: map[string]route{}, greets: w.Config().Mode == "cooperative"}
	allow := "GET, HEAD" // a Python set, whose order is another in each process
	if rand.New(rand.NewPCG(w.HashSeed(), 0)).Uint64()%2 == 0 {
		allow = "HEAD, GET"
	}
	for path, page := range v.pages {
		a.routes[path] = route{allow, func(e http1.Exchange) { e.Reply(page) }}
	}
	if p := w.Config().Program; p != nil {
		a.program, a.router = newProgram(w, v, p), newRouter(p, v.files, allow)
		return a
	}
	a.routes["/"] = route{http.MethodGet, a.index}
	return a
}

// Handle implements [server.App].
func (a *App) Handle(e http1.Exchange, head *http1.Head) {
	path := http1.Unquote(e.Path())
	if a.program != nil {
		a.serve(e, head, path)
		return
	}
	if r, found := a.route(path); found && r.takes(e.Method()) {
		r.handle(e)
		return
	}
	a.elsewhere(e, head, path)
}

// route finds the route at a decoded path. $ in Python's expressions also matches before a newline at the end.
func (a *App) route(path string) (r route, found bool) {
	r, found = a.routes[strings.TrimSuffix(path, "\n")]
	return r, found
}

// serve answers a request of a program that a file describes.
func (a *App) serve(e http1.Exchange, head *http1.Head, path string) {
	switch m := a.router.match(e.Method(), path); m.found {
	case foundRoute:
		a.program.handle(e, head, m.route, m.path)
	case foundFolder:
		a.program.list(e, head, m.route, m.text)
	case foundPage:
		e.Reply(a.page(m.text))
	case foundMethods:
		e.Reply(methodNotAllowed(m.text))
	case foundRedirect:
		a.redirect(e, head, m.text)
	default:
		e.Reply(a.version.notFound)
	}
}

// page is one of FastAPI's documents.
func (a *App) page(path string) *http1.Answer {
	if path == pagePaths[0] {
		return a.program.openAPI
	}
	return a.version.pages[path]
}

// index is the article's program: validation runs on the loop, so a wrong request is answered at once,
// however busy the threads are.
func (a *App) index(e http1.Exchange) {
	id, asked := parameters(e.Query())
	if !id.found {
		e.Reply(a.version.missingID)
		return
	}
	sleep, problem := a.worker.Sleep(asked.value, asked.found)
	if problem != "" {
		e.Reply(a.version.badSleep(problem))
		return
	}
	a.worker.Hold(e, id.value, sleep)
}

// ID implements [server.App].
func (a *App) ID(e http1.Exchange) string {
	id, _ := parameters(e.Query())
	return id.value
}

// elsewhere answers requests that no route accepts: 405 for the path of a route, a redirect for a path
// that differs from a route's only by the slash at its end, otherwise 404
// (starlette.routing.Router.app).
func (a *App) elsewhere(e http1.Exchange, head *http1.Head, path string) {
	if r, found := a.route(path); found {
		e.Reply(methodNotAllowed(r.allow))
		return
	}
	other := path + "/"
	if strings.HasSuffix(path, "/") {
		other = strings.TrimRight(path, "/")
	}
	if _, found := a.route(other); found {
		a.redirect(e, head, other)
		return
	}
	e.Reply(a.version.notFound)
}

// Hello is the answer of the article's programs: one of them names the request.
func (a *App) Hello(id string) *http1.Answer {
	if a.greets {
		return document(http.StatusOK, jsonType, pyvalue.JSON("hello #"+id))
	}
	return hello
}

var hello = document(http.StatusOK, jsonType, `"hello"`)

// Failed is Starlette's answer to an exception (starlette.middleware.errors.ServerErrorMiddleware).
func (a *App) Failed() *http1.Answer { return a.version.failed }

// QueueFull is our own (--queue).
func (a *App) QueueFull() *http1.Answer { return a.version.queueFull }
