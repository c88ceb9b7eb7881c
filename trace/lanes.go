package trace

import (
	"slices"
	"time"
)

// Lanes are tracks of the same name, which are shown as one: as many as slices overlap. The first that is free is taken.
type Lanes struct {
	trace  *Perfetto
	parent Track
	name   string
	rank   int
	free   []lane // a heap, the first lane at its root
	late   []lane // while one is looked for
	recent []lane // that became free last, in the order of time
}

// lane is a track that is free.
type lane struct {
	track Track
	since time.Duration
}

// Lanes returns lanes below a track.
func (p *Perfetto) Lanes(parent Track, name string, rank int) *Lanes {
	return &Lanes{trace: p, parent: parent, name: name, rank: rank}
}

// Take returns a lane that is free from a moment on, which may be somewhat in the past.
func (l *Lanes) Take(from time.Duration) Track {
	n := 0
	for n < len(l.recent) && l.recent[n].since <= from {
		l.push(l.recent[n])
		n++
	}
	l.recent = slices.Delete(l.recent, 0, n)
	for len(l.free) > 0 && len(l.late) < mostLate && l.free[0].since > from {
		l.late = append(l.late, l.pop())
	}
	var track Track
	if len(l.free) > 0 && l.free[0].since <= from {
		track = l.pop().track
	} else {
		track = l.trace.Track(l.parent, l.name, l.rank)
	}
	for _, e := range l.late {
		l.push(e)
	}
	l.late = l.late[:0]
	return track
}

// mostLate bounds how many lanes are tried that became free too late for a slice.
const mostLate = 64

// Put gives a lane back at a moment, which is not before that of an earlier call.
func (l *Lanes) Put(t Track, at time.Duration) { l.recent = append(l.recent, lane{t, at}) }

func (l *Lanes) push(e lane) {
	l.free = append(l.free, e)
	i := len(l.free) - 1
	for parent := (i - 1) / 2; i > 0 && l.free[i].track < l.free[parent].track; parent = (i - 1) / 2 {
		l.free[i], l.free[parent] = l.free[parent], l.free[i]
		i = parent
	}
}

func (l *Lanes) pop() lane {
	first, last := l.free[0], len(l.free)-1
	l.free[0] = l.free[last]
	l.free = l.free[:last]
	for i := 0; ; {
		child := 2*i + 1
		if child >= last {
			return first
		}
		if child+1 < last && l.free[child+1].track < l.free[child].track {
			child++
		}
		if l.free[i].track <= l.free[child].track {
			return first
		}
		l.free[i], l.free[child] = l.free[child], l.free[i]
		i = child
	}
}
