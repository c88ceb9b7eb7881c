package python

import (
	"slices"
	"strings"

	"github.com/target-server/target-server/program"
)

// Options are what the printed text tells besides the program.
type Options struct {
	File    string // the name of the program's file, for the comment at the top
	Stack   string // as --stack names it: decides the command and the packages in the comment
	Vintage string // 2023-03 or current
	Limit   int    // threads, unless APP_LIMIT is set; 0 leaves AnyIO's 40. Flask has no such limit.
}

// header is the comment at the top of the file, without its number signs.
func (o Options) header(p *program.Program) []string {
	all := []string{
		p.Name + ": printed by target-server from " + quoted(o.File) + ". Run it, saved as app.py, with",
		"",
		"    " + Command(o.Stack, o.Vintage),
		"",
		"and these packages:",
		"",
	}
	line := "   "
	for _, pin := range Packages(o.Stack, o.Vintage, needs(p)...) {
		if !fits("# "+line+" "+pin, columns) {
			all = append(all, line)
			line = "   "
		}
		line += " " + pin
	}
	return append(all, line)
}

// needs are the packages that a program needs besides those of its stack.
func needs(p *program.Program) []string {
	var all []string
	if len(p.Pools) > 0 {
		all = append(all, SQLAlchemy)
	}
	if slices.ContainsFunc(p.Routes, func(r *program.Route) bool { return r.Form != nil }) {
		all = append(all, Multipart)
	}
	return all
}

// stack is what a printed program needs on a stack.
type stack struct {
	name     string
	flask    bool
	command  string
	older    string // the command at 2023-03 if it differs
	packages string // names
}

const (
	fastAPI = " fastapi starlette anyio pydantic"
	uvicorn = " uvicorn uvloop httptools h11"
	hyper   = "hypercorn h11 h2 wsproto"
)

// stacks are those whose program is in Python.
func stacks() []stack {
	const worker = "gunicorn --worker-class uvicorn_worker.UvicornWorker app:app"
	return []stack{
		{name: "uvicorn", command: "uvicorn app:app", packages: uvicorn + " websockets" + fastAPI},
		{name: "hypercorn", command: "hypercorn app:app", packages: hyper + fastAPI},
		{name: "hypercorn-uvloop", command: "hypercorn --worker-class uvloop app:app", packages: hyper + " uvloop" + fastAPI},
		{name: "hypercorn-trio", command: "hypercorn --worker-class trio app:app", packages: hyper + " trio" + fastAPI},
		{
			name: "gunicorn-uvicorn", command: worker, older: strings.Replace(worker, "uvicorn_worker", "uvicorn.workers", 1),
			packages: "gunicorn uvicorn-worker" + uvicorn + fastAPI,
		},
		{name: "gunicorn-sync", flask: true, command: "gunicorn app:app", packages: "gunicorn flask werkzeug"},
		{
			name: "gunicorn-gthread", flask: true, command: "gunicorn --worker-class gthread app:app",
			packages: "gunicorn flask werkzeug",
		},
		{name: "waitress", flask: true, command: "waitress-serve app:app", packages: "waitress flask werkzeug"},
		{name: "flask", flask: true, command: "flask run", packages: "flask werkzeug"},
		{name: "flask-single", flask: true, command: "flask run --without-threads", packages: "flask werkzeug"},
	}
}
