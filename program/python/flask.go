package python

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/target-server/target-server/program"
)

// Flask prints a program for a stack with Flask. The program has only what Flask has: no async functions, dependencies,
// response models or background tasks. What there is of them is left out.
func Flask(p *program.Program, o Options) string {
	m := newModule(p, o, true)
	for i, r := range p.Routes {
		m.view(r, m.names.routes[i])
	}
	return m.text(p, o)
}

// view prints a view function.
func (m *module) view(r *program.Route, name string) {
	body := func(f *function) { f.viewBody(r) }
	f := m.function(program.Function{}, r.Parameters, nil, nil, body)
	var arguments []argument
	for _, p := range r.Parameters {
		if p.InPath {
			arguments = append(arguments, argument{atom(f.parameter(p.Name)), false})
		}
	}
	f.viewDecorator(r)
	f.signature(name, arguments)
	f.indented(func() { f.withGlobals(body) })
	m.add(f)
}

// viewBody prints the work first, to see which optional parameters it needs.
func (f *function) viewBody(r *program.Route) {
	start := len(f.lines)
	if len(r.Steps) > 0 {
		f.steps(r.Steps)
	}
	f.put("return ", f.viewAnswer(r), "")
	work := slices.Clone(f.lines[start:])
	f.lines = f.lines[:start]
	for _, p := range r.Parameters {
		if !p.InPath && (!p.Optional || f.reads[f.parameter(p.Name)]) {
			f.argumentOfQuery(p)
		}
	}
	f.lines = append(f.lines, work...)
}

// argumentOfQuery prints how a parameter is read.
func (f *function) argumentOfQuery(p program.Parameter) {
	name := f.parameter(p.Name)
	arguments := f.use("request") + ".args"
	number := p.Type == program.Int || p.Type == program.Float
	switch {
	case number:
		f.line(name + " = " + arguments + ".get(" + quoted(p.Name) + ", type=" + f.use(string(p.Type)) + ")")
	case p.Optional:
		f.line(name + " = " + arguments + ".get(" + quoted(p.Name) + ")")
	default:
		f.line(name + " = " + arguments + "[" + quoted(p.Name) + "]")
	}
	if number && !p.Optional {
		f.line("if " + name + " is None:")
		f.indented(func() { f.line(f.use("abort") + "(400)") })
	}
}

// viewDecorator prints the route. Flask has decorators for five methods.
func (f *function) viewDecorator(r *program.Route) {
	rule := r.Path
	for _, p := range r.Parameters {
		if p.InPath {
			converter := map[program.Type]string{program.Int: "int:", program.Float: "float:"}[p.Type]
			rule = strings.ReplaceAll(rule, "{"+p.Name+"}", "<"+converter+f.parameter(p.Name)+">")
		}
	}
	switch r.Method {
	case http.MethodHead, http.MethodOptions:
		method := node{open: "[", close: "]", items: []node{textNode(r.Method)}}
		f.put("@", call("app.route", textNode(rule), keyword("methods", method)), "")
	default:
		f.put("@", call("app."+strings.ToLower(r.Method), textNode(rule)), "")
	}
}

// viewAnswer is a call of Flask's Response.
func (f *function) viewAnswer(r *program.Route) node {
	var arguments []node
	if !bodyless(r) {
		arguments = append(arguments, f.content(r))
	}
	if r.Status != http.StatusOK {
		arguments = append(arguments, atom("status="+strconv.Itoa(r.Status)))
	}
	if len(r.Headers) > 0 {
		arguments = append(arguments, keyword("headers", headers(r)))
	}
	switch {
	case bodyless(r):
	case strings.HasPrefix(r.Type, "text/") && !strings.Contains(r.Type, ";"):
		arguments = append(arguments, keyword("mimetype", textNode(r.Type)))
	default:
		arguments = append(arguments, keyword("content_type", textNode(r.Type)))
	}
	return call(f.use("Response"), arguments...)
}
