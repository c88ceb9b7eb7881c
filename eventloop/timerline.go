package eventloop

// timerLine holds timers in the order in which they are due. One that is stopped
// leaves a hole; neither end is ever one.
type timerLine struct {
	places []*Timer
	start  int // place of the first
	live   int // how many there are, without the holes
}

// leastPlaces spares a line of few timers from being tidied up often.
const leastPlaces = 256

func (l *timerLine) first() *Timer {
	if l.live == 0 {
		return nil
	}
	return l.places[l.start]
}

func (l *timerLine) last() *Timer {
	if l.live == 0 {
		return nil
	}
	return l.places[len(l.places)-1]
}

// push adds a timer that is not due before the last.
func (l *timerLine) push(t *Timer) {
	if len(l.places) == cap(l.places) && l.live <= cap(l.places)/4*3 {
		l.tidy()
	}
	l.places = append(l.places, t)
	t.index = int32(-len(l.places))
	l.live++
}

// tidy closes the holes.
func (l *timerLine) tidy() {
	if l.places == nil {
		l.places = make([]*Timer, 0, leastPlaces)
	}
	all := l.places[l.start:]
	l.places, l.start = l.places[:0], 0
	for _, t := range all {
		if t != nil {
			l.places = append(l.places, t)
			t.index = int32(-len(l.places))
		}
	}
	clear(l.places[len(l.places):cap(l.places)])
}

func (l *timerLine) remove(t *Timer) {
	l.places[-t.index-1] = nil
	t.index = 0
	l.live--
	if l.live == 0 {
		l.places, l.start = l.places[:0], 0
		return
	}
	for l.places[l.start] == nil {
		l.start++
	}
	for l.places[len(l.places)-1] == nil {
		l.places = l.places[:len(l.places)-1]
	}
}
