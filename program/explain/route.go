package explain

import (
	"cmp"
	"math"
	"slices"

	"github.com/target-server/target-server/program"
)

// routeReport is what can be told of one route.
func routeReport(p *program.Program, route *program.Route, way *path, found *waiting, c Conditions) Route {
	time := elapsed().run(way)
	r := Route{
		Route: route.Name(), Stages: stagesOf(way, found, time), async: route.Async, follows: "exits", lock: longestLock(way),
		computes: amountOf(program.CPU).run(way).sum(), keeps: amountOf(program.GIL).run(way).sum(),
	}
	if len(route.Background) > 0 {
		r.follows = "tasks"
	}
	answer := answerAmong(r.Stages)
	for _, s := range r.Stages[:answer] {
		r.Answer += s.Time * s.Share
	}
	for _, pool := range p.Pools {
		if _, after := sessionTime(way, pool, answer); after > 0 {
			r.kept = append(r.kept, Ceiling{Resource: pool.Name, Time: after})
		}
	}
	r.Ceilings = ceilingsOf(p, way, r.Stages, len(r.Stages), c)
	if len(r.Ceilings) > 0 {
		r.AtOnce = roundedUp(r.Ceilings[0].Rate * time.sum())
		r.FallsBeyond = fallsBeyond(found.waits, c) * c.Workers
	}
	r.compareAnswers(ceilingsOf(p, way, r.Stages, answer, c), found, c)
	return r
}

// What a ceiling's resource is called if it is no pool.
const (
	inThreads     = "threads"
	onLoop        = "loop"
	inInterpreter = "interpreter"
)

// ceilingsOf are the ceilings of a route, the lowest first. Of the stages from end on it counts only how long sessions
// keep the connections that they had before.
func ceilingsOf(p *program.Program, way *path, stages []Stage, end int, c Conditions) []Ceiling {
	all := []Ceiling{}
	add := func(of Ceiling) {
		if of.Time > 0 {
			of.Rate = float64(of.Number) / of.Time * float64(c.Workers)
			all = append(all, of)
		}
	}
	var thread float64
	for _, s := range stages[:end] {
		if s.Place == Token || c.Terms == OneThread {
			thread += s.Time * s.Share
		}
	}
	if c.Threads > 0 {
		add(Ceiling{Resource: inThreads, Number: c.Threads, Time: thread})
	}
	for _, pool := range p.Pools {
		before, after := sessionTime(way, pool, end)
		if before > 0 {
			before += after
		}
		before += sum(outside(pool).run(way).amounts[:end])
		add(Ceiling{Resource: pool.Name, Number: connectionsOf(pool), Time: before})
	}
	add(Ceiling{Resource: inInterpreter, Number: 1, Time: sum(interpreting().run(way).amounts[:end])})
	add(Ceiling{Resource: onLoop, Number: 1, Time: sum(blocked().run(way).amounts[:end])})
	slices.SortStableFunc(all, func(a, b Ceiling) int { return cmp.Compare(a.Rate, b.Rate) })
	return all
}

// fallsBeyond is how many requests at once leave either the threads or the connections without a queue. Only where a
// request holds one of a pool's connections while it waits for a thread can both queues hold each other up.
func fallsBeyond(waits []wait, c Conditions) int {
	most := 0
	for _, w := range waits {
		for _, pool := range w.holds {
			if n := max(connectionsOf(pool), c.Threads); w.pool == nil && c.Threads > 0 && (most == 0 || n < most) {
				most = n
			}
		}
	}
	return most
}

// roundedUp is the next whole number, if the sum is not one already apart from errors of floating point.
func roundedUp(sum float64) int { return int(math.Ceil(min(sum, math.MaxInt32) * (1 - 1e-12))) }

// sessionTime is how long the sessions of a request hold connections of a pool, before a stage and from it on.
func sessionTime(way *path, pool *program.Pool, stage int) (before, after float64) {
	for _, session := range way.sessions {
		if session.Session == pool {
			amounts := inSession(session).run(way).amounts
			before += sum(amounts[:stage])
			after += sum(amounts[stage:])
		}
	}
	return before, after
}

// stagesOf lists the stages of a path in order.
func stagesOf(way *path, found *waiting, time *meter) []Stage {
	order := &lister{}
	walk(way, order, struct{}{})
	chunks := sending().run(way).amounts
	var all []Stage
	for i, st := range order.stages {
		s := Stage{Name: st.name, Place: st.place, Share: time.reached[i]}
		if s.Share > 0 {
			s.Time = time.amounts[i] / s.Share
		}
		if s.Place == Token && s.Share > 0 {
			s.tokens(chunks[i]/s.Share, st.parts)
		}
		for _, w := range found.stage[i] {
			s.wait(w)
		}
		if st.exit != nil && st.exit.Session != nil {
			s.Returns = st.exit.Session.Name
		}
		all = append(all, s)
	}
	return all
}

// wait adds what a stage may wait for.
func (s *Stage) wait(w wait) {
	if w.pool == nil {
		s.Holding = united(s.Holding, names(w.holds))
		return
	}
	i := slices.IndexFunc(s.Asks, func(a Ask) bool { return a.Pool == w.pool.Name && a.Keeps == w.keeps })
	if i < 0 {
		i = len(s.Asks)
		s.Asks = append(s.Asks, Ask{Pool: w.pool.Name, Keeps: w.keeps, Thread: w.thread})
	}
	s.Asks[i].Holding = united(s.Asks[i].Holding, names(w.holds))
}

// united adds names that a list does not have.
func united(list, more []string) []string {
	for _, name := range more {
		if !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	return list
}

// tokens notes how many tokens a stage takes: for each chunk and the end of a stream, or for each part of a file.
func (s *Stage) tokens(chunks float64, parts int) {
	switch {
	case parts > 0:
		s.Tokens = float64(parts)
	case chunks > 0:
		s.Tokens = chunks + 1
	}
}

// lister lists the stages of a path.
type lister struct{ stages []*stage }

func (l *lister) do(st *stage, s struct{}) (after, raised struct{}) {
	l.stages = append(l.stages, st)
	return s, s
}

func (l *lister) join(s, _ struct{}) struct{} { return s }
