package watch

import (
	"fmt"
	"strings"

	"github.com/target-server/target-server/server/admin"
)

// The widths and heights from which on there is more.
const (
	twoColumns = 64 // narrower, one column is shown, and Tab changes it
	allRows    = 16 // lower, curves and the kernel's backlog are left out
	highCurves = 36
	leastRows  = 5 // lower, there are figures only
)

// Draw shows a model. It is a pure function; colours are left to the terminal.
func Draw(m *Model, v *View, width, height int) *Screen {
	s := newScreen(width, height)
	if height < 1 || width < 1 {
		return s
	}
	m.header(s)
	switch {
	case m.Frame == nil:
		s.row(1).put(Muted, " waiting for the first figures")
	case v.Help:
		help(s)
	default:
		y := m.figures(s, 1)
		if height >= leastRows {
			v.worker(m, s, y)
		}
	}
	if height > 1 {
		v.status(m, s)
	}
	return s
}

// header says what server this is, and whether the figures are live.
func (m *Model) header(s *Screen) {
	row := s.row(0)
	state, ink := m.state()
	end := &area{s, max(0, s.Width-len(state)-1), 0, s.Width}
	if m.Frame != nil {
		row.end = end.x - 1
		row.put(Plain, " ").put(Strong, what(&m.Frame.Server)).put(Muted, "  "+strings.Join(m.addresses(), ", ")+"  target-server "+m.Frame.Server.Version)
	} else {
		row.put(Strong, " target-server watch")
	}
	end.put(ink, state)
}

// what a server is: its stack, vintage, and what it serves.
func what(s *admin.Server) string {
	parts := []string{s.Stack, s.Vintage, s.Mode}
	if s.App != "" {
		parts = append(parts, s.App)
	}
	if s.Program != "" {
		parts = append(parts, "program "+s.Program)
	}
	return strings.Join(strings.Fields(strings.Join(parts, " ")), " ")
}

// status is the last row: a question, what came of a command, why there are no figures, or the keys.
func (v *View) status(m *Model, s *Screen) {
	row := s.clear(s.Height - 1)
	switch {
	case v.Asks != nil:
		row.put(Strong, " "+v.Asks.Text).put(Plain, v.Asks.Answer).put(Strong, "_")
	case v.Notice.Text != "" && (v.Notice.Ink != Good || m.why() == ""): // what went well is less important
		s.last(v.Notice.Ink, v.Notice.Text)
	case m.why() != "":
		s.last(Bad, m.why())
	default:
		for _, k := range keys() {
			if k.short == "" || row.x+len(k.key)+len(k.short)+3 > row.end {
				continue
			}
			row.put(Plain, " ").put(Strong, k.key).put(Muted, " "+k.short+" ")
		}
	}
}

// last writes a text into the last row, and the end of a long one below its beginning.
func (s *Screen) last(ink Ink, text string) {
	const most = 3
	lines := make([]string, 1, most)
	for word := range strings.FieldsSeq(text) {
		line := &lines[len(lines)-1]
		if *line != "" && len(*line)+len(word)+2 > s.Width && len(lines) < min(most, s.Height-1) {
			lines = append(lines, word)
			continue
		}
		*line += " " + word
	}
	for i, line := range lines {
		s.clear(s.Height-len(lines)+i).put(ink, " "+strings.TrimSpace(line))
	}
}

// figure is a number with its name.
type figure struct {
	name, value string
	ink         Ink
}

// figures writes the sums over all workers, as many as have room, and returns the first row below them.
func (m *Model) figures(s *Screen, y int) int {
	rows := 1
	if s.Height >= allRows {
		rows = 2
	}
	row := s.row(y).skip(1)
	for _, f := range m.allFigures() {
		long := len([]rune(f.name)) + len([]rune(f.value)) + 3
		if row.x+long > row.end && rows > 1 {
			y++
			rows--
			row = s.row(y).skip(1)
		}
		if row.x+long-2 <= row.end {
			row.put(Muted, f.name+" ").put(f.ink, f.value).skip(2)
		}
	}
	y++
	if s.Height >= allRows {
		y = m.curves(s, y)
	}
	return y
}

// allFigures are the sums, the most important first.
func (m *Model) allFigures() []figure {
	sum := m.sum()
	all := []figure{
		{"running", count(sum.Busy), Running},
		{"waiting", count(sum.Waiting), Waiting},
		{"limit", limit(sum.Limit), Strong},
		{"held", count(sum.Held), Strong},
		{"zombies", count(sum.Zombies), Left},
		{"finished", rate(m.series.rate()), Strong},
		{"p50", length(m.series.quantile(0.5)), Strong},
		{"p95", length(m.series.quantile(0.95)), Strong},
	}
	if sum.Paused {
		all = append([]figure{{"all", "paused", Alarm}}, all...)
	}
	if sum.Holding {
		all = append([]figure{{"handlers", "held until released", Alarm}}, all...)
	}
	for _, f := range []figure{
		{"refused", count(sum.Refused), Bad},
		{"left", count(sum.Left), Left},
		{"cancelled", count(sum.Cancelled), Bad},
		{"lasting", count(sum.Lasting), Strong},
	} {
		if f.value != "0" {
			all = append(all, f)
		}
	}
	all = append(all,
		figure{"answered", count(sum.Answered), Strong},
		figure{"longest wait", length(admin.Millis(sum.LongestWait * 1000)), Strong})
	if m.Missed > 0 { // the terminal is slow, not the server
		all = append(all, figure{"frames missed", count(m.Missed), Muted})
	}
	return all
}

// worker shows the chosen worker, from row y on.
func (v *View) worker(m *Model, s *Screen, y int) {
	i := max(0, min(v.Worker, m.workers()-1))
	w := m.worker(i)
	if w == nil {
		s.row(y).put(Bad, " no worker is running")
		return
	}
	if m.workers() > 1 {
		m.choice(s.row(y), i)
		y++
	}
	if w.Statistics.Error != "" {
		s.row(y).put(Plain, " ").put(Bad, fmt.Sprintf("worker %d is silent: %s", number(w, i), w.Statistics.Error))
		return
	}
	h := m.histories[number(w, i)]
	if s.Height >= allRows {
		facts(s.row(y), w, m.threads())
		kernel(s.row(y+1), w, h, m.Now)
		y += 2
	}
	loop(s.row(y), w, h, m.Now)
	v.columns(m, s, y+1, w, h)
}

// choice is a row that names every worker with what it does, the chosen one marked.
func (m *Model) choice(row *area, chosen int) {
	row.put(Muted, fmt.Sprintf(" worker %d of %d ", chosen+1, m.workers()))
	first := max(0, chosen-2) // those before are out of sight
	for i := first; i < m.workers(); i++ {
		w := m.worker(i)
		ink := Plain
		text := fmt.Sprintf(" %d: %d+%d ", number(w, i), w.Statistics.Busy, w.Statistics.Waiting)
		switch {
		case w.Statistics.Error != "":
			ink, text = Bad, fmt.Sprintf(" %d: silent ", number(w, i))
		case w.Loop.State == admin.LoopBlocked:
			ink, text = Alarm, fmt.Sprintf(" %d: blocked ", number(w, i))
		}
		if i == chosen {
			ink, text = Chosen, "["+strings.TrimSpace(text)+"]"
		}
		if row.x+len(text) > row.end {
			row.put(Muted, "…")
			return
		}
		row.put(ink, text)
	}
}

// facts is a row with what is worth knowing of a worker; threads tells whether its requests need any.
func facts(row *area, w *admin.LiveWorker, threads bool) {
	s := &w.Statistics
	row.put(Muted, " process ").put(Plain, fmt.Sprint(s.Worker))
	row.put(Muted, "  connections ").put(Plain, count(w.Connections))
	if threads {
		row.put(Muted, "  threads in use ").put(Plain, fmt.Sprintf("%s of %s", count(s.Borrowed), limit(s.Limit)))
	}
	if w.Sleep != "" {
		row.put(Muted, "  sleep ").put(Plain, w.Sleep)
	}
	row.put(Muted, "  peak ").put(Plain, count(s.Peak))
}
