package python_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/target-server/target-server/program"
)

// request is a request to a random program, with the answer of a route that does not raise.
type request struct {
	Method  string `json:"method"`
	Target  string `json:"target"`
	Path    string `json:"path"` // decoded
	Type    string `json:"type"` // of the content, if there is any
	Content string `json:"content"`
	route   *program.Route
	body    string
	flask   bool
	older   bool // 2023-03
	static  bool // a file of a folder
}

// sample is a value of each type in a URL, and as str() writes it. On Flask a bool stays text.
func sample(kind program.Type, flask bool) (sent, said string) {
	switch kind {
	case program.Int:
		return "7", "7"
	case program.Float:
		return "1.5", "1.5"
	case program.Bool:
		if flask {
			return "true", "true"
		}
		return "true", "True"
	}
	return `a"é\`, `a"é\`
}

// requestFor is a request for a route. It reports false where the program has no unambiguous one.
func requestFor(p *program.Program, r *program.Route, flask bool) (request, bool) {
	types := map[string]program.Type{}
	for _, one := range declared(r) {
		if other, twice := types[one.Name]; twice && other != one.Type {
			return request{}, false
		}
		types[one.Name] = one.Type
	}
	q := request{Method: r.Method, route: r, Path: r.Path, body: r.Body, flask: flask}
	target, values := r.Path, url.Values{}
	for name, kind := range types {
		sent, _ := sample(kind, flask)
		q.Path = strings.ReplaceAll(q.Path, "{"+name+"}", sent)
		target = strings.ReplaceAll(target, "{"+name+"}", url.PathEscape(sent))
		values.Set(name, sent)
	}
	q.Target = target + "?" + values.Encode()
	q.Type, q.Content = contentFor(r.Form)
	if !r.Sized {
		q.body = expanded(r, flask)
	}
	matching := 0
	for _, other := range p.Routes {
		if other.Method == r.Method && matches(other.Path, q.Path) {
			matching++
		}
	}
	return q, matching == 1
}

// declared are the parameters of a route and of its dependencies.
func declared(r *program.Route) []program.Parameter {
	all := slices.Clone(r.Parameters)
	var add func(depends []*program.Dependency)
	add = func(depends []*program.Dependency) {
		for _, d := range depends {
			all = append(all, d.Parameters...)
			add(d.Depends)
		}
	}
	add(r.Depends)
	return all
}

var parameterInPath = regexp.MustCompile(`\\\{[^}]*\\\}`)

func matches(pattern, path string) bool {
	expression := "^" + parameterInPath.ReplaceAllString(regexp.QuoteMeta(pattern), "[^/]+") + "/?$"
	return regexp.MustCompile(strings.Replace(expression, "//?$", "/?$", 1)).MatchString(path)
}

// expanded is the body with the values of its parameters.
func expanded(r *program.Route, flask bool) string {
	var b strings.Builder
	for _, piece := range program.Pieces(r.Body, r.Named()) {
		b.WriteString(piece.Text)
		for i, p := range r.Named() {
			if piece.Name != p.Name || piece.Name == "" {
				continue
			}
			_, said := sample(p.Type, flask)
			if i >= len(r.Parameters) {
				said = "value" // as contentFor has it
			}
			if r.JSON() {
				quoted, _ := json.Marshal(said)
				said = strings.Trim(string(quoted), `"`)
			}
			b.WriteString(said)
		}
	}
	return b.String()
}

// raised are the exceptions that a random program raises, and what a pool raises while another connection of the
// request is in use.
var raised = []string{"ValueError", "TimeoutError", "OutOfPaper", "Exception", "app_", "Depends_"}

// wrong is what is wrong with an answer, or nothing.
func (q request) wrong(got answer) string {
	name, text, _ := strings.Cut(got.Raised, ": ")
	switch {
	case name == "ExceptionGroup" && q.route.Stream == program.InEvents && !q.older: // of the producer's task group
	case got.Raised != "" && !slices.Contains(raised, name) && !strings.HasPrefix(text, "Caught handled exception"):
		return "raised " + got.Raised
	case q.byStep(got):
		return ""
	case q.route.Stream != program.Whole, q.route.File != 0, q.static:
		return q.wrongBytes(got)
	case got.Status != q.route.Status || got.Body != q.body:
		return fmt.Sprintf("answered %d %q instead of %d %q", got.Status, got.Body, q.route.Status, q.body)
	case q.flask:
		return ""
	}
	return q.wrongHeaders(got)
}

// byStep reports whether a step has raised what was answered.
func (q request) byStep(got answer) bool {
	page := strings.HasPrefix(got.Body, `{"detail":"`) || strings.HasPrefix(got.Body, "<!doctype html>")
	return got.Status == 500 && got.Raised != "" || page && (got.Status == 404 || got.Status == 503)
}

// wrongHeaders is what is wrong with the head of an answer of a route.
func (q request) wrongHeaders(got answer) string {
	var want, have []string
	for _, h := range q.route.Headers {
		want = append(want, h.Name)
	}
	own, last := q.ownHeaders()
	if want = append(want, own...); last {
		want = append(own, want[:len(q.route.Headers)]...)
	}
	for _, h := range got.Headers {
		have = append(have, h[0])
	}
	if strings.Join(have, " ") != strings.Join(want, " ") {
		return fmt.Sprintf("has the headers %v instead of %v", have, want)
	}
	return ""
}
