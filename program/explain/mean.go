package explain

import (
	"slices"

	"github.com/target-server/target-server/program"
)

// state is what a request is at between two steps, as far as one session is concerned.
type state int

const (
	free state = iota // the session has no connection
	held              // it has one
	raisedFree
	raisedHeld
	states
)

// mass is the probability of each state.
type mass [states]float64

func (m mass) alive() float64 { return m[free] + m[held] }

// operator is what steps do to a request: the probability of each state afterwards, and the expected amount of what is
// measured, by the state before. Operators are combined as matrices are, so that a loop of a million costs twenty
// products.
type operator struct {
	to   [states]mass
	cost [states]float64
}

func identity() operator {
	var o operator
	for s := range states {
		o.to[s][s] = 1
	}
	return o
}

// then is o followed by next.
func (o operator) then(next operator) operator {
	var all operator
	for s := range states {
		all.to[s] = next.apply(o.to[s])
		all.cost[s] = o.cost[s] + next.measure(o.to[s])
	}
	return all
}

func (o operator) apply(m mass) mass {
	var after mass
	for s := range states {
		for t := range states {
			after[t] += m[s] * o.to[s][t]
		}
	}
	return after
}

func (o operator) measure(m mass) float64 {
	var sum float64
	for s := range states {
		sum += m[s] * o.cost[s]
	}
	return sum
}

// with is o with probability p, and nothing otherwise.
func (o operator) with(p float64) operator {
	all := identity()
	for s := range states {
		for t := range states {
			all.to[s][t] = p*o.to[s][t] + (1-p)*all.to[s][t]
		}
		all.cost[s] = p * o.cost[s]
	}
	return all
}

// times is o, n times.
func (o operator) times(n int) operator {
	all := identity()
	for ; n > 0; n >>= 1 {
		if n&1 == 1 {
			all = all.then(o)
		}
		o = o.then(o)
	}
	return all
}

// measure is an amount of which the mean is asked.
type measure struct {
	// of is the amount of a step that takes time. held says whether the session has a connection.
	of      func(st *stage, s program.Step, held bool) float64
	session *program.Dependency // the one that held speaks of; or nil
}

// operator is what the steps of a stage do.
func (q *measure) operator(st *stage, steps []program.Step) operator {
	all := identity()
	for _, s := range steps {
		all = all.then(q.step(st, s))
	}
	return all
}

func (q *measure) step(st *stage, s program.Step) operator {
	o := identity()
	switch s.Kind {
	case program.Repeat:
		return q.operator(st, s.Do).times(s.Times)
	case program.Share:
		return q.operator(st, s.Do).with(s.Share)
	case program.Raise:
		o.to[free], o.to[held] = mass{raisedFree: 1}, mass{raisedHeld: 1}
	case program.Query:
		if q.session != nil && st.session(s.Pool) == q.session {
			o.to[free] = mass{held: 1}
		}
	}
	o.cost[free] = q.of(st, s, o.to[free][held] > 0)
	o.cost[held] = q.of(st, s, true)
	return o
}

// seconds is how long a step takes by itself, on average.
func seconds(s program.Step) float64 {
	switch s.Kind {
	case program.Sleep, program.Block, program.Query, program.CPU, program.GIL:
		return s.For.Mean().Seconds()
	}
	return 0
}

// meter walks through a request and measures one amount in each stage.
type meter struct {
	measure
	amounts []float64 // a request, by stage
	reached []float64 // the probability of each stage
}

func (m *meter) do(st *stage, before mass) (after, raised mass) {
	start := mass{free: before[free] + before[raisedFree], held: before[held] + before[raisedHeld]}
	o := m.operator(st, st.steps)
	m.amounts = append(m.amounts, o.measure(start))
	m.reached = append(m.reached, start.alive())
	end := o.apply(start)
	if st.exit != nil && st.exit == m.session {
		end = mass{free: end[free] + end[held], raisedFree: end[raisedFree] + end[raisedHeld]}
	}
	return mass{free: end[free], held: end[held]}, mass{raisedFree: end[raisedFree], raisedHeld: end[raisedHeld]}
}

func (m *meter) join(a, b mass) mass {
	for s := range states {
		a[s] += b[s]
	}
	return a
}

// run measures a path.
func (q measure) run(p *path) *meter {
	m := &meter{measure: q}
	walk(p, m, mass{free: 1})
	return m
}

// sum adds the amounts of the stages.
func (m *meter) sum() float64 { return sum(m.amounts) }

func sum(amounts []float64) float64 {
	var all float64
	for _, a := range amounts {
		all += a
	}
	return all
}

// elapsed measures how long a request takes, if it waits for nothing.
func elapsed() measure {
	return measure{of: func(_ *stage, s program.Step, _ bool) float64 { return seconds(s) }}
}

// blocked measures how long the event loop stands still.
func blocked() measure {
	return measure{of: func(st *stage, s program.Step, _ bool) float64 {
		if st.place == OnLoop && (s.Kind == program.Block || computes(s)) {
			return seconds(s)
		}
		return 0
	}}
}

// computes reports whether a step holds the interpreter's lock.
func computes(s program.Step) bool { return s.Kind == program.CPU || s.Kind == program.GIL }

// interpreting measures how long a request needs the interpreter, wherever its functions run.
func interpreting() measure { return amountOf(program.CPU, program.GIL) }

// amountOf measures how long steps of some kinds take.
func amountOf(kinds ...program.Kind) measure {
	return measure{of: func(_ *stage, s program.Step, _ bool) float64 {
		if slices.Contains(kinds, s.Kind) {
			return seconds(s)
		}
		return 0
	}}
}

// sending counts chunks.
func sending() measure {
	return measure{of: func(_ *stage, s program.Step, _ bool) float64 {
		if s.Kind == program.Send {
			return 1
		}
		return 0
	}}
}

// inSession measures how long a session keeps a connection.
func inSession(session *program.Dependency) measure {
	return measure{session: session, of: func(_ *stage, s program.Step, held bool) float64 {
		if held {
			return seconds(s)
		}
		return 0
	}}
}

// outside measures how long queries hold connections of a pool without a session.
func outside(pool *program.Pool) measure {
	return measure{of: func(st *stage, s program.Step, _ bool) float64 {
		if s.Kind == program.Query && s.Pool == pool && st.session(pool) == nil {
			return seconds(s)
		}
		return 0
	}}
}
