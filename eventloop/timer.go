package eventloop

import "time"

// Runner is one step of work on the loop.
type Runner interface{ Run() }

// Timer is a place in the loop's heap, meant to be embedded in what it wakes:
// a timer costs no allocation of its own. The zero value is a stopped timer.
type Timer struct {
	at     time.Duration
	order  uint64 // timers of one moment fire in the order they were set
	target Runner
	index  int32 // place in the heap plus one; 0 when it is not there
	due    bool  // taken off the heap, its step stands in the queue
}

// Active tells whether the timer is set.
func (t *Timer) Active() bool { return t.index > 0 || t.due }

// Run is the step of a due timer: nothing, if it was stopped meanwhile.
func (t *Timer) Run() {
	if t.due {
		t.due = false
		t.target.Run()
	}
}

// timerHeap is a 4-ary min-heap: shallower than a binary one, so that tens of
// thousands of sleeping requests cost fewer cache misses a move.
type timerHeap struct {
	items []*Timer
	set   uint64
}

func (t *Timer) before(other *Timer) bool {
	return t.at < other.at || t.at == other.at && t.order < other.order
}

func (h *timerHeap) add(t *Timer, at time.Duration, target Runner) {
	h.set++
	t.at, t.order, t.target = at, h.set, target
	h.items = append(h.items, t)
	h.up(len(h.items) - 1)
}

func (h *timerHeap) remove(t *Timer) {
	if t.index == 0 {
		return
	}
	i, last := int(t.index-1), len(h.items)-1
	moved := h.items[last]
	h.items[last] = nil
	h.items = h.items[:last]
	if i != last {
		h.place(moved, i)
		h.down(i)
		h.up(int(moved.index - 1))
	}
	t.index = 0
}

// next returns the earliest timer, or nil.
func (h *timerHeap) next() *Timer {
	if len(h.items) == 0 {
		return nil
	}
	return h.items[0]
}

// pop removes the earliest timer if it is due: its Run is then what it wakes.
func (h *timerHeap) pop(now time.Duration) *Timer {
	t := h.next()
	if t == nil || t.at > now {
		return nil
	}
	h.remove(t)
	t.due = true
	return t
}

func (h *timerHeap) place(t *Timer, i int) {
	h.items[i] = t
	t.index = int32(i + 1)
}

func (h *timerHeap) up(i int) {
	t := h.items[i]
	for i > 0 {
		parent := (i - 1) / 4
		if !t.before(h.items[parent]) {
			break
		}
		h.place(h.items[parent], i)
		i = parent
	}
	h.place(t, i)
}

func (h *timerHeap) down(i int) {
	t := h.items[i]
	for {
		first := 4*i + 1
		if first >= len(h.items) {
			break
		}
		least := first
		for c := first + 1; c < min(first+4, len(h.items)); c++ {
			if h.items[c].before(h.items[least]) {
				least = c
			}
		}
		if !h.items[least].before(t) {
			break
		}
		h.place(h.items[least], i)
		i = least
	}
	h.place(t, i)
}
