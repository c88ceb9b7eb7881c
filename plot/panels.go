package plot

import (
	"math"
	"slices"
)

// Panels is a grid of small pictures over a common time axis. Each shows stacked amounts in steps of
// time.
type Panels struct {
	Title, X string
	Step     float64    // the width of a step, in the unit of the axis
	Between  [2]float64 // two dashed lines
	Meaning  string     // the meaning of the time between them
	Columns  []Column
	Rows     []PanelRow
}

// Column describes what the panels of a column show.
type Column struct {
	Title  string
	Most   float64  // the maximum of the vertical axis
	Layers []string // the names of the layers, from the bottom up: at most four; "" gets no legend entry
}

// PanelRow is a row of panels: for each column its layers, for each layer one amount per step.
type PanelRow struct {
	Title string
	Cells [][][]float64
}

// The measures of a panel, in pixels.
const (
	panelsWidth             = 760
	panelGap, panelLeft     = 56, 36
	panelHeight, panelSpace = 74, 46
	panelsTop               = 76
)

// layerColours are the colours of the layers.
func layerColours() []Colour { return []Colour{Blue, Amber, Rose, PaleGrey} }

// Picture draws the panels.
func (p Panels) Picture() Picture {
	picture := Picture{Title: p.Title, Width: panelsWidth, Height: float64(panelsTop + len(p.Rows)*(panelHeight+panelSpace) + 10)}
	picture.Add(Words{At: Point{panelLeft, titleY}, Text: p.Title, Size: titleSize, Bold: true, Colour: Ink},
		Words{At: Point{panelsWidth - 12, titleY}, Text: p.Meaning, Colour: Ink, Anchor: End})
	wide := (panelsWidth - panelLeft - panelGap*(len(p.Columns)-1) - 12) / max(1, len(p.Columns))
	for c, column := range p.Columns {
		x := float64(panelLeft + c*(wide+panelGap))
		picture.Add(Words{At: Point{x, 42}, Text: column.Title, Colour: Ink})
		next := x
		for i, name := range column.Layers {
			if name != "" {
				next = key(&picture, next, 59, layerColours()[i], name)
			}
		}
		for r, row := range p.Rows {
			y := float64(panelsTop + r*(panelHeight+panelSpace))
			if c == 0 {
				picture.Add(Words{At: Point{x, y + 10}, Text: row.Title, Bold: true, Colour: Ink})
			}
			picture.Add(panel{p, column, row.Cells[c], Rect{x, y + 18, float64(wide), panelHeight}}.shapes()...)
		}
	}
	return picture
}

// SVG draws the panels.
func (p Panels) SVG() []byte { return p.Picture().SVG() }

// panel draws one panel.
type panel struct {
	of     Panels
	column Column
	layers [][]float64
	place  Rect
}

func (p panel) shapes() []Shape {
	count := 1
	for _, layer := range p.layers {
		count = max(count, len(layer))
	}
	axes := Axes{Place: p.place, XMost: max(float64(count)*p.of.Step, tiny), YMost: math.Max(p.column.Most, tiny)}
	const size = 10 // of the labels
	grid, between := Strokes{Colour: Grid, Thick: 1}, Strokes{Colour: Ink, Thick: 1, Dash: 3}
	shapes := []Shape{}
	for _, v := range []float64{0, axes.YMost / 2, axes.YMost} {
		at := axes.At(0, v)
		grid.Lines = append(grid.Lines, []Point{at, axes.At(axes.XMost, v)})
		shapes = append(shapes, Words{At: Point{at.X - 4, at.Y + 4}, Text: number(v), Size: size, Colour: Faint, Anchor: End})
	}
	for _, v := range p.of.Between {
		at := axes.At(v, 0)
		between.Lines = append(between.Lines, []Point{{at.X, p.place.Y - 4}, at})
	}
	for _, v := range steps(axes.XMost) {
		at := axes.At(v, 0)
		if at.X > p.place.X+p.place.Width-2*size {
			continue // there is the unit
		}
		shapes = append(shapes, Words{At: Point{at.X, at.Y + 13}, Text: number(v), Size: size, Colour: Faint, Anchor: Middle})
	}
	end := axes.At(axes.XMost, 0)
	shapes = append(shapes, Words{At: Point{end.X, end.Y + 13}, Text: p.of.X, Size: size, Colour: Faint, Anchor: End})
	return slices.Concat([]Shape{grid}, p.stack(axes, count), []Shape{between}, shapes)
}

// stack draws the layers, each on top of those before.
func (p panel) stack(axes Axes, count int) []Shape {
	step := p.place.Width / float64(count)
	below := make([]float64, count)
	var shapes []Shape
	for i, layer := range p.layers {
		rects := Rects{Fill: layerColours()[i]}
		for k, v := range layer {
			v = math.Min(v, axes.YMost-below[k])
			below[k] += v
			if tall := p.place.Height * v / axes.YMost; tall > 0 {
				rects.Of = append(rects.Of, Rect{p.place.X + float64(k)*step, axes.At(0, below[k]).Y, step, tall})
			}
		}
		shapes = append(shapes, rects)
	}
	return shapes
}
