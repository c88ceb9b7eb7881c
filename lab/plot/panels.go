package plot

import (
	"fmt"
	"html"
	"math"
	"strings"
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
func layerColours() []string { return []string{darkColour, paleColour, "#a8436b", "#bbbbbb"} }

// SVG draws the panels.
func (p Panels) SVG() []byte {
	var b strings.Builder
	tall := panelsTop + len(p.Rows)*(panelHeight+panelSpace) + 10
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" font-family="sans-serif" font-size="12">`+"\n", panelsWidth, tall, panelsWidth, tall)
	fmt.Fprintf(&b, `<rect width="%d" height="%d" fill="#ffffff"/>`+"\n", panelsWidth, tall)
	words(&b, panelLeft, 20, `font-size="14" font-weight="bold"`, p.Title)
	fmt.Fprintf(&b, `<text x="%d" y="20" text-anchor="end" fill="#222222">%s</text>`+"\n", panelsWidth-12, html.EscapeString(p.Meaning))
	wide := (panelsWidth - panelLeft - panelGap*(len(p.Columns)-1) - 12) / max(1, len(p.Columns))
	for c, column := range p.Columns {
		x := panelLeft + c*(wide+panelGap)
		words(&b, float64(x), 42, "", column.Title)
		key := float64(x)
		for i, name := range column.Layers {
			if name == "" {
				continue
			}
			fmt.Fprintf(&b, `<rect x="%.1f" y="50" width="10" height="10" fill="%s"/>`+"\n", key, layerColours()[i])
			words(&b, key+14, 59, "", name)
			key += 30 + 6*float64(len(name))
		}
		for r, row := range p.Rows {
			y := panelsTop + r*(panelHeight+panelSpace)
			if c == 0 {
				words(&b, float64(x), float64(y)+10, `font-weight="bold"`, row.Title)
			}
			panel{p, column, row.Cells[c], float64(x), float64(y) + 18, float64(wide)}.draw(&b)
		}
	}
	b.WriteString("</svg>\n")
	return []byte(b.String())
}

// panel draws one panel.
type panel struct {
	of         Panels
	column     Column
	layers     [][]float64
	x, y, wide float64
}

func (p panel) draw(b *strings.Builder) {
	count := 1
	for _, layer := range p.layers {
		count = max(count, len(layer))
	}
	step, ground, most := p.wide/float64(count), p.y+panelHeight, math.Max(p.column.Most, 1e-9)
	unit := step / math.Max(p.of.Step, 1e-9)
	for _, v := range []float64{0, most / 2, most} {
		at := ground - panelHeight*v/most
		fmt.Fprintf(b, `<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" stroke="#dddddd"/>`+"\n", p.x, at, p.x+p.wide, at)
		fmt.Fprintf(b, `<text x="%.1f" y="%.1f" text-anchor="end" font-size="10" fill="#222222">%s</text>`+"\n", p.x-4, at+4, number(v))
	}
	below := make([]float64, count)
	for i, layer := range p.layers {
		for k, v := range layer {
			tall := panelHeight * math.Min(v, most-below[k]) / most
			below[k] += math.Min(v, most-below[k])
			if tall > 0 {
				fmt.Fprintf(b, `<rect x="%.2f" y="%.1f" width="%.2f" height="%.1f" fill="%s" shape-rendering="crispEdges"/>`+"\n",
					p.x+float64(k)*step, ground-panelHeight*below[k]/most, step, tall, layerColours()[i])
			}
		}
	}
	for _, v := range p.of.Between {
		fmt.Fprintf(b, `<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" stroke="#222222" stroke-dasharray="3 3"/>`+"\n", p.x+v*unit, p.y-4, p.x+v*unit, ground)
	}
	for _, v := range steps(math.Max(float64(count)*p.of.Step, 1e-9)) {
		fmt.Fprintf(b, `<text x="%.1f" y="%.1f" text-anchor="middle" font-size="10" fill="#222222">%s</text>`+"\n", p.x+v*unit, ground+13, number(v))
	}
	fmt.Fprintf(b, `<text x="%.1f" y="%.1f" text-anchor="end" font-size="10" fill="#222222">%s</text>`+"\n", p.x+p.wide, ground+13, html.EscapeString(p.of.X))
}

func words(b *strings.Builder, x, y float64, more, text string) {
	fmt.Fprintf(b, `<text x="%.1f" y="%.1f" fill="#222222" %s>%s</text>`+"\n", x, y, more, html.EscapeString(text))
}
