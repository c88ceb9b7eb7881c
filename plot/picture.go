package plot

// Picture is a drawing: shapes on a ground, later ones on top of earlier ones. Its unit is a pixel of the screen, and
// its origin the top left corner.
type Picture struct {
	Title         string // what it is, for readers who cannot see it
	About         string // what it shows, likewise; may be empty
	Width, Height float64
	Shapes        []Shape
}

// Shape is Rects, Area, Strokes, Marks or Words.
type Shape interface{ isShape() }

// Point is a place.
type Point struct{ X, Y float64 }

// Rect is a rectangle; X and Y are those of its top left corner.
type Rect struct{ X, Y, Width, Height float64 }

// Rects are filled rectangles of one colour.
type Rects struct {
	Fill Colour
	Of   []Rect
}

// Area is a filled polygon.
type Area struct {
	Fill   Colour
	Points []Point
}

// Strokes are lines of one colour, each through its points.
type Strokes struct {
	Colour Colour
	Thick  float64
	Dash   float64 // the length of a dash, and of a gap; 0 for none
	Lines  [][]Point
}

// Marks are small signs of one colour, each with its centre at a point.
type Marks struct {
	Colour Colour
	Form   Form
	Size   float64 // the diameter
	At     []Point
}

// Words are one line of text.
type Words struct {
	At     Point // on the base line
	Text   string
	Size   float64 // the size of the font; 0 for TextSize
	Colour Colour
	Bold   bool
	Anchor Anchor
}

// TextSize is the usual size of text.
const TextSize = 12

// Form is what a mark looks like.
type Form int

// The forms of marks.
const (
	Dot Form = iota
	Square
	Diamond
	Triangle
	Cross
)

// Anchor is the part of a text that is at its place.
type Anchor int

// The anchors of a text.
const (
	Start Anchor = iota
	Middle
	End
)

func (Rects) isShape()   {}
func (Area) isShape()    {}
func (Strokes) isShape() {}
func (Marks) isShape()   {}
func (Words) isShape()   {}

// Add puts shapes on top.
func (p *Picture) Add(shapes ...Shape) { p.Shapes = append(p.Shapes, shapes...) }

// SizeOf returns the size of a text's font.
func (w Words) SizeOf() float64 {
	if w.Size == 0 {
		return TextSize
	}
	return w.Size
}

// TextWidth estimates how wide a text is. What draws it may have other fonts: leave some room.
func TextWidth(text string, size float64) float64 {
	wide := 0.0
	for _, r := range text {
		switch {
		case r == ' ' || r == '.' || r == ',' || r == ':' || r == '\'' || r == '|' || r == 'i' || r == 'j' || r == 'l' || r == 'I' || r == '!':
			wide += 0.29
		case r == 'f' || r == 't' || r == 'r' || r == '-' || r == '(' || r == ')' || r == '/' || r == '[' || r == ']':
			wide += 0.37
		case r == 'm' || r == 'w' || r == 'M' || r == 'W' || r == '@' || r == '%':
			wide += 0.88
		case r >= 'A' && r <= 'Z':
			wide += 0.68
		case r < 0x2e80:
			wide += 0.56
		default: // Chinese, Japanese, Korean
			wide++
		}
	}
	return wide * size
}

// Fit shortens a text so that it is about as wide as the room there is; what is left out is an ellipsis. The result is
// empty if not even two characters fit.
func Fit(text string, size, room float64) string {
	if TextWidth(text, size) <= room {
		return text
	}
	runes := []rune(text)
	const most = 1000 // no text of ours is longer
	for n := min(len(runes)-1, most); n >= 1; n-- {
		if short := string(runes[:n]) + "…"; TextWidth(short, size) <= room {
			return short
		}
	}
	return ""
}
