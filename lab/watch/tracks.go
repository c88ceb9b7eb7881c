package watch

import (
	"fmt"
	"math"
	"strings"

	"github.com/target-server/target-server/server/admin"
)

// label is the width of the name of a row that has a whole line.
const label = 8

// curve is the course of a figure.
type curve struct {
	name string
	ink  Ink
	sum  bool // the mean of the seconds, rather than the highest
	of   func(point) float64
}

// curves draws running, waiting and the rate of finished requests over the last minutes, and returns the first row below.
func (m *Model) curves(s *Screen, y int) int {
	rows := 1
	if s.Height >= highCurves {
		rows = 3
	}
	const least = 20 // cells for each curve
	all := []curve{
		{"running", Running, false, func(p point) float64 { return float64(p.running) }},
		{"waiting", Waiting, false, func(p point) float64 { return float64(p.waiting) }},
		{"finished", Strong, true, func(p point) float64 { return float64(p.finished) }},
	}
	if !m.threads() {
		all[1] = curve{"backlog", Waiting, false, func(p point) float64 { return float64(p.backlog) }}
	}
	shown := max(1, min(len(all), s.Width/least))
	width := s.Width / shown
	for i, c := range all[:shown] {
		room := width - len(c.name) - 9 // and the highest value
		step := step(room, m.series.age())
		values := m.series.curve(room, step, c.of, c.sum)
		top := highest(values)
		for r := range rows {
			a := s.row(y+r).part(i*width, width).skip(1)
			if r == 0 {
				a.column(Muted, c.name+" ", len(c.name)+1)
				a.column(Muted, brief(top)+" ", -6)
			} else {
				a.skip(len(c.name) + 7)
			}
			a.put(c.ink, spark(values, top, rows, r))
		}
	}
	return y + rows
}

// step is how many seconds a cell of a curve takes, so that a curve shows all there is or the last two minutes.
func step(cells int, age int64) int64 {
	const least = 120
	for _, s := range []int64{1, 2, 5, 10} {
		if int64(cells)*s >= min(age, least) {
			return s
		}
	}
	return 15
}

func highest(values []float64) float64 {
	top := 0.0
	for _, v := range values {
		if v > top {
			top = v
		}
	}
	return top
}

// brief writes a number in at most five cells.
func brief(n float64) string {
	switch {
	case n >= 999_500:
		return fmt.Sprintf("%.3gM", n/1e6)
	case n >= 9_950:
		return fmt.Sprintf("%.3gk", n/1e3)
	case n == math.Trunc(n) || n >= 100:
		return fmt.Sprintf("%.0f", n)
	}
	return fmt.Sprintf("%.1f", n)
}

// spark is row r, from the top, of a curve that is so many rows high. Zero is a low line, and what is not known a space.
func spark(values []float64, top float64, rows, r int) string {
	levels := []rune("▁▂▃▄▅▆▇█")
	var b strings.Builder
	for _, v := range values {
		high := 0 // in eighths of a row
		switch {
		case math.IsNaN(v):
		case v <= 0 || top <= 0:
			high = 1
		default:
			high = max(2, int(math.Round(v/top*float64(8*rows))))
		}
		switch high -= 8 * (rows - 1 - r); {
		case high <= 0:
			b.WriteByte(' ')
		default:
			b.WriteRune(levels[min(high, 8)-1])
		}
	}
	return b.String()
}

// kernel is a row with the connections that the kernel has established and the worker has not accepted.
func kernel(row *area, w *admin.LiveWorker, h *history, now admin.Millis) {
	row.column(Muted, " kernel", label)
	if w.Backlog == nil {
		row.put(Muted, "its backlog is not known")
		return
	}
	ink := Muted
	if w.Backlog.Waiting > 0 {
		ink = Waiting
	}
	text := fmt.Sprintf("%s of %s wait to be accepted", count(w.Backlog.Waiting), count(w.Backlog.Limit))
	row.column(ink, text, loopText(row)).skip(1)
	t := newTimeline(row.part(row.x, row.end-row.x-1), now)
	values := make([]float64, max(0, t.cells()))
	for _, d := range h.backlog {
		i := t.cell(d.at)
		if i >= 0 && i < len(values) {
			values[i] = max(values[i], float64(d.n))
		}
	}
	if top := highest(values); top > 0 {
		row.put(Waiting, spark(values, top, 1, 0))
	}
}

// loopText is how wide the words are in the rows of the kernel and the loop.
func loopText(row *area) int { return max(16, min(44, (row.end-label)*45/100)) }

// loop is a row with what the worker's main thread does.
func loop(row *area, w *admin.LiveWorker, h *history, now admin.Millis) {
	row.column(Muted, " loop", label)
	ink, text := Muted, "serves"
	since := length(max(0, now-w.Loop.Since))
	switch w.Loop.State {
	case admin.LoopBlocked:
		ink, text = Alarm, " blocked for "+since+" "
		if w.Loop.By != nil {
			text = " blocked for " + since + " by " + named(w.Loop.By) + " "
		}
	case admin.LoopPaused:
		ink, text = Stopped, " paused for "+since+" "
	}
	row.column(ink, text, loopText(row)).skip(1)
	t := newTimeline(row.part(row.x, row.end-row.x-1), now)
	t.ground(Muted, "·")
	for _, b := range h.loop {
		first, glyph := "▐", "█" // one handler after the other are two bars
		if b.ink == Stopped {
			first, glyph = "▒", "▒"
		}
		t.bar(b.since, b.until, b.ink, first, glyph)
	}
}

// timeline is an area in which the right end is now.
type timeline struct {
	*area
	from, now admin.Millis
}

// newTimeline lets a cell be half a second, or more if that would show less than ten seconds.
func newTimeline(a *area, now admin.Millis) timeline { return timeline{a, now - span(a.end-a.x), now} }

// span is how much time so many cells show, in ms.
func span(cells int) admin.Millis {
	switch {
	case cells < 30:
		return 10_000
	case cells < 60:
		return 20_000
	}
	return 30_000
}

func (t timeline) cells() int { return max(0, t.end-t.x) }

// cell is the index of the cell of a moment, which may be outside of the timeline.
func (t timeline) cell(at admin.Millis) int {
	where := float64((at - t.from) / (t.now - t.from) * admin.Millis(t.cells()))
	return int(max(-1, min(where, float64(t.cells()))))
}

// ground fills the timeline.
func (t timeline) ground(ink Ink, glyph string) {
	for x := t.x; x < t.end; x++ {
		t.set(x, Cell{glyph, ink})
	}
}

// bar draws a time, whose first cell may differ.
func (t timeline) bar(since, until admin.Millis, ink Ink, first, glyph string) {
	if until < t.from || since > t.now {
		return
	}
	from, to := t.cell(since), min(t.cell(until), t.cells()-1)
	for i := max(0, from); i <= to; i++ {
		g := glyph
		if i == from {
			g = first
		}
		t.set(t.x+i, Cell{g, ink})
	}
}
