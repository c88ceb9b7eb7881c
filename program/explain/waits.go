package explain

import (
	"slices"

	"github.com/target-server/target-server/program"
)

// mask says which of a path's sessions have a connection.
type mask uint64

// masks are the combinations that are possible at one moment, sorted.
type masks []mask

// Bounds of the search for circular waits. A program for people stays far below.
const (
	mostSessions = 64  // of one route
	mostMasks    = 256 // possible combinations
)

func (m masks) with(more ...mask) masks {
	for _, one := range more {
		at, found := slices.BinarySearch(m, one)
		if !found && len(m) < mostMasks {
			m = slices.Insert(slices.Clone(m), at, one)
		}
	}
	return m
}

// wait is a moment at which a request may wait: for a thread, or for a connection.
type wait struct {
	route  string
	stage  string
	pool   *program.Pool // whose connection it waits for, or nil: it waits for a thread
	keeps  bool          // a session keeps the connection
	thread bool          // it holds a thread meanwhile
	holds  []*program.Pool
}

// waiting walks through a request and finds all of its waits.
type waiting struct {
	route string
	path  *path
	waits []wait
	stage [][]wait // by stage
}

func waitsOf(route string, p *path) *waiting {
	w := &waiting{route: route, path: p}
	if p.terms == OneThread {
		w.waits = append(w.waits, wait{route: route, stage: "everything"})
	}
	walk(p, w, masks{0})
	return w
}

func (w *waiting) do(st *stage, before masks) (after, raised masks) {
	from := len(w.waits)
	w.next(st, before, from)
	after, raised = w.steps(st, st.steps, before, from)
	w.stage = append(w.stage, w.waits[from:len(w.waits):len(w.waits)])
	if bit := w.bit(st.exit); bit != 0 {
		after = without(after, bit)
	}
	return after, raised
}

// next waits for a token, if the stage runs in a thread: at its start, and after each chunk that it sends.
func (w *waiting) next(st *stage, m masks, from int) {
	if st.place != Token {
		return
	}
	for _, one := range m {
		w.add(wait{route: w.route, stage: st.name, holds: w.pools(one)}, from)
	}
}

func (w *waiting) join(a, b masks) masks { return a.with(b...) }

func without(m masks, bit mask) masks {
	var left masks
	for _, one := range m {
		left = left.with(one &^ bit)
	}
	return left
}

// add notes a wait, unless the stage has it already.
func (w *waiting) add(one wait, from int) {
	for _, other := range w.waits[from:] {
		if other.pool == one.pool && slices.Equal(other.holds, one.holds) {
			return
		}
	}
	w.waits = append(w.waits, one)
}

// bit is that of a session, or 0.
func (w *waiting) bit(d *program.Dependency) mask {
	i := slices.Index(w.path.sessions, d)
	if d == nil || i < 0 || i >= mostSessions {
		return 0
	}
	return 1 << i
}

// pools lists those of whose connections the sessions hold one each.
func (w *waiting) pools(m mask) []*program.Pool {
	var all []*program.Pool
	for i, d := range w.path.sessions {
		if i < mostSessions && m&(1<<i) != 0 {
			all = append(all, d.Session)
		}
	}
	return all
}

// steps finds the waits of steps. from is the first wait of the stage.
func (w *waiting) steps(st *stage, steps []program.Step, m masks, from int) (after, raised masks) {
	for _, s := range steps {
		var failed masks
		switch s.Kind {
		case program.Raise:
			return nil, raised.with(m...)
		case program.Query:
			m = w.query(st, s.Pool, m, from)
		case program.Send:
			w.next(st, m, from)
		case program.Share:
			m, failed = w.share(st, s, m, from)
		case program.Repeat:
			m, failed = w.repeat(st, s, m, from)
		}
		raised = raised.with(failed...)
	}
	return m, raised
}

func (w *waiting) query(st *stage, pool *program.Pool, m masks, from int) masks {
	bit := w.bit(st.session(pool))
	var after masks
	for _, one := range m {
		if one&bit == 0 {
			w.add(wait{
				route: w.route, stage: st.name, pool: pool, keeps: bit != 0,
				thread: st.place == Token || w.path.terms == OneThread, holds: w.pools(one),
			}, from)
		}
		after = after.with(one | bit)
	}
	return after
}

func (w *waiting) share(st *stage, s program.Step, m masks, from int) (after, raised masks) {
	if s.Share == 0 {
		return m, nil
	}
	after, raised = w.steps(st, s.Do, m, from)
	if s.Share < 1 {
		after = m.with(after...)
	}
	return after, raised
}

// repeat stops as soon as another time brings nothing new.
func (w *waiting) repeat(st *stage, s program.Step, m masks, from int) (after, raised masks) {
	for range s.Times {
		next, failed := w.steps(st, s.Do, m, from)
		raised = raised.with(failed...)
		if slices.Equal(next, m) {
			break
		}
		m = next
	}
	return m, raised
}
