package fastapi

import (
	"net/http"

	"github.com/target-server/target-server/apps/fastapi/files"
	"github.com/target-server/target-server/apps/functions"
	"github.com/target-server/target-server/program"
	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/server/http1"
)

// programApp is a program that a file describes, in one worker.
type programApp struct {
	worker  *server.Worker
	version *Version
	plans   []*plan // by route
	openAPI *http1.Answer
	nothing *call // the exit of a dependency that was not entered
	kept    int   // bytes that forms keep
	trips   map[files.Trip]*call
	folders []*folder // that are mounted
	buffer  []byte    // for a part of a file, while it is sent
}

// newProgram makes the app of a program.
func newProgram(w *server.Worker, v *Version, p *program.Program) *programApp {
	process := functions.NewProcess(w, p)
	a := &programApp{worker: w, version: v, nothing: &call{kind: anExit, name: "exit", session: -1, function: process.New(nil, nil, nil)}}
	a.openAPI = document(http.StatusOK, jsonType, v.openAPI(p))
	a.trips = trips(process)
	for i, f := range files.Folders(p.Static) {
		a.folders = append(a.folders, a.newFolder(p.Static[i].Path, f))
	}
	for _, route := range p.Routes {
		pl := v.newPlan(process, p, route)
		a.plans = append(a.plans, pl)
		pl.answer = v.template(route)
		if route.Stream != program.Whole {
			v.stream(pl)
		}
		if route.File > 0 {
			v.sendFile(pl)
		}
	}
	return a
}

// handle runs a request of a route. path is the values of the path's parameters.
func (a *programApp) handle(e http1.Exchange, head *http1.Head, route int, path []string) {
	pl := a.plans[route]
	values, calls, errs := a.version.solve(pl, path, e.Query())
	reading := a.newReading(e, head, pl)
	if len(errs) > 0 && len(calls) == 0 && reading == nil {
		e.Reply(a.version.unprocessable(errs))
		return
	}
	t := &task{program: a, plan: pl, exchange: e, values: values, calls: calls, errs: errs, reading: reading}
	if reading != nil {
		t.phase = readingForm
	}
	if pl.route.File > 0 {
		t.asked = files.Ask(e.Method(), head)
	}
	t.request = a.worker.HoldScript(e, a.id(e, path), t)
}

// list runs a request for what is in a folder. rest is the path within it.
func (a *programApp) list(e http1.Exchange, head *http1.Head, index int, rest string) {
	t := &task{program: a, plan: a.folders[index].plan, exchange: e, asked: files.Ask(e.Method(), head)}
	t.asked.Path = files.Clean(rest)
	if a.version.files.RewritesPath {
		e.SetScopePath("/" + rest)
	}
	t.request = a.worker.HoldScript(e, a.id(e, nil), t)
}

// id is what reports call the request: its ?id=, or else the first parameter of its path.
func (a *programApp) id(e http1.Exchange, path []string) string {
	id, _ := parameters(e.Query())
	if id.value == "" && len(path) > 0 {
		return path[0]
	}
	return id.value
}
