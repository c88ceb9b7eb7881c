package fastapi

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/target-server/target-server/apps/fastapi/files"
	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/program"
)

// expression is a path as Starlette compiles it (starlette.routing.compile_path). Python's $ also matches before a
// newline at the end.
func expression(path string) *regexp.Regexp {
	parameter := regexp.MustCompile(`\\\{[a-z]+\\\}`)
	return regexp.MustCompile(`\A` + parameter.ReplaceAllString(regexp.QuoteMeta(path), `([^/]+)`) + `(?:\n?\z)`)
}

// draw draws a text that consists of parts.
func draw(t *rapid.T, label string, most int, parts ...string) string {
	return strings.Join(rapid.SliceOfN(rapid.SampledFrom(parts), 0, most).Draw(t, label), "")
}

// drawPath draws a route's path; each parameter has a name of its own.
func drawPath(t *rapid.T, label string) string {
	text := "/" + draw(t, label, 8, "/", "a", "b", "-", ".", "{}", "{}")
	for i := 0; strings.Contains(text, "{}"); i++ {
		text = strings.Replace(text, "{}", "{"+string(rune('a'+i))+"}", 1)
	}
	return text
}

// A pattern matches what Starlette's expression matches, with the same values.
func TestPatternsMatchAsExpressions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		route := drawPath(t, "route")
		asked := "/" + draw(t, "asked", 12, "/", "a", "b", "-", ".", "é", "€", "\n", "ab", "a-b")
		p := compilePath("GET", route)
		values, matched := p.match(asked)
		want := expression(route).FindStringSubmatch(asked)
		check.Equal(t, fmt.Sprintf("%q matches %q", route, asked), matched, want != nil)
		if want != nil {
			what := fmt.Sprintf("values of %q in %q", route, asked)
			check.Equal(t, what, fmt.Sprintf("%q", values), fmt.Sprintf("%q", want[1:]))
		}
	})
}

// reference finds a route as Starlette's Router does, route after route.
func reference(routes []*program.Route, method, path string) string {
	full := func(path string) (answer string) {
		for i, r := range routes {
			m := expression(r.Path).FindStringSubmatch(path)
			switch {
			case m == nil:
			case r.Method == method:
				return fmt.Sprintf("route %d %q", i, m[1:])
			case answer == "":
				answer = "allow " + r.Method
			}
		}
		return answer
	}
	answer := full(path)
	if answer != "" || path == "/" {
		return answer
	}
	other := path + "/"
	if strings.HasSuffix(path, "/") {
		other = strings.TrimRight(path, "/")
	}
	if full(other) != "" {
		return "redirect " + other
	}
	return ""
}

// The first route of the path and the method is found, or else the first of the path, or one with another slash.
func TestRouterFindsTheFirst(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		method := rapid.SampledFrom([]string{"GET", "POST", "HEAD"})
		var routes []*program.Route
		for range rapid.IntRange(1, 8).Draw(t, "routes") {
			routes = append(routes, &program.Route{Method: method.Draw(t, "method"), Path: drawPath(t, "route")})
		}
		asked, by := "/"+draw(t, "asked", 6, "/", "a", "b", "-", ".", "\n"), method.Draw(t, "by")
		m := newRouter(&program.Program{Routes: routes}, files.Starlette110(), "").match(by, asked)
		got := map[found]string{
			foundRoute:    fmt.Sprintf("route %d %q", m.route, m.path),
			foundMethods:  "allow " + m.text,
			foundRedirect: "redirect " + m.text,
		}[m.found]
		check.Equal(t, fmt.Sprintf("%s %q", by, asked), got, reference(routes, by, asked))
	})
}

// FastAPI's documents come before the program's routes, but not before another method of their path.
func TestPagesComeFirst(t *testing.T) {
	r := newRouter(&program.Program{Routes: []*program.Route{{Method: "GET", Path: "/{x}"}, {Method: "POST", Path: "/docs"}}}, files.Starlette110(), "HEAD, GET")
	for request, want := range map[string]match{
		"GET /docs":                  {found: foundPage, text: "/docs"},
		"HEAD /openapi.json":         {found: foundPage, text: "/openapi.json"},
		"GET /docs/oauth2-redirect":  {found: foundPage, text: "/docs/oauth2-redirect"},
		"GET /docs\n":                {found: foundPage, text: "/docs"},
		"GET /redoc/":                {found: foundRedirect, text: "/redoc"},
		"PUT /redoc/":                {found: foundRedirect, text: "/redoc"},
		"POST /docs":                 {found: foundRoute, route: 1},
		"PUT /docs":                  {found: foundMethods, text: "HEAD, GET"},
		"PUT /other":                 {found: foundMethods, text: "GET"},
		"GET /docs/oauth2-redirect2": {},
	} {
		method, path, _ := strings.Cut(request, " ")
		check.Equal(t, request, fmt.Sprint(r.match(method, path)), fmt.Sprint(want))
	}
}

// A route without parameters is found without an allocation, among as many as a file may have; one with a hostile path
// is found, or not, in time.
func TestMatchingCostsLittle(t *testing.T) {
	var routes []*program.Route
	for i := range 1000 {
		routes = append(routes, &program.Route{Method: "GET", Path: fmt.Sprintf("/items/%d", i)})
	}
	r := newRouter(&program.Program{Routes: routes}, files.Starlette110(), "")
	check.Equal(t, "allocations", testing.AllocsPerRun(100, func() {
		route, page, other := r.match("GET", "/items/999"), r.match("GET", "/docs"), r.match("PUT", "/items/1")
		if route.route != 999 || page.found != foundPage || other.found != foundMethods {
			t.Error("not found")
		}
	}), 0)
	p := compilePath("GET", "/"+strings.Repeat("{x}-", 100)+"{x}.")
	hostile := "/" + strings.Repeat("a-", 30_000)
	_, matched := p.match(hostile)
	check.Equal(t, "hostile path", matched, false)
	values, _ := p.match(hostile + "a.")
	check.Equal(t, "first value", len(values[0]), 2*(30_000-100)+1)
}
