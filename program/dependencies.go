package program

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// dependency is one that is being read: those that it depends on may come later in the file.
type dependency struct {
	*Dependency
	names   []*yaml.Node // what it depends on
	at      *yaml.Node
	visited visited
}

// visited is how far the search for circles has come with a dependency.
type visited uint8

const (
	unvisited visited = iota
	visiting
	done
)

const (
	mostDependencies = 200    // of a file
	mostVisits       = 10_000 // of a route: FastAPI visits what a dependency depends on each time that it comes to it
)

const acceptedDependency = "accepted: a dependency such as user: {depends: [session], def: [{query: 3ms}]}"

func (r *reader) readDependencies(n *yaml.Node) {
	var all []*dependency
	for _, p := range r.pairs(n, "dependencies", acceptedDependency) {
		if len(all) == mostDependencies {
			r.fail(p.key, "accepted: at most 200", "the file has too many dependencies")
			break
		}
		d := r.dependency(p)
		r.depends[p.key.Value] = d
		all = append(all, d)
	}
	for _, d := range all {
		for _, name := range d.names {
			d.Depends = r.addDependency(d.Depends, name)
		}
	}
	for _, d := range all {
		r.order(d, nil)
	}
}

// dependency reads one entry.
func (r *reader) dependency(p pair) *dependency {
	d := &dependency{Dependency: &Dependency{Name: r.name(p.key)}, at: p.key}
	var def, async, yield, exit, session *yaml.Node
	right := r.fields(p.value, "a dependency", acceptedDependency, []field{
		{"depends", func(v *yaml.Node) { d.names = r.list(v, "depends", acceptedDepends) }},
		{"parameters", func(v *yaml.Node) { d.Parameters = undeclared(r.parameters(v)) }},
		{"def", func(v *yaml.Node) { def = v }},
		{"async", func(v *yaml.Node) { async = v }},
		{"yield", func(v *yaml.Node) { d.Yield, yield = r.flag(v), v }},
		{"exit", func(v *yaml.Node) { exit = v }},
		{"session", func(v *yaml.Node) { session = v }},
	})
	switch {
	case session != nil:
		r.session(d, session, def, async, exit, yield)
		return d
	case right || def != nil || async != nil:
		d.Function = r.function(p.value, def, async, body{what: aDependency, parameters: d.Parameters})
	}
	switch {
	case exit != nil && !d.Yield:
		r.fail(exit, "add yield: true, or leave it out", "a dependency without yield has no exit")
	case exit != nil:
		d.Exit = r.steps(exit, body{what: aDependency, async: d.Async, parameters: d.Parameters})
	}
	return d
}

// session reads a dependency that yields a session of a pool.
func (r *reader) session(d *dependency, pool, def, async, exit, yield *yaml.Node) {
	for _, other := range []*yaml.Node{def, async, exit} {
		if other != nil && (other != async || !emptyList(async)) {
			r.fail(other, "accepted: another dependency that depends on the session; async: [] alone makes it a session of coroutines",
				"a session has no steps of its own")
		}
	}
	d.Async = async != nil
	if yield != nil && !d.Yield {
		r.fail(yield, "leave it out", "a session always yields")
	}
	d.Yield = true
	d.Session = r.poolNamed(pool)
	r.usePool(pool, d.Session, d.Async)
}

func emptyList(n *yaml.Node) bool { return n.Kind == yaml.SequenceNode && len(n.Content) == 0 }

const acceptedDepends = "accepted: a list of names such as [session]"

// depends reads the names of dependencies.
func (r *reader) dependsOn(n *yaml.Node) []*Dependency {
	var all []*Dependency
	for _, name := range r.list(n, "depends", acceptedDepends) {
		all = r.addDependency(all, name)
	}
	if visits(all, map[*Dependency]int{}) > mostVisits {
		r.fail(n, "accepted: at most "+strconv.Itoa(mostVisits),
			"FastAPI would visit too many dependencies for each request, "+
				"because it visits those of a dependency each time that one is needed")
	}
	return all
}

// function reads the work of a mapping that has def or async. b says where its steps stand, except whether they are async.
func (r *reader) function(n *yaml.Node, def, async *yaml.Node, b body) Function {
	b.async = async != nil
	switch {
	case def != nil && async != nil:
		r.fail(async, "accepted: one of def and async", "%s is a def or an async def, not both", b.what)
	case def != nil:
		r.uses(def, DefFunctions)
		return Function{Steps: r.steps(def, b)}
	case async != nil:
		r.uses(async, Async)
		return Function{Async: true, Steps: r.steps(async, b)}
	case n.Kind == yaml.MappingNode:
		r.fail(n, "accepted: for example def: [{sleep: 50ms}], or async: []", "%s needs def or async", b.what)
	}
	return Function{}
}

// addDependency adds the dependency that a node names to a list.
func (r *reader) addDependency(list []*Dependency, name *yaml.Node) []*Dependency {
	text, ok := r.text(name, "a dependency's name")
	d := r.depends[text]
	switch {
	case ok && d == nil:
		known := slices.Sorted(maps.Keys(r.depends))
		r.fail(name, meant(text, known)+"accepted: "+oneOf("dependencies", known), "there is no dependency %s",
			show(text))
	case ok && slices.Contains(list, d.Dependency):
		r.fail(name, "give it once", "%s is listed twice", text)
	case ok:
		list = append(list, d.Dependency)
	}
	return list
}

// visits is how many dependencies FastAPI visits for one request (solve_dependencies), up to one more than are accepted. It
// visits a dependency's own dependencies even if it is cached.
func visits(all []*Dependency, known map[*Dependency]int) int {
	sum := 0
	for _, d := range all {
		if known[d] == 0 {
			known[d] = 1 // so that it ends if they form a circle
			known[d] = 1 + visits(d.Depends, known)
		}
		sum = min(sum+known[d], mostVisits+1)
	}
	return sum
}

// oneOf lists names, if they are few.
func oneOf(what string, names []string) string {
	const most = 10
	switch {
	case len(names) == 0:
		return "the name of one of the file's " + what + ", of which there are none"
	case len(names) > most:
		return "the name of one of the file's " + what
	}
	return strings.Join(names, ", ")
}

// order appends a dependency to the program after those that it depends on. path is how the search came to it.
func (r *reader) order(d *dependency, path []string) {
	path = append(path, d.Name)
	switch d.visited {
	case visiting:
		from := slices.Index(path, d.Name)
		r.fail(d.at, "accepted: dependencies without a circle", "the dependencies form a circle: %s",
			strings.Join(path[from:], " -> "))
	case unvisited:
		d.visited = visiting
		for _, needed := range d.Depends {
			r.order(r.depends[needed.Name], path)
		}
		r.program.Dependencies = append(r.program.Dependencies, d.Dependency)
	}
	d.visited = done
}
