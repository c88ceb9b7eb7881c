package server

import (
	"context"
	"net/http"
	"net/netip"
	"regexp"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/stacks"
)

// fastapi is the article's program at "/", FastAPI's own documents, and its
// answers to everything else.
type fastapi struct {
	worker *Worker
	mux    *chi.Mux
	app    stacks.FastAPI
	pages  string // the methods of a page, in the order of this process
	match  *chi.Context
}

func newFastAPI(w *Worker, app stacks.FastAPI) *fastapi {
	r := &fastapi{worker: w, mux: chi.NewRouter(), app: app, pages: "GET, HEAD", match: chi.NewRouteContext()}
	if w.random.Uint64()%2 == 0 {
		r.pages = "HEAD, GET"
	}
	r.mux.Get("/", r.index)
	for _, p := range r.app.Pages {
		serve := func(w http.ResponseWriter, _ *http.Request) { reply(w, p.Answer) }
		r.mux.Get(p.Path, serve)
		r.mux.Head(p.Path, serve)
	}
	r.mux.NotFound(r.elsewhere)
	r.mux.MethodNotAllowed(r.elsewhere)
	return r
}

// template is a request with a place for what chi finds: one request is routed
// at a time, so one place will do. Without it chi copies every request to give
// it one, which is most of what a request allocates.
func (r *fastapi) template() *http.Request {
	return new(http.Request).WithContext(context.WithValue(context.Background(), chi.RouteCtxKey, r.match))
}

// ServeHTTP implements http.Handler. chi takes an empty path for the root;
// Starlette does not.
func (r *fastapi) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if req.URL.Path == "" {
		r.elsewhere(w, req)
		return
	}
	r.match.Reset()
	r.match.Routes = r.mux
	r.mux.ServeHTTP(w, req)
}

// index is the article's program: validation is the loop's work, so that a
// wrong request is answered at once however busy the threads are.
func (r *fastapi) index(w http.ResponseWriter, req *http.Request) {
	id, found := lastValue(req.URL.RawQuery, "id")
	if !found {
		reply(w, r.app.MissingID)
		return
	}
	sleep := r.worker.cfg.Sleep
	if text, found := lastValue(req.URL.RawQuery, "sleep"); found {
		var err error
		if sleep, err = config.ParseDuration(text); err != nil || sleep < 0 || sleep > longestSleep {
			reply(w, r.app.BadSleep)
			return
		}
	}
	r.worker.hold(w.(http1.Exchange), id, sleep)
}

// elsewhere answers what no route takes: 405 if the path is known, a redirect
// if it is but for its slash, else 404 (starlette.routing.Router.app).
func (r *fastapi) elsewhere(w http.ResponseWriter, req *http.Request) {
	path := req.URL.Path
	if allow := r.methods(path); allow != "" {
		reply(w, stacks.MethodNotAllowed(allow))
		return
	}
	other := path + "/"
	if strings.HasSuffix(path, "/") {
		other = strings.TrimRight(path, "/")
	}
	if path != "/" && r.methods(other) != "" {
		reply(w, stacks.RedirectSlash(r.location(w.(http1.Exchange), req, other)))
		return
	}
	reply(w, r.app.NotFound)
}

// methods are those that a path has, as an Allow header lists them, or "".
func (r *fastapi) methods(path string) string {
	switch {
	case path == "" || !r.mux.Match(chi.NewRouteContext(), http.MethodGet, path):
		return ""
	case path == "/":
		return http.MethodGet
	}
	return r.pages
}

// hostHeader is what Starlette 1.10 takes for a host (starlette._utils._HOST_RE).
var hostHeader = regexp.MustCompile(`(?i)^(?:[a-z0-9._~%!$&'()*+,;=-]+|\[([a-f0-9]*:[a-f0-9.:]+)\]|\[v[a-f0-9]+\.[a-z0-9._~!$&'()*+,;=:-]+\])(?::0*([0-9]{1,5}))?$`)

// goodHost tells whether a Host field names a host, and a port there can be.
func goodHost(host string) bool {
	m := hostHeader.FindStringSubmatch(host)
	if m == nil {
		return false
	}
	if _, err := netip.ParseAddr(m[1]); m[1] != "" && err != nil {
		return false
	}
	port, err := strconv.Atoi(m[2])
	return m[2] == "" || err == nil && port <= 65535
}

// location is the redirect's URL: on the host that the client named, or else
// on the socket's address (starlette.datastructures.URL).
func (r *fastapi) location(c http1.Exchange, req *http.Request, path string) string {
	host := req.Host
	if _, named := req.Header["Host"]; !named || r.app.ChecksHost && !goodHost(host) {
		local := c.Local()
		host = strings.TrimSuffix(local.Addr().String(), "%"+local.Addr().Zone())
		if local.Port() != 80 {
			host = local.String()
		}
	}
	url := c.Scheme() + "://" + host + path
	if req.URL.RawQuery != "" {
		url += "?" + req.URL.RawQuery
	}
	return http1.Quote(url, ":/%#?=@[]!$&'()*+,;")
}

// hello is what the article's programs answer: one of them names the request.
func (r *fastapi) hello(id string) *http1.Answer {
	if r.worker.cfg.Mode == "cooperative" {
		return stacks.Document(http.StatusOK, "application/json", quoteJSON("hello #"+id))
	}
	return hello
}

var hello = stacks.Document(http.StatusOK, "application/json", `"hello"`)

func (r *fastapi) failed() *http1.Answer { return r.app.Failed }

func (r *fastapi) queueFull() *http1.Answer { return r.app.QueueFull }

// quoteJSON writes a string as Python's json.dumps does with
// ensure_ascii=False: control characters, quote and backslash are escaped.
func quoteJSON(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch r {
		case '"', '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case '\n':
			b.WriteString(`\n`)
		case '\r':
			b.WriteString(`\r`)
		case '\t':
			b.WriteString(`\t`)
		case '\b':
			b.WriteString(`\b`)
		case '\f':
			b.WriteString(`\f`)
		default:
			if r < ' ' {
				b.WriteString(`\u00` + strconv.FormatInt(int64(r)>>4, 16) + strconv.FormatInt(int64(r)&15, 16))
			} else {
				b.WriteRune(r)
			}
		}
	}
	b.WriteByte('"')
	return b.String()
}
