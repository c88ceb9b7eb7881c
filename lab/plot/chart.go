package plot

import "slices"

// Style is how the marks of a series look.
type Style int

// Wide marks are pale and drawn first, Narrow ones are dark and drawn on top.
const (
	Wide Style = iota
	Narrow
)

// Series is numbers that are drawn over their indices 1, 2, 3, ….
type Series struct {
	Name  string
	Style Style
	Y     []float64
}

// Chart is a picture of one or more series.
type Chart struct {
	Title  string
	X, Y   string // what the axes show, with the unit
	Series []Series
}

// SVG draws the chart.
func (c Chart) SVG() []byte {
	most, count := 0.0, 0
	for _, s := range c.Series {
		count = max(count, len(s.Y))
		if len(s.Y) > 0 {
			most = max(most, slices.Max(s.Y))
		}
	}
	f := newFrame(c.Title, c.X, c.Y, float64(count)*1.02, most*1.05, false)
	for i, s := range c.Series {
		colour, radius := paleColour, 4.5
		if s.Style == Narrow {
			colour, radius = darkColour, 2
		}
		f.key(i, colour, s.Name)
		for k, y := range s.Y {
			f.printf(`<circle cx="%.1f" cy="%.1f" r="%g" fill="%s"/>`, f.x(float64(k+1)), f.y(y), radius, colour)
		}
	}
	return f.end()
}
