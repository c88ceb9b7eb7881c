package explain_test

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"pgregory.net/rapid"

	"github.com/target-server/target-server/distribution"
	"github.com/target-server/target-server/program"
)

// What is predicted is compared with a list of all ways that requests can take, which is made by code of its own.

// event takes (1, 2, …) or releases (-1, -2, …) one of a resource: 1 is the threads, 2 the first pool's connections.
type event = int

// course is one way that a request can take.
type course struct {
	events []event
	open   map[*program.Dependency]bool // sessions with a connection
	async  bool                         // on the loop
	failed bool
	chance float64
	now    float64         // seconds since the start
	held   map[int]float64 // seconds, by resource; 0 is the loop
}

// interpreter is the resource of cpu and gil.
const interpreter = 100

// plus takes or releases a resource now.
func (c course) plus(e event) course {
	c.events = append(slices.Clone(c.events), e)
	c.held = maps.Clone(c.held)
	if e > 0 {
		c.held[e] -= c.now
	} else {
		c.held[-e] += c.now
	}
	return c
}

// courses lists all ways of the requests for a route.
type courses struct {
	pools []*program.Pool
	route *program.Route
}

func (cs courses) pool(p *program.Pool) event { return 2 + slices.Index(cs.pools, p) }

// run calls functions one after another.
func (cs courses) run(all []course, f func(course) []course) []course {
	var after []course
	for _, c := range all {
		after = append(after, f(c)...)
	}
	return after
}

// body runs steps with the sessions among depends.
func (cs courses) body(c course, steps []program.Step, depends []*program.Dependency) []course {
	all := []course{c}
	for _, s := range steps {
		all = cs.run(all, func(c course) []course {
			if c.failed {
				return []course{c}
			}
			return cs.step(c, s, depends)
		})
	}
	return all
}

func (cs courses) step(c course, s program.Step, depends []*program.Dependency) []course {
	switch s.Kind {
	case program.Raise:
		c.failed = true
	case program.Sleep:
		c.now += s.For.Mean().Seconds()
	case program.Block:
		c.now += s.For.Mean().Seconds()
		c.held = maps.Clone(c.held)
		c.held[0] += s.For.Mean().Seconds()
	case program.CPU, program.GIL:
		c.now += s.For.Mean().Seconds()
		c.held = maps.Clone(c.held)
		c.held[interpreter] += s.For.Mean().Seconds()
		if c.async {
			c.held[0] += s.For.Mean().Seconds()
		}
	case program.Send:
		if !c.async {
			c = c.plus(-1).plus(1)
		}
	case program.Share:
		done, skipped := c, c
		done.chance *= s.Share
		skipped.chance *= 1 - s.Share
		return append(cs.body(done, s.Do, depends), skipped)
	case program.Repeat:
		all := []course{c}
		for range s.Times {
			all = cs.run(all, func(c course) []course {
				if c.failed {
					return []course{c}
				}
				return cs.body(c, s.Do, depends)
			})
		}
		return all
	case program.Query:
		session := program.SessionFor(s.Pool, depends)
		switch {
		case session == nil:
			c = c.plus(cs.pool(s.Pool))
			c.now += s.For.Mean().Seconds()
			return []course{c.plus(-cs.pool(s.Pool))}
		case !c.open[session]:
			c = c.plus(cs.pool(s.Pool))
			c.open = maps.Clone(c.open)
			if c.open == nil {
				c.open = map[*program.Dependency]bool{}
			}
			c.open[session] = true
		}
		c.now += s.For.Mean().Seconds()
	}
	return []course{c}
}

// call runs a function, with a token if it is a def.
func (cs courses) call(c course, f program.Function, depends []*program.Dependency) []course {
	if c.failed {
		return []course{c}
	}
	c.async = f.Async
	if f.Async {
		return cs.body(c, f.Steps, depends)
	}
	return cs.run(cs.body(c.plus(1), f.Steps, depends), func(c course) []course { return []course{c.plus(-1)} })
}

// from runs the dependencies of a list and what they enclose.
func (cs courses) from(list []*program.Dependency, c course) []course {
	r := cs.route
	if len(list) == 0 {
		all := cs.call(c, r.Function, r.Depends)
		if r.File > 0 { // stat, open, read, close
			for range 4 {
				all = cs.run(all, func(c course) []course { return cs.call(c, program.Function{}, nil) })
			}
		}
		if r.ResponseModel && !r.Async {
			all = cs.run(all, func(c course) []course { return cs.call(c, program.Function{}, nil) })
		}
		for _, task := range r.Background {
			all = cs.run(all, func(c course) []course { return cs.call(c, task, r.Depends) })
		}
		return all
	}
	d := list[0]
	return cs.run(cs.call(c, d.Function, d.Depends), func(c course) []course {
		if c.failed {
			return []course{c}
		}
		inside := cs.from(list[1:], c)
		if !d.Yield {
			return inside
		}
		return cs.run(inside, func(c course) []course { return cs.exit(c, d) })
	})
}

func (cs courses) exit(c course, d *program.Dependency) []course {
	failed := c.failed
	c.failed = false
	if d.Session != nil && c.open[d] {
		c = c.plus(-cs.pool(d.Session))
		c.open, c.failed = maps.Clone(c.open), failed
		delete(c.open, d)
		return []course{c}
	}
	c.async = d.Async
	return cs.run(cs.body(c, d.Exit, d.Depends), func(c course) []course {
		c.failed = c.failed || failed
		return []course{c}
	})
}

// inOrder lists the dependencies of a route depth first, each once.
func inOrder(list, known []*program.Dependency) []*program.Dependency {
	for _, d := range list {
		known = inOrder(d.Depends, known)
		if !slices.Contains(known, d) {
			known = append(known, d)
		}
	}
	return known
}

// coursesOf lists the ways of the requests for a route.
func coursesOf(p *program.Program, r *program.Route) []course {
	return courses{p.Pools, r}.from(inOrder(r.Depends, nil), course{chance: 1, held: map[int]float64{}})
}

// small draws a program with few resources.
func small(t *rapid.T) *program.Program {
	p := &program.Program{Name: "app"}
	for i := range rapid.IntRange(1, 2).Draw(t, "pools") {
		pool := &program.Pool{Name: fmt.Sprint("p", i), Size: rapid.IntRange(1, 2).Draw(t, "size"), Timeout: time.Second}
		p.Pools = append(p.Pools, pool)
		p.Dependencies = append(p.Dependencies, &program.Dependency{Name: fmt.Sprint("s", i), Session: pool, Yield: true})
	}
	for i := range rapid.IntRange(0, 2).Draw(t, "dependencies") {
		d := &program.Dependency{Name: fmt.Sprint("d", i), Depends: someOf(t, p), Yield: rapid.Bool().Draw(t, "yield")}
		d.Function = function(t, p)
		if d.Yield {
			d.Exit = steps(t, p, d.Async, 1)
		}
		p.Dependencies = append(p.Dependencies, d)
	}
	for i := range rapid.IntRange(1, 2).Draw(t, "routes") {
		r := &program.Route{Method: "GET", Path: fmt.Sprint("/", i), Depends: someOf(t, p), Function: function(t, p)}
		switch rapid.IntRange(0, 4).Draw(t, "answer") {
		case 0, 1:
			r.ResponseModel = true
		case 2:
			r.File = 1
		case 3:
			r.Stream = program.InChunks
			r.Steps = sent(t, r.Steps)
		}
		if rapid.Bool().Draw(t, "background") {
			r.Background = []program.Function{function(t, p)}
		}
		p.Routes = append(p.Routes, r)
	}
	return p
}

// sent adds chunks to steps.
func sent(t *rapid.T, steps []program.Step) []program.Step {
	var all []program.Step
	for _, s := range steps {
		s.Do = sent(t, s.Do)
		all = append(all, s)
		if rapid.Bool().Draw(t, "send") {
			all = append(all, program.Sending(1))
		}
	}
	return all
}

func someOf(t *rapid.T, p *program.Program) []*program.Dependency {
	var some []*program.Dependency
	for _, d := range p.Dependencies {
		if rapid.Bool().Draw(t, "depends on "+d.Name) {
			some = append(some, d)
		}
	}
	return some
}

func function(t *rapid.T, p *program.Program) program.Function {
	async := rapid.Bool().Draw(t, "async")
	return program.Function{Async: async, Steps: steps(t, p, async, 2)}
}

// steps draws work. Async functions make no queries, since the pools are for def ones.
func steps(t *rapid.T, p *program.Program, async bool, most int) []program.Step {
	var all []program.Step
	for range rapid.IntRange(0, most).Draw(t, "steps") {
		s := program.Step{
			For:   distribution.Of(time.Duration(rapid.IntRange(0, 50).Draw(t, "ms")) * time.Millisecond),
			Share: 0.5, Times: 2, Text: "X",
		}
		kinds := []program.Kind{program.Sleep, program.Share, program.Repeat, program.Raise, program.CPU, program.GIL}
		if async {
			kinds = append(kinds, program.Block)
		} else {
			kinds = append(kinds, program.Query, program.Query, program.Query)
			s.Pool = rapid.SampledFrom(p.Pools).Draw(t, "pool")
		}
		s.Kind = rapid.SampledFrom(kinds).Draw(t, "kind")
		if s.Kind == program.Share || s.Kind == program.Repeat {
			if most == 0 {
				continue
			}
			s.Do = steps(t, p, async, most-1)
		}
		all = append(all, s)
	}
	return all
}
