package flask

import (
	"slices"
	"strings"

	"github.com/target-server/target-server/apps/functions"
	"github.com/target-server/target-server/internal/pyvalue"
	"github.com/target-server/target-server/program"
	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/server/http1"
)

// described is a program that a file describes, in a worker.
type described struct {
	worker *server.Worker
	app    *App
	views  []*view // by route
}

// view is the view function of a route.
type view struct {
	route    *program.Route
	name     string // of the route
	function *functions.Function
	template *template
}

func newDescribed(w *server.Worker, v *Version, p *program.Program) *described {
	d := &described{worker: w, app: New(v, w.HashSeed(), p.Routes)}
	process := functions.NewProcess(w, p)
	for _, r := range p.Routes {
		d.views = append(d.views, &view{r, r.Name(), process.New(r.Steps, r.Parameters, nil), v.template(r)})
	}
	return d
}

// Handle implements [server.App].
func (d *described) Handle(e http1.Exchange, head *http1.Head) {
	found, answer, err := d.app.Route(d.app.environ(e, head))
	switch {
	case err != nil:
		d.app.exception(d.worker, "app", e, err.Error())
		e.Reply(internalServerError)
	case answer != nil:
		e.Reply(answer)
	default:
		d.call(e, found)
	}
}

// call calls a view function. The first thing that it does is to read its parameters.
func (d *described) call(e http1.Exchange, found View) {
	v := d.views[found.Route]
	values, answer, err := d.app.parameters(v.route, found.Values, e.Query())
	switch {
	case err != nil:
		d.app.exception(d.worker, "app", e, err.Error())
		e.Reply(internalServerError)
		return
	case answer != nil:
		e.Reply(answer)
		return
	}
	id := d.ID(e)
	if id == "" && len(found.Values) > 0 {
		id = found.Values[0]
	}
	t := &task{program: d, view: v, exchange: e, values: values}
	t.Name, t.Replier = v.name, t
	t.Request = d.worker.HoldScript(e, id, t)
}

// ID implements [server.App].
func (d *described) ID(e http1.Exchange) string {
	id, _, _ := d.app.Arg(e.Query(), "id")
	return id
}

// Hello is never called: every request has a script.
func (d *described) Hello(string) *http1.Answer { return nil }

// Failed is never called either.
func (d *described) Failed() *http1.Answer { return internalServerError }

// QueueFull is our own (--queue).
func (d *described) QueueFull() *http1.Answer { return Unavailable() }

// none is how Python writes what an optional parameter is without a value.
const none = "None"

// parameters reads the parameters of a route as its view function does, from request.args. The values are as Python's
// str() writes them. It returns an answer instead if a parameter is missing or no number, and an exception if the query
// is not UTF-8.
func (v *Version) parameters(r *program.Route, path []string, query string) ([]string, *http1.Answer, error) {
	if len(r.Parameters) == len(path) {
		return path, nil, nil
	}
	values := slices.Clone(path)
	for _, p := range r.Parameters[len(path):] {
		text, ok, err := v.Arg(query, p.Name)
		if err != nil {
			return nil, nil, err
		}
		switch {
		case !ok:
		case p.Type == program.Int:
			text, ok = pyvalue.Int(text)
		case p.Type == program.Float:
			text, ok = pyvalue.Float(text)
		}
		switch {
		case !ok && !p.Optional:
			return nil, badRequest, nil
		case !ok:
			text = none
		}
		values = append(values, text)
	}
	return values, nil, nil
}

// template makes the answers of a route.
type template struct {
	version *Version
	route   *program.Route
	lines   []http1.Line
	kind    string // content type
	pieces  []program.Piece
	fixed   *http1.Answer // every answer, if the body names no parameter
}

func (v *Version) template(r *program.Route) *template {
	t := &template{version: v, route: r, kind: r.Type, pieces: program.Pieces(r.Body, r.Parameters)}
	switch {
	case t.kind == "": // an answer without a body has the default type all the same
		t.kind = htmlType
	case strings.HasPrefix(t.kind, "text/") && !strings.Contains(t.kind, ";"):
		t.kind += "; charset=utf-8"
	}
	for _, h := range r.Headers {
		t.lines = append(t.lines, http1.Line{Name: h.Name, Value: h.Value})
	}
	if !slices.ContainsFunc(t.pieces, func(p program.Piece) bool { return p.Name != "" }) {
		t.fixed = v.response(r.Status, t.lines, t.kind, r.Body)
	}
	return t
}

// answer is the answer with the values of the route's parameters.
func (t *template) answer(values []string) *http1.Answer {
	if t.fixed != nil {
		return t.fixed
	}
	var body strings.Builder
	for _, piece := range t.pieces {
		text := piece.Text
		named := func(p program.Parameter) bool { return p.Name == piece.Name && piece.Name != "" }
		if i := slices.IndexFunc(t.route.Parameters, named); i >= 0 {
			text = values[i]
			if t.route.JSON() {
				quoted := pyvalue.JSON(text)
				text = quoted[1 : len(quoted)-1]
			}
		}
		body.WriteString(text)
	}
	return t.version.response(t.route.Status, t.lines, t.kind, body.String())
}
