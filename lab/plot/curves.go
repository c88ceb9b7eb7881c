package plot

import (
	"fmt"
	"strings"
)

// Point is one mark of a line.
type Point struct{ X, Y float64 }

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
func lineColours() []string { return []string{darkColour, paleColour, "#3a8f5c", "#a8436b"} }

// SVG draws the lines.
func (c Curves) SVG() []byte {
	var furthest, most float64
	for _, l := range c.Lines {
		for _, p := range l.Points {
			furthest, most = max(furthest, p.X), max(most, p.Y)
		}
	}
	f := newFrame(c.Title, c.X, c.Y, furthest*1.05, most*1.1, false)
	key := float64(left)
	for i, l := range c.Lines {
		colour := lineColours()[i%len(lineColours())]
		var path strings.Builder
		for _, p := range l.Points {
			fmt.Fprintf(&path, " %.1f,%.1f", f.x(p.X), f.y(p.Y))
			f.printf(`<circle cx="%.1f" cy="%.1f" r="3" fill="%s"/>`, f.x(p.X), f.y(p.Y), colour)
		}
		f.printf(`<polyline points="%s" fill="none" stroke="%s" stroke-width="2"/>`, strings.TrimSpace(path.String()), colour)
		key = f.keyAt(key, colour, l.Name)
	}
	return f.end()
}
