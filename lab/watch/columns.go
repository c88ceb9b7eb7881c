package watch

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/target-server/target-server/server/admin"
)

// line draws one row of a column.
type line func(a *area)

// columns shows the threads at the left and the queue at the right, or one of them.
func (v *View) columns(m *Model, s *Screen, y int, w *admin.LiveWorker, h *history) {
	s.Body = max(0, s.Height-y-2)
	left, right := v.left(m, w, h), queueAndPools(m, w)
	s.Rows = [2]int{len(left), len(right)}
	heads := [2]string{threadsHead(w, h), queueHead(m, w)}
	for i := range v.Scroll {
		v.Scroll[i] = max(0, min(v.Scroll[i], s.Rows[i]-s.Body))
	}
	if s.Width < twoColumns {
		rows := [2][]line{left, right}
		other := [2]string{"  Tab: queue", "  Tab: threads"}
		v.column(s, v.Column, 0, s.Width, y, heads[v.Column]+other[v.Column], rows[v.Column])
		return
	}
	width := max(33, min(64, s.Width*36/100))
	edge := s.Width - width
	v.column(s, 0, 0, edge-1, y, heads[0], left)
	v.column(s, 1, edge+1, width-1, y, heads[1], right)
	for i := y; i < y+1+s.Body; i++ {
		s.row(i).part(edge, 1).put(Muted, "│")
	}
}

// column draws a heading and the rows that are in sight.
func (v *View) column(s *Screen, which, x, width, y int, head string, rows []line) {
	top := v.Scroll[which]
	shown := min(s.Body, len(rows)-top)
	ink := Muted
	if which == v.Column {
		ink = Chosen
	}
	a := s.row(y).part(x, width)
	a.put(ink, " "+head)
	if len(rows) > shown && shown > 0 {
		sight := fmt.Sprintf(" rows %d–%d of %d", top+1, top+shown, len(rows))
		if len(sight) > a.end-a.x {
			sight = "↕"
		}
		a.column(ink, sight, a.x-a.end)
	}
	a.fill(x, ink)
	for i := range max(0, shown) {
		rows[top+i](s.row(y+1+i).part(x, width))
	}
}

// threadsHead is the heading of the left column.
func threadsHead(w *admin.LiveWorker, h *history) string {
	running := 0
	for _, l := range h.lanes {
		if l.runs != nil {
			running++
		}
	}
	var parts []string
	switch {
	case len(h.lanes) > 0:
		parts = append(parts, fmt.Sprintf("%s, %d running", several(len(h.lanes), "thread"), running))
	case w.TasksTotal == 0:
		parts = append(parts, "no threads")
	}
	if w.TasksTotal > 0 {
		parts = append(parts, several(w.TasksTotal, "coroutine"))
	}
	if hidden := w.Statistics.Borrowed - len(w.Threads); hidden > 0 && len(w.Threads) == admin.MostLive {
		parts = append(parts, count(hidden)+" more")
	}
	return strings.Join(parts, ", ")
}

// left is a row for each thread and for each coroutine.
func (v *View) left(m *Model, w *admin.LiveWorker, h *history) []line {
	names := 0.35 // of a row
	if m.Frame.Server.Program != "" {
		names = 0.6
	}
	rows := make([]line, 0, len(h.lanes)+len(w.Tasks)+1)
	for _, l := range h.lanes {
		rows = append(rows, func(a *area) { l.draw(a, m.Now, names) })
	}
	for i := range w.Tasks {
		rows = append(rows, func(a *area) { task(a, &w.Tasks[i], m.Now, names) })
	}
	if more := w.TasksTotal - len(w.Tasks); more > 0 {
		rows = append(rows, func(a *area) { a.put(Muted, fmt.Sprintf("     and %s more", several(more, "coroutine"))) })
	}
	return rows
}

// draw is the row of a thread: its number, what it runs, for how long, and what it has run.
func (l *lane) draw(a *area, now admin.Millis, names float64) {
	a.column(Muted, fmt.Sprintf("%4d ", l.number), 5)
	switch {
	case l.runs != nil:
		callName(a, l.runs, now, Running, names)
	case l.gone:
		callName(a, nil, now, Muted, names, "gone")
	default:
		callName(a, nil, now, Muted, names, "idle")
	}
	t := newTimeline(a.part(a.x, a.end-a.x), now)
	for _, b := range l.ended {
		first, glyph := "├", "─"
		if b.ink == Left {
			glyph = "╌"
		}
		if t.cell(b.since) == t.cell(b.until) {
			first = "•"
		}
		t.bar(b.since, b.until, b.ink, first, glyph)
	}
	running(t, l.runs, now)
}

// task is the row of a coroutine.
func task(a *area, c *admin.LiveCall, now admin.Millis, names float64) {
	a.column(Muted, "   ~ ", 5)
	callName(a, c, now, Running, names)
	running(newTimeline(a.part(a.x, a.end-a.x), now), c, now)
}

// running draws the bar of a call that goes on.
func running(t timeline, c *admin.LiveCall, now admin.Millis) {
	if c == nil {
		return
	}
	ink, glyph := Running, "━"
	if c.Left {
		ink, glyph = Left, "╍"
	}
	t.bar(c.Since, now, ink, glyph, glyph)
}

// callName writes what a row is about, and how long a call has run.
func callName(a *area, c *admin.LiveCall, now admin.Millis, ink Ink, names float64, instead ...string) {
	const duration = 6
	width := max(8, int(float64(a.end-a.x-duration-2)*names))
	if c == nil {
		a.column(ink, strings.Join(instead, " "), width).skip(duration + 2)
		return
	}
	if c.Left {
		ink = Left
	}
	a.column(ink, named(c), width).skip(1).column(Plain, length(max(0, now-c.Since)), -duration).skip(1)
}

// queueHead is the heading of the right column.
func queueHead(m *Model, w *admin.LiveWorker) string {
	if !m.threads() && w.Statistics.Waiting == 0 {
		return "no queue"
	}
	if w.Order == "" {
		return "queue " + brief(float64(w.Statistics.Waiting))
	}
	return fmt.Sprintf("queue %s, %s", brief(float64(w.Statistics.Waiting)), strings.ReplaceAll(harmless(w.Order, 20), ",", ""))
}

// queueAndPools is a row for each request that waits for a thread, the next one first, and before them what the
// connection pools have.
func queueAndPools(m *Model, w *admin.LiveWorker) []line {
	var rows []line
	for i := range w.Pools {
		rows = append(rows, pool(&w.Pools[i], w.Statistics.Pools, m.Now)...)
	}
	if len(w.Pools) > 0 {
		rows = append(rows, func(a *area) {
			a.put(Muted, " for a thread, next first")
			a.fill(a.x, Muted)
		})
	}
	total := max(w.Statistics.Waiting, len(w.Queue))
	ranks := arrivals(w.Queue, total, w.Order)
	for i := range w.Queue {
		rows = append(rows, func(a *area) { waiter(a, &w.Queue[i], i, ranks[i], m.Now) })
	}
	if more := total - len(w.Queue); more > 0 {
		rows = append(rows, func(a *area) { a.put(Muted, fmt.Sprintf("      and %s more", count(more))) })
	}
	switch {
	case total > 0:
	case !m.threads():
		rows = append(rows, func(a *area) { a.put(Muted, " handlers run on the loop") })
	default:
		rows = append(rows, func(a *area) { a.put(Muted, " no request waits") })
	}
	return rows
}

// waiter is a row of the queue: the place, who it is, which one in the order of arrival, and for how long it has waited.
func waiter(a *area, c *admin.LiveCall, place, rank int, now admin.Millis) {
	const duration, order = 6, 7
	ink, where := Plain, fmt.Sprint(place+1)
	if place == 0 {
		ink, where = Waiting, "next"
	}
	if c.Left {
		ink = Left
	}
	a.column(Muted, where+" ", -6)
	a.column(ink, named(c), max(1, a.end-a.x-duration-order-1))
	a.column(Muted, ordinal(rank), -order).skip(1).column(Plain, length(max(0, now-c.Since)), -duration)
}

// arrivals is the place of each request in the order of arrival, from 1. Where the queue is cut short, the others came
// before all of these if the newest is the next, or after them.
func arrivals(queue []admin.LiveCall, total int, order string) []int {
	newest := strings.HasPrefix(order, "last")
	byTime := make([]int, len(queue))
	for i := range byTime {
		byTime[i] = i
	}
	slices.SortStableFunc(byTime, func(a, b int) int {
		later := cmp.Compare(a, b)
		if newest {
			later = -later
		}
		return cmp.Or(cmp.Compare(queue[a].Since, queue[b].Since), cmp.Compare(queue[a].Arrived, queue[b].Arrived), later)
	})
	earlier := 0
	if newest {
		earlier = total - len(queue)
	}
	ranks := make([]int, len(queue))
	for n, i := range byTime {
		ranks[i] = earlier + n + 1
	}
	return ranks
}

// pool is the rows of a connection pool: its figures, who holds a connection and who waits for one.
func pool(p *admin.LivePool, all []admin.Pool, now admin.Millis) []line {
	var s admin.Pool
	if i := slices.IndexFunc(all, func(s admin.Pool) bool { return s.Name == p.Name }); i >= 0 {
		s = all[i]
	}
	rows := []line{func(a *area) {
		a.put(Strong, " "+harmless(p.Name, 12)).put(Plain, fmt.Sprintf(" %d of %d", s.InUse, s.Size+s.Overflow))
		ink := Muted
		if s.Waiting > 0 {
			ink = Waiting
		}
		a.put(ink, fmt.Sprintf("  %s wait", count(s.Waiting)))
		if s.Timeouts > 0 {
			a.put(Bad, fmt.Sprintf("  %s timed out", count(s.Timeouts)))
		}
	}}
	rows = append(rows, users(p.Holders, s.InUse, "  holds ", Running, now)...)
	return append(rows, users(p.Waiters, s.Waiting, "  waits ", Waiting, now)...)
}

// users is a row for each of the first calls that have something to do with a pool.
func users(calls []admin.LiveCall, total int, verb string, ink Ink, now admin.Millis) []line {
	const most, duration = 6, 6
	var rows []line
	for i := range calls[:min(len(calls), most)] {
		c := &calls[i]
		rows = append(rows, func(a *area) {
			mark := ink
			if c.Left {
				mark = Left
			}
			a.put(Muted, verb).column(mark, named(c), max(1, a.end-a.x-duration-1)).skip(1).column(Plain, length(max(0, now-c.Since)), -duration)
		})
	}
	if more := max(total, len(calls)) - len(rows); more > 0 && len(rows) > 0 {
		rows = append(rows, func(a *area) { a.put(Muted, fmt.Sprintf("         and %s more", count(more))) })
	}
	return rows
}
