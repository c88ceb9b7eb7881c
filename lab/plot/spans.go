package plot

// Span is one bar, in the unit of the axis.
type Span struct {
	From, To float64
	Failed   bool // drawn in another colour
}

// Spans is a picture of bars, the first at the top.
type Spans struct {
	Title, X, Y string
	Bars        []Span
	Good, Bad   string // what the two colours mean
}

// SVG draws the bars.
func (s Spans) SVG() []byte {
	most := 0.0
	for _, bar := range s.Bars {
		most = max(most, bar.To)
	}
	count := float64(len(s.Bars))
	f := newFrame(s.Title, s.X, s.Y, most*1.02, count, true)
	f.key(0, darkColour, s.Good)
	if s.Bad != "" {
		f.key(1, paleColour, s.Bad)
	}
	thick := plotHeight / max(count, 1)
	filled := thick + 1 // thin bars overlap: rounded to pixels, some would leave a line between them
	if thick > 3 {
		filled = thick * 0.8
	}
	for i, bar := range s.Bars {
		colour := darkColour
		if bar.Failed {
			colour = paleColour
		}
		f.printf(`<rect x="%.1f" y="%.1f" width="%.1f" height="%.2f" fill="%s" shape-rendering="crispEdges"/>`,
			f.x(bar.From), f.y(float64(i)), max(1, f.x(bar.To)-f.x(bar.From)), filled, colour)
	}
	return f.end()
}
