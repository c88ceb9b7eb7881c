package python

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/target-server/target-server/program"
)

// FastAPI prints a program for a stack with FastAPI. It reads APP_LIMIT from the environment: the number of threads,
// where 0 leaves AnyIO's 40.
func FastAPI(p *program.Program, o Options) string {
	m := newModule(p, o, false)
	for _, d := range p.Dependencies {
		m.dependency(d)
	}
	for i, r := range p.Routes {
		m.route(r, m.names.routes[i])
	}
	m.mounts(p.Static)
	return m.text(p, o)
}

// route prints a handler, after its background tasks.
func (m *module) route(r *program.Route, name string) {
	h := handler{route: r, names: m.taskNames(r, name)}
	if r.File != 0 {
		h.file = m.file(name, r.File)
	}
	body := func(f *function) { h.body(f) }
	work := [][]program.Step{r.Steps}
	for _, task := range r.Background {
		work = append(work, task.Steps)
	}
	pools := slices.Collect(maps.Values(sessionsFor(r.Depends, work...)))
	f := m.function(r.Function, r.Parameters, r.Form, pools, body)
	arguments := append(f.own(), f.fields()...)
	if len(r.Background) > 0 {
		h.background = f.local("background_tasks", "_")
		arguments = append(arguments, argument{atom(h.background + ": " + m.use("BackgroundTasks")), false})
	}
	if r.ResponseModel && len(r.Headers) > 0 {
		h.response = f.local("response", "_")
		arguments = append(arguments, argument{atom(h.response + ": " + m.use("Response")), false})
	}
	arguments = append(arguments, f.depends(r.Depends, work...)...)
	for i, task := range r.Background {
		h.given = append(h.given, m.task(f, task, h.names[i]))
	}
	switch {
	case r.Stream == program.InEvents && !m.older:
		f.eventDecorator(r, m.eventHeaders(r, name))
	default:
		f.decorator(r)
	}
	f.async = f.async || f.generates(r)
	f.signature(name, arguments)
	f.indented(func() {
		if f.generates(r) {
			body(f)
			return
		}
		f.withGlobals(body)
	})
	m.add(f)
}

// taskNames are the names of a route's background tasks.
func (m *module) taskNames(r *program.Route, route string) []string {
	if len(r.Background) == 1 {
		return []string{m.names.take(route+"_task", "_")}
	}
	names := make([]string, len(r.Background))
	for i := range names {
		names[i] = m.names.take(route+"_task_"+strconv.Itoa(i+1), "_")
	}
	return names
}

// task prints a background task of the route whose handler is f, and returns the arguments for it.
func (m *module) task(route *function, of program.Function, name string) []node {
	body := func(f *function) { f.steps(of.Steps) }
	f := m.function(of, route.named(), nil, slices.Collect(maps.Keys(route.sessions)), body)
	f.sessions = route.sessions
	try := m.newFunction(of, route.named()) // to see what it needs of the route
	try.renamed, try.sessions = f.renamed, f.sessions
	body(try)
	var given []node
	var arguments []argument
	add := func(here, there string) {
		if try.reads[here] {
			arguments = append(arguments, argument{atom(here), false})
			given = append(given, atom(there))
		}
	}
	for _, p := range route.named() {
		add(f.parameter(p.Name), route.parameter(p.Name))
	}
	for _, pool := range queried(of.Steps) {
		add(route.sessions[pool], route.sessions[pool])
	}
	f.signature(name, arguments)
	f.indented(func() { f.withGlobals(body) })
	m.add(f)
	return given
}

func (f *function) decorator(r *program.Route) {
	arguments := []node{textNode(r.Path)}
	if r.ResponseModel {
		model := "str"
		if !strings.HasPrefix(r.Body, `"`) {
			model = f.m.use("Any")
		}
		arguments = append(arguments, atom("response_model="+model))
	}
	if r.Status != http.StatusOK {
		arguments = append(arguments, atom("status_code="+strconv.Itoa(r.Status)))
	}
	f.put("@", call("app."+strings.ToLower(r.Method), arguments...), "")
}

// handler is what the body of a route's handler needs.
type handler struct {
	route      *program.Route
	background string // names in Python
	response   string
	file       string   // the variable with the path of the file
	names      []string // of the background tasks
	given      [][]node // their arguments
}

func (h *handler) body(f *function) {
	r := h.route
	switch {
	case r.Stream != program.Whole:
		h.stream(f)
		return
	case len(r.Steps) > 0:
		f.steps(r.Steps)
	}
	h.addTasks(f)
	if r.File != 0 {
		f.put("return ", f.respondWith("FileResponse", atom(f.use(h.file)), r), "")
		return
	}
	if r.ResponseModel {
		f.setHeaders(h.response, r)
	}
	switch answer := f.answer(r); {
	case answer.flat() != "None":
		f.put("return ", answer, "")
	case len(r.Steps) == 0 && len(h.names) == 0 && h.response == "":
		f.line("pass")
	}
}

// addTasks adds the background tasks.
func (h *handler) addTasks(f *function) {
	for i, name := range h.names {
		arguments := []node{atom(f.use(name))}
		if h.given != nil {
			arguments = append(arguments, h.given[i]...)
		}
		f.put("", call(h.background+".add_task", arguments...), "")
	}
}

// answer is what a handler returns: a value where the framework writes it as the file has it, or a Response.
func (f *function) answer(r *program.Route) node {
	switch {
	case !f.plain(r):
		return f.respond(r)
	case r.Sized:
		return sized(r.Body)
	}
	return value(r.Body, f.insert)
}

// insert is a string in JSON, with the parameters that it names.
func (f *function) insert(text string) node {
	pieces := f.expand(text, func(p program.Parameter) string { return f.read(f.parameter(p.Name)) })
	for _, p := range f.named() {
		if text == "{"+p.Name+"}" && p.Type == program.Str && !p.Optional {
			return atom(f.parameter(p.Name))
		}
	}
	return node{pieces: pieces}
}

// plain reports whether a value gives the answer that the file describes.
func (f *function) plain(r *program.Route) bool {
	const jsonType = "application/json" // of FastAPI's JSONResponse
	switch {
	case r.ResponseModel:
		return true
	case len(r.Headers) > 0, r.Type != jsonType, r.Status == http.StatusResetContent:
		return false
	}
	return r.Sized || program.Canonical(r.Body)
}

// respond is a call of Starlette's Response.
func (f *function) respond(r *program.Route) node {
	if bodyless(r) {
		return f.respondWith("Response", node{}, r)
	}
	return f.respondWith("Response", f.content(r), r)
}

// respondWith is a call of one of Starlette's responses. Without a type there is no content.
func (f *function) respondWith(class string, content node, r *program.Route) node {
	var arguments []node
	if r.Type != "" {
		arguments = append(arguments, content, keyword("media_type", textNode(r.Type)))
	}
	if r.Status != http.StatusOK {
		arguments = append(arguments, atom("status_code="+strconv.Itoa(r.Status)))
	}
	if len(r.Headers) > 0 {
		arguments = append(arguments, keyword("headers", headers(r)))
	}
	return call(f.use(class), arguments...)
}

func bodyless(r *program.Route) bool {
	return r.Status == http.StatusNoContent || r.Status == http.StatusNotModified
}

// content is the body as text.
func (f *function) content(r *program.Route) node {
	if r.Sized {
		return atom(`'"' + ` + sized(r.Body).text + ` + '"'`)
	}
	return node{pieces: f.expand(r.Body, func(p program.Parameter) string {
		name := f.read(f.parameter(p.Name))
		if r.JSON() && (p.Type == program.Str || f.m.flask && p.Type == program.Bool) {
			return f.use("escape") + "(" + name + ")"
		}
		return name
	})}
}

// expand divides a body, of which expression gives the parts that are parameters.
func (f *function) expand(text string, expression func(program.Parameter) string) []piece {
	var pieces []piece
	for _, part := range program.Pieces(text, f.named()) {
		p := piece{text: part.Text}
		for _, parameter := range f.named() {
			if part.Name != "" && parameter.Name == part.Name {
				p.expression = expression(parameter)
			}
		}
		pieces = append(pieces, p)
	}
	return whole(pieces)
}

func headers(r *program.Route) node {
	n := node{open: "{", close: "}", always: true}
	for _, h := range r.Headers {
		value := textNode(h.Value)
		value.lead = quoted(h.Name) + ": "
		n.items = append(n.items, value)
	}
	return n
}

func quoted(text string) string { return quote([]piece{{text: text}}) }
