package plot

// Timeline is a picture of requests: panels below each other over one axis of time, in each of which a request is a bar
// that changes its colour with the request's state.
type Timeline struct {
	Title, X string
	States   []string // what the colours mean, from pale to dark: at most three
	Panels   []TimelinePanel
}

// TimelinePanel is one of its panels.
type TimelinePanel struct {
	Title, About string
	Note         string // on the right of the title
	Bars         []Bar  // the first on top
}

// Bar is one request: the moments at which each state begins, and the last one ends. A state that begins when the next one
// does is left out.
type Bar []float64

// The measures of a timeline, in pixels.
const (
	timelineWidth               = 800
	timelineLeft, timelineRight = 20, 20
	timelineTop                 = 64 // the title and the key
	barHeight, barGap           = 8, 2
	panelHead, panelFoot        = 40, 14
	timelineFoot                = 34 // the axis
)

// stateColours are those of the states, from pale to dark, in the order of their meaning.
func stateColours() []Colour { return []Colour{PaleGrey, Amber, Blue} }

// Picture draws the timeline.
func (t Timeline) Picture() Picture {
	p := Picture{Title: t.Title, Width: timelineWidth}
	axes := Axes{Place: Rect{X: timelineLeft, Width: timelineWidth - timelineLeft - timelineRight}}
	for _, panel := range t.Panels {
		for _, bar := range panel.Bars {
			axes.XMost = max(axes.XMost, bar[len(bar)-1])
		}
	}
	axes.XMost = max(axes.XMost*1.01, tiny)
	p.Add(Words{At: Point{timelineLeft, 24}, Text: t.Title, Size: 17, Bold: true, Colour: Ink})
	x := float64(timelineLeft)
	for i, name := range t.States {
		x = key(&p, x, 49, stateColours()[i], name)
	}
	y := float64(timelineTop)
	for _, panel := range t.Panels {
		p.Add(panel.shapes(axes, y)...)
		y += panelHead + panelFoot + float64(len(panel.Bars)*(barHeight+barGap))
	}
	for _, v := range ticks(axes.XMost) {
		p.Add(Words{At: Point{axes.At(v, 0).X, y + 6}, Text: number(v), Colour: Ink, Anchor: Middle})
	}
	p.Add(Words{At: Point{axes.At(axes.XMost/2, 0).X, y + 24}, Text: t.X, Colour: Ink, Anchor: Middle})
	p.Height = y + timelineFoot
	return p
}

// SVG draws the timeline.
func (t Timeline) SVG() []byte { return t.Picture().SVG() }

// shapes draws one panel below y.
func (p TimelinePanel) shapes(axes Axes, y float64) []Shape {
	ground := y + panelHead + float64(len(p.Bars)*(barHeight+barGap))
	grid := Strokes{Colour: Grid, Thick: 1}
	for _, v := range ticks(axes.XMost) {
		x := axes.At(v, 0).X
		grid.Lines = append(grid.Lines, []Point{{x, y + panelHead}, {x, ground}})
	}
	end := axes.At(axes.XMost, 0).X
	shapes := []Shape{
		Words{At: Point{timelineLeft, y + 16}, Text: p.Title, Size: 13, Bold: true, Colour: Ink},
		Words{At: Point{end, y + 16}, Text: p.Note, Colour: Ink, Anchor: End},
		Words{At: Point{timelineLeft, y + 33}, Text: p.About, Size: 13, Colour: Ink},
		grid,
	}
	states := make([]Rects, len(stateColours()))
	for i, bar := range p.Bars {
		for state := range len(bar) - 1 {
			from, to := axes.At(bar[state], 0).X, axes.At(bar[state+1], 0).X
			if to-from >= 0.5 {
				states[state].Of = append(states[state].Of, Rect{from, y + panelHead + float64(i*(barHeight+barGap)), to - from, barHeight})
			}
		}
	}
	for i, colour := range stateColours() {
		states[i].Fill = colour
		shapes = append(shapes, states[i])
	}
	return append(shapes, Strokes{Colour: AxisInk, Thick: 1, Lines: [][]Point{{{timelineLeft, ground + 1}, {end, ground + 1}}}})
}

// ticks are the places of the labels: each whole unit, while these are few.
func ticks(most float64) []float64 {
	const few = 15
	if most > few || most < 2 {
		return steps(most)
	}
	var all []float64
	for v := 0.0; v <= most; v++ {
		all = append(all, v)
	}
	return all
}
