package eventloop

// HandOver runs a step of the loop for a thread: asyncio's call_soon_threadsafe
// and trio's run_sync_soon. Only steps set with Beside call it, while the loop polls;
// other goroutines use Post.
func (l *Loop) HandOver(r Runner) {
	if !l.flavour.GathersHandovers {
		l.Soon(r)
		return
	}
	if len(l.handed) == 0 {
		l.Soon((*handovers)(l))
	}
	l.handed = append(l.handed, r)
}

// handovers is the one step that runs all that was handed over.
type handovers Loop

func (h *handovers) Run() {
	steps := h.handed
	h.handed = nil
	for _, r := range steps {
		r.Run()
	}
}

// runReversed runs what is runnable now, the last first.
func (l *Loop) runReversed() {
	for l.ready.count > 0 {
		l.turned = append(l.turned, l.ready.pop())
	}
	for i := len(l.turned) - 1; i >= 0; i-- {
		l.turned[i].Run()
		l.turned[i] = nil
	}
	l.turned = l.turned[:0]
}
