package explain

import (
	"fmt"

	"github.com/target-server/target-server/program"
)

// Place is where a function of a request runs.
type Place string

// The places.
const (
	Token   Place = "token"   // in a thread, for which it takes a token of the limiter
	Thread  Place = "thread"  // in a thread past the limiter; or in the one thread of the request
	OnLoop  Place = "loop"    // on the event loop
	Nowhere Place = "nowhere" // it is a moment: the answer has been sent
)

// stage is one function of a request, or the moment of its answer.
type stage struct {
	name  string
	place Place
	steps []program.Step
	enter *program.Dependency   // what it enters
	exit  *program.Dependency   // what it exits
	needs []*program.Dependency // what it depends on, and so whose sessions it uses
	parts int                   // of a file: how often it takes a token, one after another
}

// path is what a request for a route does, in order.
type path struct {
	before   []stage // dependencies, entered depth first and each once (fastapi solve_dependencies)
	inside   []stage // handler, validation, answer, background tasks
	sessions []*program.Dependency
	terms    Terms
}

func pathOf(r *program.Route, terms Terms) path {
	p := path{terms: terms}
	p.enter(r.Depends, map[*program.Dependency]bool{})
	p.inside = append(p.inside, stage{name: "handler", place: p.place(r.Async), steps: r.Steps})
	switch {
	case r.Stream != program.Whole:
		p.inside[0].name = "stream"
	case r.File != 0:
		p.inside = append(p.inside, fileStage(r.File, statToo))
	}
	if r.ResponseModel && !r.Async && terms == Trips {
		p.inside = append(p.inside, stage{name: "validation", place: Token})
	}
	p.inside = append(p.inside, stage{name: "answer", place: Nowhere})
	for i, task := range r.Background {
		name := "background task"
		if len(r.Background) > 1 {
			name = fmt.Sprintf("background task %d", i+1)
		}
		p.inside = append(p.inside, stage{name: name, place: p.place(task.Async), steps: task.Steps})
	}
	for i := range p.inside {
		p.inside[i].needs = r.Depends
	}
	return p
}

// place is where a function runs.
func (p *path) place(async bool) Place {
	switch {
	case p.terms == OneThread:
		return Thread
	case async:
		return OnLoop
	}
	return Token
}

func (p *path) enter(list []*program.Dependency, entered map[*program.Dependency]bool) {
	for _, d := range list {
		if entered[d] {
			continue
		}
		p.enter(d.Depends, entered)
		entered[d] = true
		p.before = append(p.before, stage{
			name: d.Name, place: p.place(d.Async), steps: d.Steps, enter: d, needs: d.Depends,
		})
		if d.Session != nil {
			p.sessions = append(p.sessions, d)
		}
	}
}

// exitOf is the stage that ends a dependency with yield. It needs no token (fastapi contextmanager_in_threadpool).
func (p *path) exitOf(entered *stage) *stage {
	d := entered.enter
	place := Thread
	if d.Async && p.terms == Trips {
		place = OnLoop
	}
	return &stage{name: "exit of " + d.Name, place: place, steps: d.Exit, exit: d, needs: d.Depends}
}

// session is the one whose connection a query of a pool uses, or nil if the query takes a connection for itself.
func (s *stage) session(pool *program.Pool) *program.Dependency {
	return program.SessionFor(pool, s.needs)
}

// walker follows a request. S is what is known of it at one moment.
type walker[S any] interface {
	// do goes through a stage, to its end or to an exception.
	do(st *stage, before S) (after, raised S)
	// join combines what is known of two courses of a request.
	join(a, b S) S
}

// walk takes a walker through all stages, in order. Exits also follow an exception, the rest does not.
func walk[S any](p *path, w walker[S], s S) S { return walkFrom(p, w, 0, s) }

func walkFrom[S any](p *path, w walker[S], at int, s S) S {
	if at == len(p.before) {
		return walkInside(p, w, s)
	}
	st := &p.before[at]
	after, raised := w.do(st, s)
	end := walkFrom(p, w, at+1, after)
	if st.enter.Yield {
		exited, failed := w.do(p.exitOf(st), end)
		end = w.join(exited, failed)
	}
	return w.join(end, raised)
}

func walkInside[S any](p *path, w walker[S], s S) S {
	var raised []S
	for i := range p.inside {
		after, failed := w.do(&p.inside[i], s)
		raised = append(raised, failed)
		s = after
	}
	for _, r := range raised {
		s = w.join(s, r)
	}
	return s
}
