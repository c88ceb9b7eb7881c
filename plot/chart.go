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

// Picture draws the chart.
func (c Chart) Picture() Picture {
	most, count := 0.0, 0
	for _, s := range c.Series {
		count = max(count, len(s.Y))
		if len(s.Y) > 0 {
			most = max(most, slices.Max(s.Y))
		}
	}
	f := newFrame(c.Title, Axes{X: c.X, Y: c.Y, XMost: float64(count) * 1.02, YMost: most * 1.05})
	x := float64(left)
	for _, s := range c.Series {
		m := Marks{Colour: Amber, Size: 9}
		if s.Style == Narrow {
			m.Colour, m.Size = Blue, 4
		}
		x = key(&f.Picture, x, legend, m.Colour, s.Name)
		for k, y := range s.Y {
			m.At = append(m.At, f.At(float64(k+1), y))
		}
		f.Add(m)
	}
	return f.Picture
}

// SVG draws the chart.
func (c Chart) SVG() []byte { return c.Picture().SVG() }
