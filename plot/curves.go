package plot

// Line connects its points, which are ordered from left to right.
type Line struct {
	Name   string
	Points []Point
}

// Curves is a picture of up to four lines in different colours.
type Curves struct {
	Title string
	X, Y  string // what the axes show, with the unit
	Lines []Line
}

// lineColours are the colours of the lines.
func lineColours() []Colour { return []Colour{Blue, Amber, Green, Rose} }

// Picture draws the lines.
func (c Curves) Picture() Picture {
	var furthest, most float64
	for _, l := range c.Lines {
		for _, p := range l.Points {
			furthest, most = max(furthest, p.X), max(most, p.Y)
		}
	}
	f := newFrame(c.Title, Axes{X: c.X, Y: c.Y, XMost: furthest * 1.05, YMost: most * 1.1})
	x := float64(left)
	for i, l := range c.Lines {
		colour := lineColours()[i%len(lineColours())]
		var at []Point
		for _, p := range l.Points {
			at = append(at, f.At(p.X, p.Y))
		}
		f.Add(Strokes{Colour: colour, Thick: 2, Lines: [][]Point{at}}, Marks{Colour: colour, Size: 6, At: at})
		x = key(&f.Picture, x, legend, colour, l.Name)
	}
	return f.Picture
}

// SVG draws the lines.
func (c Curves) SVG() []byte { return c.Picture().SVG() }
