package python

import (
	"maps"
	"slices"
	"strings"

	"github.com/target-server/target-server/program"
)

// argument is an entry of a function's signature.
type argument struct {
	node
	defaults bool // it has a default value
}

// own are the parameters of the path and the query.
func (f *function) own() []argument {
	var all []argument
	for _, p := range f.parameters {
		all = append(all, f.argument(p))
	}
	return all
}

func (f *function) argument(p program.Parameter) argument {
	name, kind := f.parameter(p.Name), string(p.Type)
	if p.Optional {
		kind += " | None"
	}
	alias := keyword("alias", textNode(p.Name))
	value := atom("None")
	switch {
	case name == p.Name && !p.Optional:
		return argument{atom(name + ": " + kind), false}
	case name == p.Name:
	case p.InPath:
		value = call(f.m.use("Path"), alias)
	case p.Optional:
		value = call(f.m.use("Query"), atom("None"), alias)
	default:
		value = call(f.m.use("Query"), alias)
	}
	value.lead = name + ": " + kind + " = "
	return argument{value, true}
}

// sessionsFor are the sessions that steps use in a function with these dependencies.
func sessionsFor(depends []*program.Dependency, work ...[]program.Step) map[*program.Dependency]*program.Pool {
	sessions := map[*program.Dependency]*program.Pool{}
	for _, pool := range queried(slices.Concat(work...)) {
		if s := program.SessionFor(pool, depends); s != nil {
			sessions[s] = pool
		}
	}
	return sessions
}

// depends are the dependencies of a function, and the sessions that its work needs besides, in the order in which it
// needs them.
func (f *function) depends(depends []*program.Dependency, work ...[]program.Step) []argument {
	sessions := sessionsFor(depends, work...)
	all := slices.Clone(depends)
	for _, pool := range queried(slices.Concat(work...)) {
		if s := program.SessionFor(pool, depends); s != nil && !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	var arguments []argument
	for _, d := range all {
		name := f.m.names.dependencies[d]
		local := f.local(name, "_dependency")
		if pool := sessions[d]; pool != nil {
			f.sessions[pool] = local
		}
		value := call(f.m.use("Depends"), atom(name))
		value.lead = local + "="
		arguments = append(arguments, argument{value, true})
	}
	return arguments
}

// local is a name for a parameter that the program needs: name, which is reserved or that of the dependency itself, or
// with the suffix if a parameter of the file has it.
func (f *function) local(name, suffix string) string {
	free := name
	for f.locals[free] || f.hasParameter(free) || free != name && f.m.names.taken[free] {
		free += suffix
	}
	f.locals[free] = true
	return free
}

func (f *function) hasParameter(name string) bool {
	return slices.ContainsFunc(f.declared(), func(declared string) bool { return f.parameter(declared) == name })
}

// queried are the pools that steps take connections from, in the order of their first use.
func queried(steps []program.Step) []*program.Pool {
	var all []*program.Pool
	for _, s := range steps {
		pools := queried(s.Do)
		if s.Kind == program.Query {
			pools = []*program.Pool{s.Pool}
		}
		for _, pool := range pools {
			if !slices.Contains(all, pool) {
				all = append(all, pool)
			}
		}
	}
	return all
}

// signature prints the first line of a function. Where a parameter without a default follows one with, all are
// keyword-only: the order is that in which FastAPI looks at them.
func (f *function) signature(name string, arguments []argument) {
	var nodes []node
	defaults, mixed := false, false
	for _, a := range arguments {
		mixed = mixed || defaults && !a.defaults
		defaults = defaults || a.defaults
		nodes = append(nodes, a.node)
	}
	if mixed {
		nodes = append([]node{atom("*")}, nodes...)
	}
	before := "def "
	if f.async {
		before = "async def "
	}
	f.put(before, call(name, nodes...), ":")
}

// dependency prints a dependency.
func (m *module) dependency(d *program.Dependency) {
	body := func(f *function) { f.dependencyBody(d) }
	pools := slices.Collect(maps.Values(sessionsFor(d.Depends, d.Steps, d.Exit)))
	f := m.function(d.Function, d.Parameters, nil, pools, body)
	arguments := append(f.own(), f.depends(d.Depends, d.Steps, d.Exit)...)
	f.signature(m.names.dependencies[d], arguments)
	f.indented(func() { f.withGlobals(body) })
	m.add(f)
}

func (f *function) dependencyBody(d *program.Dependency) {
	if d.Session != nil {
		class := "Session"
		if d.Async {
			class = "AsyncSession"
		}
		opened := f.use("closing") + "(" + f.use(class) + "(" + f.use(f.m.names.pools[d.Session]) + "))"
		f.line("with " + opened + " as opened:")
		f.indented(func() { f.line("yield opened") })
		return
	}
	if len(d.Steps) > 0 || !d.Yield {
		f.steps(d.Steps)
	}
	switch {
	case d.Yield && len(d.Exit) == 0:
		f.line("yield")
	case d.Yield:
		f.line("try:")
		f.indented(func() { f.line("yield") })
		f.line("finally:")
		f.indented(func() { f.steps(d.Exit) })
	}
}

// withGlobals prints a body, after the declaration that it needs if it counts.
func (f *function) withGlobals(body func(*function)) {
	start := len(f.lines)
	body(f)
	if f.used["counter"] {
		f.lines = slices.Insert(f.lines, start, strings.Repeat(" ", f.depth*indent)+"global counter")
	}
}
