package fastapi

import (
	"net/http"
	"slices"
	"strings"

	"github.com/target-server/target-server/apps/fastapi/files"
	"github.com/target-server/target-server/program"
)

// router finds the route of a request as Starlette's Router does (starlette.routing.Router.app, and since FastAPI 0.165
// fastapi.routing.APIRouter.app): FastAPI's own pages come first, then the program's routes in their order, then the
// folders that it mounts.
type router struct {
	release *files.Release
	mounts  []string // the paths of the folders
	routes  []pattern
	exact   map[string][]int // routes without parameters, by path, in their order
	open    []int            // routes with parameters, in their order
	pages   string           // the methods of the pages, as their Allow header lists them
}

// match is what a router has found.
type match struct {
	found found
	route int      // of foundRoute and foundFolder: its index among the program's routes, or its folders
	path  []string // of foundRoute: the values of the path's parameters, in the path's order
	text  string   // of foundPage and foundRedirect: the path; of foundMethods: the Allow header; of foundFolder: the path within it
}

// found is the kind of a match.
type found uint8

const (
	foundNothing  found = iota
	foundRoute          // a route of the program
	foundPage           // one of FastAPI's documents
	foundMethods        // a route with another method: 405
	foundRedirect       // a route at the path with a slash more or less: 307
	foundFolder         // a folder that is mounted, whatever the method
)

// pagePaths are where FastAPI serves its documents unless it is told otherwise.
var pagePaths = []string{"/openapi.json", "/docs", "/docs/oauth2-redirect", "/redoc"}

// newRouter makes the router of a process. pages are the methods of FastAPI's documents as their Allow header lists
// them: they are a Python set of GET and HEAD, whose order is another in each process.
func newRouter(p *program.Program, release *files.Release, pages string) *router {
	r := &router{release: release, exact: map[string][]int{}, pages: pages}
	for _, f := range p.Static {
		r.mounts = append(r.mounts, f.Path)
	}
	for i, route := range p.Routes {
		p := compilePath(route.Method, route.Path)
		r.routes = append(r.routes, p)
		if p.names == nil {
			r.exact[route.Path] = append(r.exact[route.Path], i)
		} else {
			r.open = append(r.open, i)
		}
	}
	return r
}

// match finds what answers a request. path is decoded.
func (r *router) match(method, path string) match {
	if m := r.matchPath(method, path); m.found != foundNothing || path == "/" {
		return m
	}
	other := path + "/"
	if strings.HasSuffix(path, "/") {
		other = strings.TrimRight(path, "/")
	}
	if r.matchPath(method, other).found == foundNothing {
		return match{}
	}
	return match{found: foundRedirect, text: other}
}

// matchPath finds the first route with path and method, or else a folder, or else the first route with the path.
func (r *router) matchPath(method, path string) match {
	partial := match{}
	line := strings.TrimSuffix(path, "\n") // $ in Python's expressions also matches before a newline at the end
	if slices.Contains(pagePaths, line) {
		if method == http.MethodGet || method == http.MethodHead {
			return match{found: foundPage, text: line}
		}
		partial = match{found: foundMethods, text: r.pages}
	}
	m := r.matchRoutes(method, path, r.exact[line], partial)
	if m.found == foundRoute {
		return m
	}
	for i, mount := range r.mounts {
		if rest, inside := r.release.Inside(mount, path); inside {
			return match{found: foundFolder, route: i, text: rest}
		}
	}
	return m
}

// matchRoutes walks through the routes that have exactly the path, and those with parameters, in the program's order.
func (r *router) matchRoutes(method, path string, exact []int, partial match) match {
	open := r.open
	for len(exact) > 0 || len(open) > 0 {
		var i int
		var values []string
		matched := true
		if len(open) == 0 || len(exact) > 0 && exact[0] < open[0] {
			i, exact = exact[0], exact[1:]
		} else {
			i, open = open[0], open[1:]
			values, matched = r.routes[i].match(path)
		}
		switch {
		case !matched:
		case r.routes[i].method == method:
			return match{found: foundRoute, route: i, path: values}
		case partial.found == foundNothing:
			partial = match{found: foundMethods, text: r.routes[i].method}
		}
	}
	return partial
}
