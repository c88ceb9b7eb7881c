package program

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

const (
	mostRoutes     = 1000
	mostBackground = 100
	mostBody       = 16 << 20
	mostBodies     = 64 << 20 // of all routes together
	mostHeaders    = 50
	mostParameters = 100
)

const acceptedRoute = "accepted: a route such as GET /items/{id}: {def: [{sleep: 50ms}]}"

func (r *reader) readRoutes(n *yaml.Node) {
	for _, p := range r.pairs(n, "routes", acceptedRoute) {
		if len(r.program.Routes) == mostRoutes {
			r.fail(p.key, "accepted: at most "+strconv.Itoa(mostRoutes), "the file has too many routes")
			return
		}
		r.route(p)
	}
	if n.Kind == yaml.MappingNode && len(n.Content) == 0 {
		r.fail(n, acceptedRoute, "the file has no routes")
	}
}

// routeParts are the parts of a route whose meaning depends on other parts.
type routeParts struct {
	def, async, body, kind, model, headers, background, depends, stream, file, form *yaml.Node
}

func (r *reader) route(p pair) {
	route := &Route{Status: http.StatusOK, Line: p.key.Line, Column: p.key.Column}
	r.program.Routes = append(r.program.Routes, route)
	parts := routeParts{}
	var declared []declaration
	right := r.fields(p.value, "a route", acceptedRoute, []field{
		{"def", func(v *yaml.Node) { parts.def = v }},
		{"async", func(v *yaml.Node) { parts.async = v }},
		{"parameters", func(v *yaml.Node) { declared = r.parameters(v) }},
		{"depends", func(v *yaml.Node) { parts.depends = v }},
		{"response_model", func(v *yaml.Node) { route.ResponseModel, parts.model = r.flag(v), v }},
		{"status", func(v *yaml.Node) { route.Status = r.status(v) }},
		{"body", func(v *yaml.Node) { parts.body = v }},
		{"type", func(v *yaml.Node) { route.Type, parts.kind = r.mediaType(v), v }},
		{"headers", func(v *yaml.Node) { route.Headers, parts.headers = r.headers(v), v }},
		{"background", func(v *yaml.Node) { parts.background = v }},
		{"stream", func(v *yaml.Node) { route.Stream, parts.stream = r.stream(v), v }},
		{"file", func(v *yaml.Node) { r.uses(v, Files); route.File, parts.file = r.fileSize(v, 1), v }},
		{"form", func(v *yaml.Node) { route.Form, parts.form = r.form(v), v }},
	})
	r.path(p.key, route, declared)
	r.checkForm(route, parts.form)
	r.handler(p.value, route, parts, right)
	if parts.depends != nil {
		r.uses(parts.depends, Dependencies)
		route.Depends = r.dependsOn(parts.depends)
	}
	r.answer(route, parts)
	r.background(route, parts.background)
}

// handler reads the work of a route. right: each key of the route is known.
func (r *reader) handler(n *yaml.Node, route *Route, parts routeParts, right bool) {
	found := len(r.problems.List)
	switch {
	case parts.def == nil && parts.async == nil && parts.file != nil:
		route.Async = true
	case right || parts.def != nil || parts.async != nil:
		route.Function = r.function(n, parts.def, parts.async, body{what: aRoute, parameters: route.Named(), stream: route.Stream})
	}
	if route.Stream != Whole && len(r.problems.List) == found && !sends(route.Steps) {
		r.fail(parts.stream, "add a step such as {send: 64KiB}", "the stream sends nothing")
	}
}

// methods are those for which FastAPI has a decorator, except TRACE.
var methods = []string{"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"}

// pathRule is what a path may contain; what FastAPI writes in braces is a parameter.
var pathRule = regexp.MustCompile(`^(/[A-Za-z0-9._~!$&'()*+,;=:@-]*|/?\{[A-Za-z_][A-Za-z0-9_]*\}|[A-Za-z0-9._~!$&'()*+,;=:@-]+)*$`)

// converter is a parameter with a converter, as FastAPI and Flask write them.
var converter = regexp.MustCompile(`\{[^}]*:[^}]*\}|<[^>]*>`)

// colonName is a parameter as Express and Rails write it.
var colonName = regexp.MustCompile(`/:([A-Za-z_][A-Za-z0-9_]*)`)

var pathParameter = regexp.MustCompile(`\{([^}]*)\}`)

// path reads a route's method and path, and adds the parameters of the path to those declared.
func (r *reader) path(n *yaml.Node, route *Route, declared []declaration) {
	const accepted = "accepted: a method and a path such as GET /items/{id}"
	method, path, ok := strings.Cut(n.Value, " ")
	route.Method, route.Path = method, strings.TrimSpace(path)
	switch {
	case strings.HasPrefix(n.Value, "/"):
		r.fail(n, accepted, "%s has no method before its path", show(n.Value))
		return
	case !ok:
		r.fail(n, accepted, "%s is not a method and a path", show(n.Value))
		return
	case !slices.Contains(methods, method):
		r.fail(n, meant(strings.ToUpper(method), methods)+"accepted: "+strings.Join(methods, ", "),
			"%s is not a method that a route can have", show(method))
	case !strings.HasPrefix(route.Path, "/"):
		r.fail(n, accepted, "the path %s does not begin with a slash", show(route.Path))
		return
	case converter.MatchString(route.Path):
		r.fail(n, "accepted: the name alone, as in {path}, with its type under parameters",
			"the converter in %s is not supported yet", show(route.Path))
		return
	case !pathRule.MatchString(route.Path):
		r.fail(n, "accepted: letters, digits, punctuation of URLs, and parameters such as {id}", "%s is not a path",
			show(route.Path))
		return
	}
	if m := colonName.FindStringSubmatch(route.Path); m != nil {
		r.warn(n, "a parameter is written {"+m[1]+"}", ":%s is plain text in a path", m[1])
	}
	for _, other := range r.program.Routes {
		if other != route && other.Method == method && other.Path == route.Path && !r.again[n] {
			r.fail(n, "give it once", "%s is given twice, first in %s", route.Name(), r.line(other.Line))
		}
	}
	r.addParameters(n, route, declared)
}

// addParameters adds the parameters of the path, and then those of the query, which only declarations name.
func (r *reader) addParameters(n *yaml.Node, route *Route, declared []declaration) {
	for _, m := range pathParameter.FindAllStringSubmatch(route.Path, -1) {
		p := Parameter{Name: m[1], Type: Str, InPath: true}
		if !parameterRule.MatchString(p.Name) {
			r.fail(n, "accepted: "+acceptedParameter, "%s is not a name", show(p.Name))
		}
		if slices.ContainsFunc(route.Parameters, func(q Parameter) bool { return q.Name == p.Name }) {
			r.fail(n, "give each a name of its own", "the path has two parameters %s", p.Name)
			return
		}
		if i := slices.IndexFunc(declared, func(q declaration) bool { return q.Name == p.Name }); i >= 0 {
			p.Type = declared[i].Type
			if declared[i].Optional {
				r.fail(declared[i].at, "leave out the question mark",
					"%s is part of the path, and cannot be missing", p.Name)
			}
			declared = slices.Delete(slices.Clone(declared), i, i+1)
		}
		route.Parameters = append(route.Parameters, p)
	}
	route.Parameters = append(route.Parameters, undeclared(declared)...)
}

// declaration is a parameter and where its type stands.
type declaration struct {
	Parameter
	at *yaml.Node
}

// undeclared are the parameters of declarations.
func undeclared(all []declaration) []Parameter {
	var parameters []Parameter
	for _, d := range all {
		parameters = append(parameters, d.Parameter)
	}
	return parameters
}

const acceptedParameter = "up to 50 letters, digits and underscores, no digit first"

const acceptedParameters = "accepted: names with a type, such as {id: int}, or {id: int?} for one that may be missing"

// parameters reads names and their types.
func (r *reader) parameters(n *yaml.Node) []declaration {
	var all []declaration
	for _, p := range r.pairs(n, "parameters", acceptedParameters) {
		text, ok := r.text(p.value, "str, int, float or bool")
		kind, optional := strings.CutSuffix(text, "?")
		q := Parameter{Name: r.nameBy(parameterRule, p.key, acceptedParameter), Type: Type(kind), Optional: optional}
		types := []string{string(Str), string(Int), string(Float), string(Bool)}
		if ok && !slices.Contains(types, kind) {
			r.fail(p.value, meant(kind, types)+"accepted: str, int, float or bool, with a question mark if it may be missing", "%s is not a type", show(text))
		}
		if all = append(all, declaration{q, p.value}); len(all) > mostParameters {
			r.fail(p.key, "accepted: at most "+strconv.Itoa(mostParameters), "there are too many parameters")
			break
		}
	}
	return all
}

// status reads the status of an answer.
func (r *reader) status(n *yaml.Node) int {
	status := r.whole(n, 200, 599)
	if status == http.StatusResetContent {
		r.fail(n, "accepted: another status from 200 to 599",
			"whether an answer with status 205 has a body depends on FastAPI's version")
	}
	return status
}

// mediaTypeRule is a media type, with parameters.
var mediaTypeRule = regexp.MustCompile(`^[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+( *;[ -~]*[!-~])?$`)

// mediaType reads a content type.
func (r *reader) mediaType(n *yaml.Node) string {
	text, ok := r.text(n, "a content type such as text/plain")
	if ok && !mediaTypeRule.MatchString(text) {
		r.fail(n, "accepted: a content type such as text/plain", "%s is not a content type", show(text))
	}
	return text
}

// size is a body that is given by its size.
var size = regexp.MustCompile(`^([0-9]{1,9}(?:\.[0-9]{1,6})?) ?(B|KB|KiB|MB|MiB|GB|GiB)$`)

// almostSize is what somebody writes who means a size.
var almostSize = regexp.MustCompile(`^[0-9]+([.,][0-9]+)? ?(?i:b|bytes?|[kmg]i?b?)$`)

const acceptedSize = "accepted: from 2B to 16MiB in whole bytes, with B, KB, KiB, MB or MiB"

// units are how many bytes the unit of a size stands for.
var units = map[string]int{
	"B": 1, "KB": 1000, "KiB": 1 << 10, "MB": 1000 * 1000, "MiB": 1 << 20, "GB": 1000 * 1000 * 1000, "GiB": 1 << 30,
}

const jsonType = "application/json"

// answer reads what the handler's answer consists of.
func (r *reader) answer(route *Route, parts routeParts) {
	if route.Stream != Whole || route.File != 0 {
		r.bytesAnswer(route, parts)
		return
	}
	bodyless := bodyless(route.Status)
	if parts.kind == nil {
		route.Type = jsonType
	}
	switch {
	case parts.kind != nil && bodyless:
		r.fail(parts.kind, "leave it out", "an answer with status %d has no body, and so no type", route.Status)
	case parts.body != nil && bodyless:
		r.fail(parts.body, "leave it out", "an answer with status %d has no body", route.Status)
	case parts.body != nil:
		r.body(parts.body, route)
	case bodyless:
		route.Type = ""
	case route.Type == jsonType:
		route.Body = "null"
	}
	if !route.ResponseModel {
		return
	}
	r.uses(parts.model, ResponseModel)
	switch {
	case bodyless || parts.kind != nil && route.Type != jsonType:
		r.fail(parts.model, "leave out one of the two", "a response model makes JSON, and the answer is something else")
	case !route.Sized && !Canonical(route.Body):
		at := parts.model
		if parts.body != nil {
			at = parts.body
		}
		r.fail(at,
			"accepted: a size, or a body of JSON without spaces, numbers of up to 18 digits without a fraction or exponent, each key once, "+
				"and parameters such as {id} only inside strings",
			"with response_model FastAPI writes the JSON, and would write this body in another way")
	}
}

// body reads a body, which is a size or a text.
func (r *reader) body(n *yaml.Node, route *Route) {
	text, ok := r.text(n, `a size such as 2KiB, or the text itself in quotes, such as '{"ok":true}'`)
	route.Body, route.emptyBody = text, ok && text == ""
	r.warnOfNames(n, Pieces(text, route.Named()), route.Named())
	defer r.warnOfText(n, route)
	isSize := size.MatchString(text)
	switch {
	case ok && !isSize && almostSize.MatchString(text):
		r.fail(n, acceptedSize+"; to send the text itself as JSON, put it into quotes inside quotes, as in '\"2k\"'",
			"%s looks like a size, and is none", show(text))
		return
	case !ok || !isSize:
		return
	}
	bytes, whole := sizeOf(text)
	if !whole || bytes < 2 || bytes > mostBody {
		r.fail(n, acceptedSize+"; to send the text itself, put it into quotes inside quotes, as in '\"2KiB\"'",
			"%s is no size of a body", show(text))
		return
	}
	if r.bytes += int(bytes); r.bytes > mostBodies {
		r.fail(n, "accepted: together at most 64MiB", "the bodies of all routes are too large")
		return
	}
	route.Sized = true
	route.Body = sized(int(bytes))
}

// sized is a JSON string of n bytes, at least 2.
func sized(n int) string { return `"` + strings.Repeat("x", max(n-2, 0)) + `"` }

// headerName is what the name of a header may contain.
var headerName = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$")

// ownHeaders are those that the framework or the server writes.
var ownHeaders = []string{"content-length", "connection", "date", "server", "transfer-encoding", "keep-alive", "upgrade"}

func (r *reader) headers(n *yaml.Node) []Header {
	var all []Header
	for _, p := range r.pairs(n, "headers", "accepted: headers such as {Cache-Control: no-store}") {
		value := r.oneLine(p.value, "a text such as no-store")
		name := strings.ToLower(p.key.Value)
		switch {
		case !headerName.MatchString(name):
			r.fail(p.key, "accepted: letters, digits and dashes", "%s is not the name of a header", show(p.key.Value))
		case slices.ContainsFunc(all, func(h Header) bool { return h.Name == name }):
			r.fail(p.key, "give it once; upper and lower case are the same", "the header %s is given twice", name)
		case name == "content-type":
			r.fail(p.key, "accepted: the route's key type", "content-type is not a header here")
		case slices.Contains(ownHeaders, name):
			r.fail(p.key, "leave it out", "the server writes %s itself", name)
		case len(all) == mostHeaders:
			r.fail(p.key, "accepted: at most "+strconv.Itoa(mostHeaders), "the route has too many headers")
		case strings.ContainsFunc(value, func(c rune) bool { return c > '~' }) || value != strings.TrimSpace(value):
			r.fail(p.value, "accepted: ASCII without spaces at its ends", "%s is not a header's value", show(value))
		default:
			all = append(all, Header{name, value})
		}
	}
	return all
}

// background reads the tasks that run after the answer.
func (r *reader) background(route *Route, n *yaml.Node) {
	if n == nil {
		return
	}
	r.uses(n, Background)
	const accepted = "accepted: a list of tasks such as [{def: [{sleep: 200ms}]}]"
	for _, task := range r.list(n, "background", accepted) {
		if len(route.Background) == mostBackground {
			r.fail(task, "accepted: at most "+strconv.Itoa(mostBackground), "the route has too many background tasks")
			return
		}
		var def, async *yaml.Node
		right := r.fields(task, "a background task", "accepted: a task such as {def: [{sleep: 200ms}]}", []field{
			{"def", func(v *yaml.Node) { def = v }},
			{"async", func(v *yaml.Node) { async = v }},
		})
		if !right && def == nil && async == nil {
			continue
		}
		route.Background = append(route.Background, r.function(task, def, async, body{what: aTask, parameters: route.Named()}))
	}
}
