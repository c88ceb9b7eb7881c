package eventloop

// timerHeap is a 4-ary min-heap: shallower than a binary one, so that tens of
// thousands of sleeping requests cost fewer cache misses a move.
type timerHeap []*Timer

func (h timerHeap) first() *Timer {
	if len(h) == 0 {
		return nil
	}
	return h[0]
}

func (h *timerHeap) push(t *Timer) {
	*h = append(*h, t)
	h.up(len(*h) - 1)
}

func (h *timerHeap) remove(t *Timer) {
	i, last := int(t.index-1), len(*h)-1
	moved := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	if i != last {
		h.place(moved, i)
		h.down(i)
		h.up(int(moved.index - 1))
	}
	t.index = 0
}

func (h timerHeap) place(t *Timer, i int) {
	h[i] = t
	t.index = int32(i + 1)
}

func (h timerHeap) up(i int) {
	t := h[i]
	for i > 0 {
		parent := (i - 1) / 4
		if !t.before(h[parent]) {
			break
		}
		h.place(h[parent], i)
		i = parent
	}
	h.place(t, i)
}

func (h timerHeap) down(i int) {
	t := h[i]
	for {
		first := 4*i + 1
		if first >= len(h) {
			break
		}
		least := first
		for c := first + 1; c < min(first+4, len(h)); c++ {
			if h[c].before(h[least]) {
				least = c
			}
		}
		if !h[least].before(t) {
			break
		}
		h.place(h[least], i)
		i = least
	}
	h.place(t, i)
}
