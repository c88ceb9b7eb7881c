package runs

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/target-server/target-server/plot"
)

// starts draws the place of each request in the order of starts over its place in the order of arrivals.
func starts(s scene) []plot.Shape {
	most := 1
	orders := make([][]int, len(s.runs))
	for i, r := range s.runs {
		orders[i] = r.byStart()
		most = max(most, len(orders[i]))
	}
	head := startsHeight(s.runs) - startsHeight(s.runs[:1])
	axes := plot.Axes{
		Place: s.axis(head + axisHead), XMost: float64(most), YMost: float64(most), XTicks: true, Whole: true,
		X: "place in the order of arrivals", Y: "place in the order of starts",
	}
	shapes := append(axes.Shapes(), startsNotes(s.runs, s.place.Y)...)
	shapes = append(shapes, plot.Strokes{Colour: plot.Grey, Thick: 1, Dash: 3, Lines: [][]plot.Point{{axes.At(0, 0), axes.At(float64(most), float64(most))}}})
	for i, r := range s.runs {
		full, _ := plot.ColourOf(i)
		place := make([]int, len(r.Requests)) // in the order of starts; 0 for none
		for k, request := range orders[i] {
			place[request] = k + 1
		}
		var at []plot.Point
		arrival := 0
		for _, k := range place {
			if k > 0 {
				arrival++
				at = append(at, axes.At(float64(arrival), float64(k)))
			}
		}
		shapes = append(shapes, marks(at, full, form(i)))
	}
	return shapes
}

// startsHeight leaves a line for each of several runs.
func startsHeight(all []Run) float64 {
	const one = 290
	if len(all) > 1 {
		return one + float64(keyHeight*len(all))
	}
	return one
}

// startsNotes say how each queue was served, from y down: for a single run beside the title.
func startsNotes(all []Run, y float64) []plot.Shape {
	if len(all) == 1 {
		return []plot.Shape{plot.Words{
			At: plot.Point{X: width - margin, Y: y - titleHeight + 12}, Text: all[0].nexts().String(), Colour: plot.Faint, Anchor: plot.End,
		}}
	}
	var shapes []plot.Shape
	for i, r := range all {
		full, _ := plot.ColourOf(i)
		y += keyHeight
		text := plot.Fit(r.Name, plot.TextSize, 300) + ": " + r.nexts().String()
		shapes = append(shapes, plot.Marks{Colour: full, Form: form(i), Size: 8, At: []plot.Point{{X: axisLeft + 4, Y: y - 10}}},
			plot.Words{At: plot.Point{X: axisLeft + 16, Y: y - 6}, Text: text, Colour: plot.Faint})
	}
	return shapes
}

// String says which of the queued requests were next.
func (n next) String() string {
	share := func(k int) string { return fmt.Sprintf("%.0f %%", math.Floor(100*float64(k)/float64(n.starts))) }
	const nearly = 0.95
	switch most := nearly * float64(n.starts); {
	case n.starts == 0:
		return "no two were queued"
	case float64(n.oldest) >= most:
		return "first in, first out (" + share(n.oldest) + " of starts took the oldest)"
	case float64(n.newest) >= most:
		return "last in, first out (" + share(n.newest) + " of starts took the newest)"
	}
	return "the oldest was next in " + share(n.oldest) + " of starts, the newest in " + share(n.newest)
}

// latency draws how long each request has waited, and how long it took, by arrival.
func latency(s scene) []plot.Shape {
	count, slowest := 1, 0.0
	for _, r := range s.runs {
		count = max(count, len(r.Requests))
		for _, q := range r.Requests {
			slowest = max(slowest, s.clock.of(r.until(q)-q.Arrival))
		}
	}
	axes := plot.Axes{
		Place: s.axis(axisHead), XMost: float64(count), YMost: slowest * 1.05, XTicks: true,
		X: "place in the order of arrivals", Y: "latency, in " + s.clock.name,
	}
	shapes, lost := axes.Shapes(), false
	for i, r := range s.runs {
		full, pale := plot.ColourOf(i)
		var waits, totals, losts []plot.Point
		for k, q := range r.Requests {
			at := func(v float64) plot.Point { return axes.At(float64(k+1), v) }
			if q.Started {
				waits = append(waits, at(s.clock.of(r.wait(q))))
			}
			total := at(s.clock.of(r.until(q) - q.Arrival))
			if q.Answered() {
				totals = append(totals, total)
			} else {
				losts, lost = append(losts, total), true
			}
		}
		shapes = append(shapes, marks(waits, pale, form(i)), marks(totals, full, form(i)), crosses(losts, full))
	}
	full, pale := plot.ColourOf(0)
	entries := []entry{{pale, form(0), "waited (faint)"}, {full, form(0), "from arrival to end"}}
	if lost {
		entries = append(entries, entry{full, plot.Cross, "not answered"})
	}
	return append(shapes, legend(entries, s.place.Y-titleHeight+12)...)
}

// entry is what a mark means.
type entry struct {
	colour plot.Colour
	form   plot.Form
	text   string
}

// legend writes entries that end at the right margin.
func legend(entries []entry, y float64) []plot.Shape {
	var shapes []plot.Shape
	x := float64(width - margin)
	for i := len(entries) - 1; i >= 0; i-- {
		e := entries[i]
		shapes = append(shapes, plot.Words{At: plot.Point{X: x, Y: y}, Text: e.text, Colour: plot.Faint, Anchor: plot.End})
		x -= plot.TextWidth(e.text, plot.TextSize)*1.08 + 10
		shapes = append(shapes, plot.Marks{Colour: e.colour, Form: e.form, Size: 8, At: []plot.Point{{X: x, Y: y - 4}}})
		x -= 20
	}
	return shapes
}

// marks draws marks whose size suits their number. Where there are very many, it fills the cells of a grid that have one.
func marks(at []plot.Point, colour plot.Colour, form plot.Form) plot.Shape {
	const few, some = 150, 2000
	switch n := len(at); {
	case n <= few:
		return plot.Marks{Colour: colour, Form: form, Size: 6, At: at}
	case n <= some:
		return plot.Marks{Colour: colour, Form: form, Size: 4, At: at}
	}
	const size = 2
	return plot.Rects{Fill: colour, Of: filled(at, size)}
}

// crosses are few among many marks, and stay large enough to be seen.
func crosses(at []plot.Point, colour plot.Colour) plot.Marks {
	const size, few = 8, 1000
	if len(at) > few {
		at = thin(at, size/2)
	}
	return plot.Marks{Colour: colour, Form: plot.Cross, Size: size, At: at}
}

// cell is a cell of a grid.
type cell struct{ row, column int }

// cells are the cells that have a point, by rows.
func cells(points []plot.Point, size float64) []cell {
	taken := map[cell]bool{}
	for _, p := range points {
		taken[cell{int(math.Floor(p.Y / size)), int(math.Floor(p.X / size))}] = true
	}
	return slices.SortedFunc(maps.Keys(taken), func(a, b cell) int {
		return cmp.Or(cmp.Compare(a.row, b.row), cmp.Compare(a.column, b.column))
	})
}

// thin leaves one point in each cell of a grid, in its middle.
func thin(points []plot.Point, size float64) []plot.Point {
	var all []plot.Point
	for _, c := range cells(points, size) {
		all = append(all, plot.Point{X: (float64(c.column) + 0.5) * size, Y: (float64(c.row) + 0.5) * size})
	}
	return all
}

// filled is the area of the cells that have a point. Cells beside each other are one rectangle.
func filled(points []plot.Point, size float64) []plot.Rect {
	var all []plot.Rect
	last := cell{row: math.MinInt}
	for _, c := range cells(points, size) {
		if c.row == last.row && c.column == last.column+1 {
			all[len(all)-1].Width += size
		} else {
			all = append(all, plot.Rect{X: float64(c.column) * size, Y: float64(c.row) * size, Width: size, Height: size})
		}
		last = c
	}
	return all
}

// axis is the place of data in a panel, above the labels of its axis.
func (s scene) axis(head float64) plot.Rect {
	return plot.Rect{X: s.place.X, Y: s.place.Y + head, Width: s.place.Width, Height: s.place.Height - head - axisFoot}
}
