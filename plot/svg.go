package plot

import (
	"fmt"
	"html"
	"math"
	"strconv"
	"strings"
	"unicode"
)

// SVG returns the picture as a file that needs no other one. Where it is shown on a dark page, and the viewer's system
// says so, its colours are those of the dark theme.
func (p Picture) SVG() []byte {
	w := &svgWriter{}
	w.printf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %[1]s %[2]s" width="%[1]s" height="%[2]s" role="img" `+
		`font-family="system-ui, 'Helvetica Neue', Arial, sans-serif" font-size="%[3]d">`, decimal(p.Width), decimal(p.Height), TextSize)
	w.printf("<title>%s</title>", escaped(p.Title))
	if p.About != "" {
		w.printf("<desc>%s</desc>", escaped(p.About))
	}
	body := &svgWriter{}
	body.rects(Rects{Ground, []Rect{{0, 0, p.Width, p.Height}}})
	for _, shape := range p.Shapes {
		body.shape(shape)
	}
	w.style(body)
	w.WriteString(body.String())
	w.printf("</svg>")
	return []byte(w.String())
}

// svgWriter writes shapes, and remembers the colours that they have.
type svgWriter struct {
	strings.Builder
	filled, stroked [colours]bool
}

func (w *svgWriter) printf(format string, args ...any) { fmt.Fprintf(w, format+"\n", args...) }

// style writes the style sheet of what was written to body.
func (w *svgWriter) style(body *svgWriter) {
	w.WriteString("<style>")
	body.rules(&w.Builder, Light)
	w.WriteString("@media (prefers-color-scheme: dark) {")
	body.rules(&w.Builder, Dark)
	w.WriteString("}</style>\n")
}

func (w *svgWriter) rules(b *strings.Builder, theme Theme) {
	for c := range colours {
		rgb := c.RGB(theme)
		if w.filled[c] {
			fmt.Fprintf(b, ".f%d{fill:#%02x%02x%02x}", c, rgb.R, rgb.G, rgb.B)
		}
		if w.stroked[c] {
			fmt.Fprintf(b, ".s%d{fill:none;stroke:#%02x%02x%02x}", c, rgb.R, rgb.G, rgb.B)
		}
	}
}

// fill and stroke are the attributes of something in a colour.
func (w *svgWriter) fill(c Colour) string {
	w.filled[c] = true
	return fmt.Sprintf(`class="f%d"`, c)
}

func (w *svgWriter) stroke(c Colour) string {
	w.stroked[c] = true
	return fmt.Sprintf(`class="s%d"`, c)
}

func (w *svgWriter) shape(shape Shape) {
	switch s := shape.(type) {
	case Rects:
		w.rects(s)
	case Area:
		w.area(s)
	case Strokes:
		w.strokes(s)
	case Marks:
		w.marks(s)
	case Words:
		w.words(s)
	}
}

func (w *svgWriter) rects(s Rects) {
	if len(s.Of) == 0 {
		return
	}
	var d strings.Builder
	for _, r := range s.Of {
		d.WriteString("M" + pair(r.X, r.Y) + "h" + decimal(r.Width) + "v" + decimal(r.Height) + "h" + decimal(-r.Width) + "z")
	}
	w.printf(`<path %s shape-rendering="crispEdges" d="%s"/>`, w.fill(s.Fill), d.String())
}

func (w *svgWriter) area(s Area) {
	if len(s.Points) > 0 {
		w.printf(`<path %s d="%sz"/>`, w.fill(s.Fill), path(s.Points))
	}
}

func (w *svgWriter) strokes(s Strokes) {
	var d strings.Builder
	for _, line := range s.Lines {
		d.WriteString(path(line))
	}
	if d.Len() == 0 {
		return
	}
	dash := ""
	if s.Dash > 0 {
		dash = fmt.Sprintf(` stroke-dasharray="%s"`, decimal(s.Dash))
	}
	w.printf(`<path %s stroke-width="%s" stroke-linejoin="round"%s d="%s"/>`, w.stroke(s.Colour), decimal(s.Thick), dash, d.String())
}

// path is the d of a line through points. Steps to the side and up or down are the usual ones, and have short forms.
func path(points []Point) string {
	var d strings.Builder
	for i, p := range points {
		x, y := decimal(p.X), decimal(p.Y)
		switch {
		case i == 0:
			d.WriteString("M" + pair(p.X, p.Y))
		case y == decimal(points[i-1].Y):
			d.WriteString("H" + x)
		case x == decimal(points[i-1].X):
			d.WriteString("V" + y)
		default:
			d.WriteString("L" + pair(p.X, p.Y))
		}
	}
	return d.String()
}

func (w *svgWriter) marks(s Marks) {
	if len(s.At) == 0 {
		return
	}
	var d strings.Builder
	if s.Form == Dot { // a line of no length with round ends
		for _, p := range s.At {
			d.WriteString("M" + pair(p.X, p.Y) + "h0")
		}
		w.printf(`<path %s stroke-width="%s" stroke-linecap="round" d="%s"/>`, w.stroke(s.Colour), decimal(s.Size), d.String())
		return
	}
	for _, p := range s.At {
		for i, corner := range s.Form.Outline(Point{}, s.Size) {
			if i == 0 {
				d.WriteString("M" + pair(p.X+corner.X, p.Y+corner.Y))
				continue
			}
			last := s.Form.Outline(Point{}, s.Size)[i-1]
			d.WriteString("l" + pair(corner.X-last.X, corner.Y-last.Y))
		}
		d.WriteString("z")
	}
	w.printf(`<path %s d="%s"/>`, w.fill(s.Colour), d.String())
}

func (w *svgWriter) words(s Words) {
	more := ""
	if s.Anchor != Start {
		more += fmt.Sprintf(` text-anchor="%s"`, [...]string{Start: "start", Middle: "middle", End: "end"}[s.Anchor])
	}
	if s.Size != 0 {
		more += fmt.Sprintf(` font-size="%s"`, decimal(s.Size))
	}
	if s.Bold {
		more += ` font-weight="bold"`
	}
	w.printf(`<text %s x="%s" y="%s"%s>%s</text>`, w.fill(s.Colour), decimal(s.At.X), decimal(s.At.Y), more, escaped(s.Text))
}

// decimal is a length, to a tenth of a pixel.
func decimal(v float64) string {
	rounded := math.Round(v*10) / 10
	if rounded == 0 || math.IsNaN(rounded) || math.IsInf(rounded, 0) {
		return "0" // and not -0
	}
	return strconv.FormatFloat(rounded, 'f', -1, 64)
}

func pair(x, y float64) string {
	second := decimal(y)
	if second[0] == '-' {
		return decimal(x) + second
	}
	return decimal(x) + " " + second
}

// escaped is a text as XML has it.
func escaped(text string) string { return html.EscapeString(Printable(text)) }

// Printable replaces what cannot be printed, or changes the direction of what follows, in a text from outside.
func Printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return '\ufffd'
	}, text)
}
