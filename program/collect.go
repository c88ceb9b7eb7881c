package program

import (
	"fmt"
	"slices"
)

// collect lists the pools and dependencies of a program, and those that are only used.
func (w *writer) collect(p *Program) {
	for i, pool := range p.Pools {
		if pool == nil {
			w.fail(fmt.Sprintf("Pools[%d]", i), "is nil", "accepted: a *Pool")
			continue
		}
		w.pools = append(w.pools, pool)
	}
	for i, d := range p.Dependencies {
		if d == nil {
			w.fail(fmt.Sprintf("Dependencies[%d]", i), "is nil", "accepted: a *Dependency")
			continue
		}
		w.depends = append(w.depends, d)
	}
	for _, route := range p.Routes {
		if route == nil {
			continue
		}
		w.addDependencies(route.Depends)
		w.addPools(route.Steps)
		for _, f := range route.Background {
			w.addPools(f.Steps)
		}
	}
	for i := 0; i < len(w.depends); i++ { // which grows
		d := w.depends[i]
		w.addDependencies(d.Depends)
		w.addPools(d.Steps)
		w.addPools(d.Exit)
		w.addPool(d.Session)
	}
}

func (w *writer) addDependencies(all []*Dependency) {
	for _, d := range all {
		if d != nil && !slices.Contains(w.depends, d) && len(w.depends) <= mostDependencies {
			w.depends = append(w.depends, d)
		}
	}
}

func (w *writer) addPools(steps []Step) {
	count := 0
	w.addPoolsOf(steps, 0, &count)
}

func (w *writer) addPoolsOf(steps []Step, depth int, count *int) {
	for _, s := range steps {
		if *count++; *count > mostSteps || depth > deepest {
			return
		}
		w.addPool(s.Pool)
		w.addPoolsOf(s.Do, depth+1, count)
	}
}

func (w *writer) addPool(p *Pool) {
	if p != nil && !slices.Contains(w.pools, p) {
		w.pools = append(w.pools, p)
	}
}
