package runs

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/target-server/target-server/plot"
)

// Options are how a picture is drawn.
type Options struct {
	Title  string   // empty for one that says how many runs there are
	Panels []string // names of Panels; empty for all
}

// MostRuns is how many runs fit into a picture: as many as there are colours.
const MostRuns = 4

// Panels are the names of the panels, in their usual order.
func Panels() []string {
	var names []string
	for _, p := range panels() {
		names = append(names, p.name)
	}
	return names
}

// panel is one of the panels of a picture.
type panel struct {
	name, title string
	height      func([]Run) float64
	draw        func(scene) []plot.Shape
}

// scene is what a panel draws, and where.
type scene struct {
	runs  []Run
	place plot.Rect // without the title
	clock clock
}

func panels() []panel {
	high := func(pixels float64) func([]Run) float64 { return func([]Run) float64 { return pixels } }
	return []panel{
		{"starts", "Order of starts", startsHeight, starts},
		{"finishes", "Finished requests", high(240), finishes},
		{"running", "Running and waiting", high(300), running},
		{"latency", "Latency by arrival", high(260), latency},
		{"threads", "Threads", threadsHeight, threads},
	}
}

// The measures of a picture, in pixels.
const (
	width        = 900
	margin       = 24
	axisLeft     = 76  // of the data
	dataWidth    = 800 // likewise
	headHeight   = 44  // the title
	keyHeight    = 20  // of the line of a run
	titleHeight  = 26  // of a panel
	panelSpace   = 22  // below a panel
	axisFoot     = 36  // the labels of an axis
	axisHead     = 22  // the name of an axis
	bottomMargin = 4
)

// Draw draws one or more runs over each other, with panels below each other. At most MostRuns can be told apart.
func Draw(all []Run, o Options) plot.Picture {
	p := plot.Picture{Title: o.Title, Width: width}
	if p.Title == "" {
		p.Title = "The requests of a run"
		if len(all) > 1 {
			p.Title = fmt.Sprintf("The requests of %d runs", len(all))
		}
	}
	p.Add(plot.Words{At: plot.Point{X: margin, Y: 32}, Text: plot.Fit(p.Title, 18, width-2*margin), Size: 18, Bold: true, Colour: plot.Ink})
	y := float64(headHeight)
	about := make([]string, len(all))
	for i, r := range all {
		y += keyHeight
		p.Add(key(i, r, y-4)...)
		about[i] = r.Name + ": " + r.facts() + "."
	}
	p.About = strings.Join(about, " ")
	y += panelSpace
	clock := clockOf(all)
	for _, panel := range panels() {
		if len(o.Panels) > 0 && !slices.Contains(o.Panels, panel.name) {
			continue
		}
		tall := panel.height(all)
		p.Add(plot.Words{At: plot.Point{X: margin, Y: y + 12}, Text: panel.title, Size: 14, Bold: true, Colour: plot.Ink})
		p.Add(panel.draw(scene{all, plot.Rect{X: axisLeft, Y: y + titleHeight, Width: dataWidth, Height: tall - titleHeight}, clock})...)
		y += tall + panelSpace
	}
	p.Height = y + bottomMargin
	return p
}

// key is the line that says what the i-th run looks like and is.
func key(i int, r Run, y float64) []plot.Shape {
	full, _ := plot.ColourOf(i)
	const nameLeft, gap, boldly = margin + 44, 14, 1.2
	name := plot.Fit(r.Name, plot.TextSize, 300)
	left := nameLeft + plot.TextWidth(name, plot.TextSize)*boldly + gap
	return []plot.Shape{
		plot.Strokes{Colour: full, Thick: 2, Dash: dash(i), Lines: [][]plot.Point{{{X: margin, Y: y - 4}, {X: margin + 34, Y: y - 4}}}},
		plot.Marks{Colour: full, Form: form(i), Size: 8, At: []plot.Point{{X: margin + 17, Y: y - 4}}},
		plot.Words{At: plot.Point{X: nameLeft, Y: y}, Text: name, Bold: true, Colour: plot.Ink},
		plot.Words{At: plot.Point{X: left, Y: y}, Text: plot.Fit(r.facts(), plot.TextSize, width-margin-left), Colour: plot.Faint},
	}
}

// form and dash tell runs apart, besides their colour.
func form(i int) plot.Form { return plot.Dot + plot.Form(i%MostRuns) }

func dash(i int) float64 { return [MostRuns]float64{0, 6, 2, 11}[i%MostRuns] }

// facts sums a run up.
func (r Run) facts() string {
	longest, lost, open := time.Duration(0), 0, 0
	for _, q := range r.Requests {
		longest = max(longest, r.wait(q))
		switch {
		case !q.Ended:
			open++
		case !q.Answered():
			lost++
		}
	}
	text := fmt.Sprintf("%s in %s; at most %s running and %s waiting; longest wait %s", amount(len(r.Requests), "request"), inWords(r.Last),
		plot.Grouped(r.running().settled(r.least()).most()), plot.Grouped(r.waiting().settled(r.least()).most()), inWords(longest))
	if lost > 0 {
		text += "; " + plot.Grouped(lost) + " not answered"
	}
	if open > 0 {
		text += "; " + plot.Grouped(open) + " not ended"
	}
	return text
}

// amount is a number of things: "1 request", "12,000 requests".
func amount(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return plot.Grouped(n) + " " + thing + "s"
}

// clock is the unit of the axes of time.
type clock struct {
	unit time.Duration
	name string
}

// clockOf is the unit that suits the longest run.
func clockOf(all []Run) clock {
	const short = 2 * time.Second
	for _, r := range all {
		if r.Last >= short {
			return clock{time.Second, "s"}
		}
	}
	return clock{time.Millisecond, "ms"}
}

func (c clock) of(d time.Duration) float64 { return float64(d) / float64(c.unit) }

// inWords is a time with three significant digits.
func inWords(d time.Duration) string {
	c := clock{time.Second, "s"}
	if d < time.Second {
		c = clock{time.Millisecond, "ms"}
	}
	v := c.of(d)
	switch {
	case v >= 100:
		return plot.Grouped(int(math.Round(v))) + " " + c.name
	case v >= 10:
		return fmt.Sprintf("%.1f %s", v, c.name)
	}
	return fmt.Sprintf("%.2f %s", v, c.name)
}

func (c clock) since() string {
	if c.unit == time.Millisecond {
		return "milliseconds since the first arrival"
	}
	return "seconds since the first arrival"
}
