package plot

// Axes are a place for data: two axes with ticks, and the mapping from numbers to places. Both begin at 0.
type Axes struct {
	Place        Rect    // the area between the axes
	XMost, YMost float64 // YMost is 0 if the vertical axis has no numbers
	X, Y         string  // what the axes show, with the unit; Y is written above the axis
	XTicks       bool    // label the horizontal axis
	Whole        bool    // the vertical axis counts things
	Down         bool    // the vertical axis begins at the top
}

// At is the place of a pair of numbers.
func (a Axes) At(x, y float64) Point {
	y /= max(a.YMost, tiny)
	if !a.Down {
		y = 1 - y
	}
	return Point{a.Place.X + a.Place.Width*x/max(a.XMost, tiny), a.Place.Y + a.Place.Height*y}
}

const tiny = 1e-9

// Shapes draws the axes: a line across the area for each tick of the vertical axis, or of the other one if that has no
// numbers; labels and names.
func (a Axes) Shapes() []Shape {
	left, right, ground := a.Place.X, a.Place.X+a.Place.Width, a.Place.Y+a.Place.Height
	grid := Strokes{Colour: Grid, Thick: 1}
	ticks := Strokes{Colour: AxisInk, Thick: 1}
	var labels []Shape
	if a.YMost > 0 {
		for _, v := range a.steps(a.YMost, a.Place.Height, a.Whole) {
			y := a.At(0, v).Y
			grid.Lines = append(grid.Lines, []Point{{left, y}, {right, y}})
			labels = append(labels, Words{At: Point{left - 6, y + 4}, Text: number(v), Colour: Faint, Size: 11, Anchor: End})
		}
	}
	if a.XTicks {
		for _, v := range a.steps(a.XMost, a.Place.Width, false) {
			x := a.At(v, 0).X
			if a.YMost == 0 {
				grid.Lines = append(grid.Lines, []Point{{x, a.Place.Y}, {x, ground}})
			}
			ticks.Lines = append(ticks.Lines, []Point{{x, ground}, {x, ground + 4}})
			labels = append(labels, Words{At: Point{x, ground + 16}, Text: number(v), Colour: Faint, Size: 11, Anchor: Middle})
		}
		labels = append(labels, Words{At: Point{right, ground + 31}, Text: a.X, Colour: Faint, Size: 11, Anchor: End})
	}
	ticks.Lines = append(ticks.Lines, []Point{{left, a.Place.Y}, {left, ground}, {right, ground}})
	if a.Y != "" {
		labels = append(labels, Words{At: Point{left, a.Place.Y - 8}, Text: a.Y, Colour: Faint, Size: 11})
	}
	return append([]Shape{grid, ticks}, labels...)
}

// steps are the ticks of an axis, with some room between them.
func (a Axes) steps(most, long float64, whole bool) []float64 {
	const room = 30
	all := steps(max(most, tiny))
	if whole && most < 5 {
		all = nil
		for v := 0.0; v <= most; v++ {
			all = append(all, v)
		}
	}
	for len(all) > 2 && long/float64(len(all)-1)*all[len(all)-1]/max(most, tiny) < room {
		var fewer []float64
		for i := 0; i < len(all); i += 2 {
			fewer = append(fewer, all[i])
		}
		all = fewer
	}
	return all
}
