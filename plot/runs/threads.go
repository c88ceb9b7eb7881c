package runs

import (
	"fmt"

	"github.com/target-server/target-server/plot"
)

// mostLanes is how many lanes a picture has.
const mostLanes = 100

// The measures of lanes, in pixels.
const (
	groupHead = 22 // the name of a group
	groupFoot = 6
	moreFoot  = 18 // what is left out
	legible   = 12 // of a bar with text
)

// bar is a part of a lane, in pixels.
type bar struct {
	from, to float64
	look     look
	text     string
}

// look is how a bar is filled.
type look int

const (
	full look = iota
	pale
	hollow // its client has not got the answer
)

// block is the lanes of one group of one run, as they are drawn.
type block struct {
	run   int // its index
	title string
	group
}

// blocks lists the groups of all runs.
func blocks(all []Run) []block {
	var list []block
	for i, r := range all {
		groups := r.groups(max(1, mostLanes/len(all)))
		for _, g := range groups {
			title := ""
			if len(all) > 1 {
				title = plot.Fit(r.Name, plot.TextSize, 300)
			}
			if len(groups) > 1 {
				if title != "" {
					title += ", "
				}
				title += fmt.Sprintf("worker %d", g.worker)
			}
			list = append(list, block{i, title, g})
		}
	}
	return list
}

// laneHeight is that of each lane, with the gap below it: less if there are many.
func laneHeight(list []block) float64 {
	n := 0
	for _, b := range list {
		n += len(b.lanes)
	}
	switch {
	case n <= 12:
		return 20
	case n <= 48:
		return 15
	}
	return 8
}

func threadsHeight(all []Run) float64 {
	list := blocks(all)
	tall := float64(titleHeight + axisFoot)
	for _, b := range list {
		tall += b.height(laneHeight(list))
	}
	return tall
}

func (b block) height(lane float64) float64 {
	tall := groupFoot + lane*float64(len(b.lanes))
	if b.title != "" {
		tall += groupHead
	}
	if b.more > 0 {
		tall += moreFoot
	}
	return tall
}

// threads draws a lane for each thread, with a bar for each request.
func threads(s scene) []plot.Shape {
	list := blocks(s.runs)
	tall := laneHeight(list)
	axes := plot.Axes{Place: s.axis(0), XTicks: true, X: s.clock.since()}
	for _, r := range s.runs {
		axes.XMost = max(axes.XMost, s.clock.of(r.Last))
	}
	text := "a bar for each request"
	if tall > legible {
		text += ", with its id"
	}
	shapes := append(axes.Shapes(), plot.Words{At: plot.Point{X: margin + 72, Y: s.place.Y - titleHeight + 12}, Text: text, Colour: plot.Faint})
	y := s.place.Y
	lost := false
	for _, b := range list {
		shapes = append(shapes, s.block(b, axes, y, tall, &lost)...)
		y += b.height(tall)
	}
	if lost {
		colour, _ := plot.ColourOf(0)
		shapes = append(shapes, hollowKey(colour, s.place.Y-titleHeight+12)...)
	}
	return shapes
}

// hollowKey says what a hollow bar means.
func hollowKey(colour plot.Colour, y float64) []plot.Shape {
	const text = "no client got the answer, or it has not ended"
	x := width - margin - plot.TextWidth(text, plot.TextSize)*1.08 - 30
	return append(outline(plot.Rect{X: x, Y: y - 9, Width: 22, Height: 10}, colour),
		plot.Words{At: plot.Point{X: width - margin, Y: y}, Text: text, Colour: plot.Faint, Anchor: plot.End})
}

func outline(r plot.Rect, colour plot.Colour) []plot.Shape {
	return []plot.Shape{
		plot.Rects{Fill: colour, Of: []plot.Rect{r}},
		plot.Rects{Fill: plot.Ground, Of: []plot.Rect{inside(r)}},
	}
}

func inside(r plot.Rect) plot.Rect {
	return plot.Rect{X: r.X + 1, Y: r.Y + 1, Width: max(0, r.Width-2), Height: max(0, r.Height-2)}
}

// block draws the lanes of a group from y down.
func (s scene) block(b block, axes plot.Axes, y, tall float64, lost *bool) []plot.Shape {
	var shapes []plot.Shape
	if b.title != "" {
		shapes = append(shapes, plot.Words{At: plot.Point{X: s.place.X, Y: y + 15}, Text: b.title, Bold: true, Colour: plot.Ink})
		y += groupHead
	}
	colour, light := plot.ColourOf(b.run)
	rects := map[look]*plot.Rects{full: {Fill: colour}, pale: {Fill: light}, hollow: {Fill: colour}}
	holes := plot.Rects{Fill: plot.Ground}
	var texts []plot.Shape
	for i, l := range b.lanes {
		top := y + float64(i)*tall
		texts = append(texts, laneLabel(l.label, i, top, tall, s.place.X)...)
		for _, one := range bars(l.bars, s.runs[b.run], func(v float64) float64 { return axes.At(v, 0).X }, s.clock) {
			rect := plot.Rect{X: one.from, Y: top + 1, Width: one.to - one.from, Height: tall - 2}
			rects[one.look].Of = append(rects[one.look].Of, rect)
			if one.look == hollow {
				holes.Of, *lost = append(holes.Of, inside(rect)), true
			}
			texts = append(texts, barText(one, rect)...)
		}
	}
	shapes = append(shapes, *rects[full], *rects[pale], *rects[hollow], holes)
	shapes = append(shapes, texts...)
	if b.more > 0 {
		text := fmt.Sprintf("and %s more lanes, not shown", plot.Grouped(b.more))
		shapes = append(shapes, plot.Words{At: plot.Point{X: s.place.X, Y: y + float64(len(b.lanes))*tall + 15}, Text: text, Colour: plot.Faint})
	}
	return shapes
}

// laneLabel is the number of a thread. Where lanes are low, every fifth has one.
func laneLabel(label string, i int, top, tall, left float64) []plot.Shape {
	const few = 5
	if label == "" || tall < legible && (i+1)%few != 0 && i != 0 {
		return nil
	}
	return []plot.Shape{plot.Words{At: plot.Point{X: left - 6, Y: top + tall/2 + 4}, Text: label, Size: 11, Colour: plot.Faint, Anchor: plot.End}}
}

// barText is the id of a request, in a bar that has room for it.
func barText(b bar, r plot.Rect) []plot.Shape {
	const size = 10
	if r.Height < legible || b.text == "" {
		return nil
	}
	text := plot.Fit(b.text, size, r.Width-6)
	if text == "" {
		return nil
	}
	ink := map[look]plot.Colour{full: plot.Ground, pale: plot.Ink, hollow: plot.Ink}[b.look]
	return []plot.Shape{plot.Words{At: plot.Point{X: r.X + 4, Y: r.Y + r.Height/2 + 3.6}, Text: text, Size: size, Colour: ink}}
}

// bars are the bars of a lane, at most about one for each two pixels: those that are too narrow to be told apart are one.
// Bars that follow each other alternate between two shades.
func bars(requests []Request, r Run, x func(float64) float64, c clock) []bar {
	const narrow, joined = 2, 0.7
	var all []bar
	shade := full
	for _, q := range requests {
		one := bar{from: x(c.of(q.Start)), to: x(c.of(r.until(q))), look: shade, text: q.ID}
		if !q.Answered() {
			one.look = hollow
		}
		if one.to-one.from >= narrow {
			all, shade = append(all, one), pale-shade
			continue
		}
		one.text, one.look, one.to = "", full, max(one.to, one.from+1)
		if n := len(all) - 1; n >= 0 && all[n].text == "" && all[n].look == full && one.from <= all[n].to+joined {
			all[n].to = max(all[n].to, one.to)
			continue
		}
		all = append(all, one)
	}
	return all
}
