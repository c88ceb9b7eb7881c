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

// Picture draws the bars.
func (s Spans) Picture() Picture {
	most := 0.0
	for _, bar := range s.Bars {
		most = max(most, bar.To)
	}
	count := float64(len(s.Bars))
	f := newFrame(s.Title, Axes{X: s.X, Y: s.Y, XMost: most * 1.02, YMost: count, Down: true, Whole: true})
	x := key(&f.Picture, left, legend, Blue, s.Good)
	if s.Bad != "" {
		key(&f.Picture, x, legend, Amber, s.Bad)
	}
	thick := plotHeight / max(count, 1)
	full := thick + 1 // thin bars overlap: rounded to pixels, some would leave a line between them
	if thick > 3 {
		full = thick * 0.8
	}
	good, bad := Rects{Fill: Blue}, Rects{Fill: Amber}
	for i, bar := range s.Bars {
		from, to := f.At(bar.From, float64(i)), f.At(bar.To, float64(i))
		rect := Rect{from.X, from.Y, max(1, to.X-from.X), full}
		if bar.Failed {
			bad.Of = append(bad.Of, rect)
		} else {
			good.Of = append(good.Of, rect)
		}
	}
	f.Add(good, bad)
	return f.Picture
}

// SVG draws the bars.
func (s Spans) SVG() []byte { return s.Picture().SVG() }
