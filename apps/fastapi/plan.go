package fastapi

import (
	"slices"

	"github.com/target-server/target-server/apps/functions"
	"github.com/target-server/target-server/program"
)

// plan is what FastAPI does for every request of one route: its functions, in the order in which it calls them.
type plan struct {
	route *program.Route
	name  string // of the route
	// calls are the dependencies, depth first and each once, and then the handler (solve_dependencies).
	calls      []*call
	validation *call // of the response, in a thread; or nil
	background []*call
	parameters bool  // it or a dependency has any
	sessions   []int // the pools of its sessions, by index in the program
	answer     *template
	form       *formPlan            // of what the handler reads; or nil
	respond    func(*task) response // makes the answer if that sends itself; otherwise nil
	generator  *call                // of a stream: what makes its parts
}

// call is one function of a plan.
type call struct {
	kind       callKind
	name       string // as reports call it
	async      bool
	function   *functions.Function // nil for the handler of a stream that FastAPI does not call, but its generator
	dependency *program.Dependency // or nil
	depends    []*call             // that it needs
	declared   []declared          // its parameters
	values     int                 // which of a task's lists of values its texts name
	exit       *call               // of a dependency with yield, or nil
	session    int                 // of a dependency that is one: its index among the plan's sessions; otherwise -1
}

// callKind is what a function is for.
type callKind uint8

const (
	aDependency callKind = iota
	aHandler
	aValidation
	aTask
	anExit
	aGenerator
	anUpload
	aTrip // of a response to a thread
)

// planner makes the plan of one route.
type planner struct {
	*plan
	process *functions.Process
	program *program.Program
	known   map[*program.Dependency]*call
}

func (v *Version) newPlan(process *functions.Process, p *program.Program, route *program.Route) *plan {
	pl := planner{plan: &plan{route: route, name: route.Name(), form: v.newFormPlan(process, route)}, process: process, program: p, known: map[*program.Dependency]*call{}}
	for _, d := range route.Depends {
		pl.depend(d)
	}
	handler := pl.handles(declare(route.Path, route.Parameters))
	pl.calls = append(pl.calls, handler)
	pl.parameters = pl.form != nil
	for i, c := range pl.calls {
		c.values = i
		pl.parameters = pl.parameters || len(c.declared) > 0
		if c.exit != nil {
			c.exit.values = i
		}
	}
	if route.ResponseModel && !route.Async {
		pl.validation = &call{kind: aValidation, name: "validation", session: -1, function: process.New(nil, nil, nil)}
	}
	if pl.generator != nil {
		pl.generator.values = handler.values
	}
	for _, f := range route.Background {
		task := pl.call(aTask, "background task", f, handler.declared, route.Depends)
		task.values = handler.values
		pl.background = append(pl.background, task)
	}
	return pl.plan
}

// handles makes the call of the handler. That of a stream is a coroutine that only makes the generator.
func (pl *planner) handles(declared []declared) *call {
	work := pl.route.Function
	if pl.route.Stream != program.Whole {
		pl.generator = pl.call(aGenerator, "chunk", work, declared, pl.route.Depends)
		work = program.Function{Async: true}
	}
	return pl.call(aHandler, "handler", work, declared, pl.route.Depends)
}

// depend adds a dependency after those that it needs, unless it is there already.
func (pl *planner) depend(d *program.Dependency) *call {
	if c := pl.known[d]; c != nil {
		return c
	}
	var needs []*call
	for _, needed := range d.Depends {
		needs = append(needs, pl.depend(needed))
	}
	c := pl.call(aDependency, "dependency "+d.Name, d.Function, declare(pl.route.Path, d.Parameters), d.Depends)
	c.dependency, c.depends = d, needs
	if d.Session != nil {
		c.session = len(pl.sessions)
		pl.sessions = append(pl.sessions, slices.Index(pl.program.Pools, d.Session))
	}
	if d.Yield {
		c.exit = pl.call(anExit, "exit of "+d.Name, program.Function{Async: d.Async, Steps: d.Exit}, c.declared, d.Depends)
		c.exit.session = c.session
	}
	pl.known[d] = c
	pl.calls = append(pl.calls, c)
	return c
}

// call is a function that may use the sessions among depends.
func (pl *planner) call(kind callKind, name string, f program.Function, declared []declared, depends []*program.Dependency) *call {
	session := func(pool *program.Pool) int {
		if d := program.SessionFor(pool, depends); d != nil {
			return pl.known[d].session
		}
		return -1
	}
	parameters := parametersOf(declared)
	if kind != aDependency && kind != anExit {
		parameters = append(parameters, pl.route.Named()[len(pl.route.Parameters):]...)
	}
	return &call{
		kind: kind, name: name, async: f.Async, session: -1, declared: declared,
		function: pl.process.New(f.Steps, parameters, session),
	}
}

// parametersOf are the parameters that were declared.
func parametersOf(all []declared) []program.Parameter {
	parameters := make([]program.Parameter, len(all))
	for i, d := range all {
		parameters[i] = d.Parameter
	}
	return parameters
}

// solve walks through the dependencies as solve_dependencies does, with the parameters of one request. It returns the
// values of each call's parameters, or the errors; then only some dependencies are called, and no handler.
func (v *Version) solve(p *plan, path []string, query string) (values [][]string, calls []*call, errs []fieldError) {
	if !p.parameters {
		return nil, p.calls, nil
	}
	s := solver{version: v, path: path, query: query, values: make([][]string, len(p.calls)), good: map[*call]bool{}}
	for _, d := range p.route.Depends {
		s.walk(p.find(d))
	}
	s.take(p.handler())
	if len(s.errs) == 0 {
		return s.values, p.calls, nil
	}
	return s.values, s.calls, s.errs
}

// handler is the call of the handler.
func (p *plan) handler() *call { return p.calls[len(p.calls)-1] }

// find returns the call of a dependency.
func (p *plan) find(d *program.Dependency) *call {
	return p.calls[slices.IndexFunc(p.calls, func(c *call) bool { return c.dependency == d })]
}

// solver is one walk through the dependencies.
type solver struct {
	version *Version
	path    []string
	query   string
	values  [][]string
	calls   []*call
	good    map[*call]bool // called already
	errs    []fieldError
}

// walk reports whether a dependency is called. One with an error in its own parameters, or in what it needs, is not;
// the others after it still are. Where it is needed again, it fails again.
func (s *solver) walk(c *call) bool {
	good := true
	for _, needed := range c.depends {
		good = s.walk(needed) && good
	}
	if good = s.take(c) && good; good && !s.good[c] {
		s.good[c] = true
		s.calls = append(s.calls, c)
	}
	return good
}

// take reads the parameters of a call.
func (s *solver) take(c *call) bool {
	if len(c.declared) == 0 {
		return true
	}
	values, errs := s.version.validate(c.declared, s.path, s.query)
	s.values[c.values], s.errs = values, append(s.errs, errs...)
	return len(errs) == 0
}
