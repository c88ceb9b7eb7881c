package program

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Warnings are what the program's author probably did not mean, in the order of the file: a dependency or a pool that
// nothing uses, a route whose requests an earlier one takes, and a text in braces that names no parameter.
func (p *Program) Warnings() []Problem { return slices.Clone(p.warnings) }

// warn notes at a node what the file probably does not mean.
func (r *reader) warn(n *yaml.Node, advice, what string, args ...any) {
	if len(r.program.warnings) < mostProblems {
		r.program.warnings = append(r.program.warnings, problemAt(n.Line, n.Column, advice, what, args...))
	}
}

// warnOfUnused warns of dependencies and pools that no route uses.
func (r *reader) warnOfUnused() {
	used := map[*Dependency]bool{}
	for _, route := range r.program.Routes {
		useAll(route.Depends, used)
	}
	for _, d := range r.program.Dependencies {
		if !used[d] {
			r.warn(r.depends[d.Name].at, "name it in a route's depends, or leave it out",
				"no route depends on %s", d.Name)
		}
	}
	for _, p := range r.program.Pools {
		if r.used[p] == nil {
			r.warn(r.poolKeys[p], "query it, or leave it out", "nothing queries the pool %s", p.Name)
		}
	}
}

// warnOfBurn warns if nothing burns.
func (r *reader) warnOfBurn(n *yaml.Node) {
	if r.program.Burn && !slices.ContainsFunc(r.program.features, func(u use) bool { return u.feature == Interpreter }) {
		r.warn(r.keys[n], "add a cpu or gil step, or leave it out", "burn changes nothing, because no step computes")
	}
}

// sends reports whether any of the steps is a Send.
func sends(steps []Step) bool {
	return slices.ContainsFunc(steps, func(s Step) bool { return s.Kind == Send || sends(s.Do) })
}

func useAll(all []*Dependency, used map[*Dependency]bool) {
	for _, d := range all {
		if !used[d] {
			used[d] = true
			useAll(d.Depends, used)
		}
	}
}

// mostCompared is how many pairs of routes are compared: a file with more has no such warnings for its last routes.
const mostCompared = 50_000

// warnOfShadows warns of routes that FastAPI never calls, because an earlier route of the same method matches all that they
// match. Starlette tries routes in the order in which they were added.
func (r *reader) warnOfShadows() {
	earlier, compared := map[string][]matcher{}, 0
	for _, route := range r.program.Routes {
		m := newMatcher(route)
		key := route.Method + " " + strings.Repeat("/", len(m.parts))
		for _, e := range earlier[key] {
			if compared++; compared > mostCompared {
				return
			}
			if e.route.Path != route.Path && e.covers(m) {
				at := &yaml.Node{Line: route.Line, Column: route.Column}
				r.warn(at, "put it first", "FastAPI never calls %s, because %s, earlier in %s, takes its requests",
					route.Name(), e.route.Name(), r.line(e.route.Line))
				break
			}
		}
		earlier[key] = append(earlier[key], m)
	}
}

// warnOfFolders warns of files that FastAPI never serves, because a route takes their requests: folders come after all routes.
func (r *reader) warnOfFolders() {
	var earlier []matcher
	for _, route := range r.program.Routes {
		if route.Method == http.MethodGet && len(r.program.Static) > 0 {
			earlier = append(earlier, newMatcher(route))
		}
	}
	compared := 0
	for _, folder := range r.program.Static {
		for _, f := range folder.Files {
			file := newMatcher(&Route{Path: folder.Path + "/" + f.Name})
			for _, m := range earlier {
				if compared++; compared > mostCompared {
					return
				}
				if len(m.parts) == len(file.parts) && m.covers(file) {
					r.warn(r.folders[folder], "give one of them another path", "FastAPI never serves %s/%s, because %s takes its requests",
						folder.Path, f.Name, m.route.Name())
					break
				}
			}
		}
	}
}

// matcher matches paths as a route does: a parameter matches what has no slash.
type matcher struct {
	route *Route
	parts []string         // of the path, between slashes, with parameterMark for each parameter
	rules []*regexp.Regexp // nil for a part without a parameter
}

// parameterMark is a character that paths do not contain.
const parameterMark = "\x00"

func newMatcher(route *Route) matcher {
	m := matcher{route: route, parts: strings.Split(pathParameter.ReplaceAllString(route.Path, parameterMark), "/")}
	m.rules = make([]*regexp.Regexp, len(m.parts))
	for i, part := range m.parts {
		if strings.Contains(part, parameterMark) {
			pattern := strings.ReplaceAll(regexp.QuoteMeta(part), parameterMark, ".+")
			m.rules[i] = regexp.MustCompile("^" + pattern + "$")
		}
	}
	return m
}

// covers reports whether m matches every path that other matches. They have the same number of parts.
func (m matcher) covers(other matcher) bool {
	for i, part := range other.parts {
		switch rule := m.rules[i]; {
		case rule == nil && part != m.parts[i]:
			return false
		case rule != nil && !rule.MatchString(part):
			return false
		}
	}
	return true
}

// warnOfNames warns of names in braces that stand for nothing, and so are sent or printed as they are.
func (r *reader) warnOfNames(n *yaml.Node, pieces []Piece, parameters []Parameter) {
	for _, p := range pieces {
		for _, name := range inBraces.FindAllString(p.Text, -1) {
			r.warn(n, acceptedNames(parameters), "%s stands for no parameter here, and stays as it is", name)
		}
	}
}

func acceptedNames(parameters []Parameter) string {
	names := make([]string, len(parameters))
	for i, p := range parameters {
		names[i] = "{" + p.Name + "}"
	}
	if len(names) == 0 {
		return "declare it under parameters, or leave it out"
	}
	return "known here: " + strings.Join(names, ", ")
}

// warnOfText warns of a body that is not what its content type says.
func (r *reader) warnOfText(n *yaml.Node, route *Route) {
	if route.Sized || !route.JSON() {
		return
	}
	var filled strings.Builder
	for _, p := range Pieces(route.Body, route.Named()) {
		if p.Name != "" {
			p.Text = "0" // right in a string as well as alone
		}
		filled.WriteString(p.Text)
	}
	if !json.Valid([]byte(filled.String())) {
		r.warn(n, "write JSON, as in body: '\"text\"', or give a type such as text/plain",
			"the body is not JSON, and its type is %s", route.Type)
	}
}
