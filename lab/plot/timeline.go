package plot

import (
	"fmt"
	"html"
	"math"
	"strings"
)

// Timeline is a picture of requests: panels below each other over one axis of time, in each of which a request is a bar
// that changes its colour with the request's state.
type Timeline struct {
	Title, X string
	States   []string // what the colours mean, from pale to dark: at most three
	Panels   []TimelinePanel
}

// TimelinePanel is one of its panels.
type TimelinePanel struct {
	Title, About string
	Note         string // on the right of the title
	Bars         []Bar  // the first on top
}

// Bar is one request: the moments at which each state begins, and the last one ends. A state that begins when the next one
// does is left out.
type Bar []float64

// The measures of a timeline, in pixels.
const (
	timelineWidth               = 800
	timelineLeft, timelineRight = 20, 20
	timelineTop                 = 64 // the title and the key
	barHeight, barGap           = 8, 2
	panelHead, panelFoot        = 40, 14
	timelineFoot                = 34 // the axis
)

// stateColours are those of the states, from pale to dark, in the order of their meaning.
func stateColours() []string { return []string{"#d9d9d9", "#f0bf73", darkColour} }

// SVG draws the timeline.
func (t Timeline) SVG() []byte {
	d := &timelineDrawing{}
	tall := timelineTop + timelineFoot
	for _, p := range t.Panels {
		tall += panelHead + panelFoot + len(p.Bars)*(barHeight+barGap)
		for _, bar := range p.Bars {
			d.most = math.Max(d.most, bar[len(bar)-1])
		}
	}
	d.most = math.Max(d.most*1.01, 1e-9)
	d.printf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" font-family="sans-serif" font-size="13">`, timelineWidth, tall, timelineWidth, tall)
	d.printf(`<rect width="%d" height="%d" fill="#ffffff"/>`, timelineWidth, tall)
	words(&d.Builder, timelineLeft, 24, `font-size="17" font-weight="bold"`, t.Title)
	key := float64(timelineLeft)
	for i, name := range t.States {
		d.printf(`<rect x="%.1f" y="38" width="12" height="12" fill="%s"/>`, key, stateColours()[i])
		words(&d.Builder, key+18, 49, "", name)
		key += 44 + 7.2*float64(len(name))
	}
	y := float64(timelineTop)
	for _, p := range t.Panels {
		y = d.panel(p, y)
	}
	for _, v := range ticks(d.most) {
		d.text(d.x(v), y+6, "middle", number(v))
	}
	d.text(d.x(d.most/2), y+24, "middle", t.X)
	d.printf("</svg>")
	return []byte(d.String())
}

// timelineDrawing is a timeline that is being drawn.
type timelineDrawing struct {
	strings.Builder
	most float64 // the end of the axis
}

func (d *timelineDrawing) printf(format string, args ...any) { fmt.Fprintf(d, format+"\n", args...) }

func (d *timelineDrawing) text(x, y float64, anchor, text string) {
	d.printf(`<text x="%.1f" y="%.1f" text-anchor="%s" fill="#222222">%s</text>`, x, y, anchor, html.EscapeString(text))
}

func (d *timelineDrawing) x(v float64) float64 {
	return timelineLeft + (timelineWidth-timelineLeft-timelineRight)*v/d.most
}

// panel draws one panel below y, and returns where the next one goes.
func (d *timelineDrawing) panel(p TimelinePanel, y float64) float64 {
	words(&d.Builder, timelineLeft, y+16, `font-family="monospace" font-weight="bold"`, p.Title)
	d.text(d.x(d.most), y+16, "end", p.Note)
	words(&d.Builder, timelineLeft, y+33, "", p.About)
	top := y + panelHead
	ground := top + float64(len(p.Bars)*(barHeight+barGap))
	for _, v := range ticks(d.most) {
		d.printf(`<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" stroke="#e4e4e4"/>`, d.x(v), top, d.x(v), ground)
	}
	for i, bar := range p.Bars {
		for state := range len(bar) - 1 {
			if wide := d.x(bar[state+1]) - d.x(bar[state]); wide >= 0.5 {
				d.printf(`<rect x="%.1f" y="%.1f" width="%.1f" height="%d" fill="%s"/>`,
					d.x(bar[state]), top+float64(i*(barHeight+barGap)), wide, barHeight, stateColours()[state])
			}
		}
	}
	d.printf(`<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" stroke="%s"/>`, d.x(0), ground+1, d.x(d.most), ground+1, grey)
	return ground + panelFoot
}

// ticks are the places of the labels: each whole unit, while these are few.
func ticks(most float64) []float64 {
	const few = 15
	if most > few || most < 2 {
		return steps(most)
	}
	var all []float64
	for v := 0.0; v <= most; v++ {
		all = append(all, v)
	}
	return all
}
