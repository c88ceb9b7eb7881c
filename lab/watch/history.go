package watch

import (
	"cmp"
	"slices"

	"github.com/target-server/target-server/server/admin"
)

// The bounds of what is remembered of a worker.
const (
	memory    = admin.Millis(60_000)
	mostBars  = 1024 // of a lane
	mostLanes = 4096
)

// bar is a time in which something went on.
type bar struct {
	since, until admin.Millis
	ink          Ink
}

// lane is what one thread has done.
type lane struct {
	number int
	name   string
	ended  []bar
	runs   *admin.LiveCall // nil while it is idle
	gone   bool            // the worker does not have the thread any more
}

// history is what one worker has done lately.
type history struct {
	process int     // its id; 0 while the worker has always been silent
	lanes   []*lane // by number
	loop    []bar   // times in which the loop served nothing; the last one may go on
	backlog []depth
	order   map[int]*lane
}

// depth is how long the kernel's backlog was at a moment.
type depth struct {
	at admin.Millis
	n  int
}

func (h *history) add(w *admin.LiveWorker, now admin.Millis) {
	for i := range w.Ended {
		h.end(&w.Ended[i])
	}
	for _, block := range w.Blocks {
		h.loop = limited(append(h.loop, bar{block.Since, block.Until, Blocked}))
	}
	h.threads(w.Threads)
	h.turn(&w.Loop, now)
	if w.Backlog != nil {
		h.backlog = append(h.backlog, depth{now, w.Backlog.Waiting})
	}
	h.forget(now - memory)
}

// end takes a call that has ended.
func (h *history) end(c *admin.LiveCall) {
	ink := Ended
	if c.Left || c.Outcome == admin.ClientLeft {
		ink = Left
	}
	if c.Thread == 0 {
		return
	}
	if l := h.lane(c.Thread); l != nil {
		l.ended = limited(append(l.ended, bar{c.Since, c.Until, ink}))
	}
}

// lane is that of a thread; nil if there are too many.
func (h *history) lane(number int) *lane {
	if h.order == nil {
		h.order = map[int]*lane{}
	}
	l := h.order[number]
	if l == nil && len(h.lanes) < mostLanes {
		l = &lane{number: number}
		h.order[number] = l
		at, _ := slices.BinarySearchFunc(h.lanes, number, func(l *lane, n int) int { return cmp.Compare(l.number, n) })
		h.lanes = slices.Insert(h.lanes, at, l)
	}
	return l
}

func (h *history) threads(threads []admin.LiveThread) {
	for _, l := range h.lanes {
		l.gone, l.runs = true, nil
	}
	for i := range threads {
		if l := h.lane(threads[i].Number); l != nil {
			l.gone, l.name, l.runs = false, threads[i].Name, threads[i].Runs
		}
	}
}

// turn notes what the loop does. What blocks it is noted when it has ended, too, if the server says so.
func (h *history) turn(l *admin.LiveLoop, now admin.Millis) {
	ink := Blocked
	switch l.State {
	case admin.LoopPaused:
		ink = Stopped
	case admin.LoopBlocked:
	default:
		return
	}
	if n := len(h.loop); n > 0 && h.loop[n-1].since == l.Since {
		h.loop[n-1].until = now
		return
	}
	h.loop = limited(append(h.loop, bar{l.Since, now, ink}))
}

func limited(bars []bar) []bar {
	if n := len(bars) - mostBars; n > 0 {
		return slices.Delete(bars, 0, n)
	}
	return bars
}

func (h *history) forget(before admin.Millis) {
	old := func(b bar) bool { return b.until < before }
	h.loop = slices.DeleteFunc(h.loop, old)
	for _, l := range h.lanes {
		l.ended = slices.DeleteFunc(l.ended, old)
	}
	h.lanes = slices.DeleteFunc(h.lanes, func(l *lane) bool {
		lost := l.gone && len(l.ended) == 0
		if lost {
			delete(h.order, l.number)
		}
		return lost
	})
	h.backlog = slices.DeleteFunc(h.backlog, func(d depth) bool { return d.at < before })
}
