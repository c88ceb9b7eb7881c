package plot

import (
	"fmt"
	"html"
	"math"
	"strings"
	"unicode/utf8"
)

// The measures of a picture, in pixels.
const (
	width, height                = 640, 360
	left, right, top, bottom     = 56, 16, 48, 44
	plotWidth, plotHeight        = width - left - right, height - top - bottom
	paleColour, darkColour, grey = "#e8a33d", "#2463a8", "#888888"
)

// frame is what every picture has: a title, axes with ticks, and the mapping from numbers to
// coordinates.
type frame struct {
	b            strings.Builder
	xMost, yMost float64
	down         bool // the vertical axis starts at the top
}

func newFrame(title, x, y string, xMost, yMost float64, down bool) *frame {
	f := &frame{xMost: math.Max(xMost, 1e-9), yMost: math.Max(yMost, 1e-9), down: down}
	f.printf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" font-family="sans-serif" font-size="12">`, width, height, width, height)
	f.printf(`<rect width="%d" height="%d" fill="#ffffff"/>`, width, height)
	f.text(left, 20, "start", `font-size="14" font-weight="bold"`, title)
	f.ticks()
	f.text(left+plotWidth/2, height-8, "middle", "", x)
	f.printf(`<text transform="translate(14 %d) rotate(-90)" text-anchor="middle" fill="#222222">%s</text>`, top+plotHeight/2, html.EscapeString(y))
	return f
}

func (f *frame) printf(format string, args ...any) { fmt.Fprintf(&f.b, format+"\n", args...) }

func (f *frame) text(x, y float64, anchor, more, words string) {
	f.printf(`<text x="%.1f" y="%.1f" text-anchor="%s" fill="#222222" %s>%s</text>`, x, y, anchor, more, html.EscapeString(words))
}

func (f *frame) x(v float64) float64 { return left + plotWidth*v/f.xMost }

func (f *frame) y(v float64) float64 {
	if f.down {
		return top + plotHeight*v/f.yMost
	}
	return top + plotHeight*(1-v/f.yMost)
}

// ticks draws both axes, with a line across the picture for each tick.
func (f *frame) ticks() {
	for _, v := range steps(f.yMost) {
		f.printf(`<line x1="%d" y1="%.1f" x2="%d" y2="%.1f" stroke="#dddddd"/>`, left, f.y(v), left+plotWidth, f.y(v))
		f.text(left-6, f.y(v)+4, "end", "", number(v))
	}
	for _, v := range steps(f.xMost) {
		f.printf(`<line x1="%.1f" y1="%d" x2="%.1f" y2="%d" stroke="%s"/>`, f.x(v), top+plotHeight, f.x(v), top+plotHeight+4, grey)
		f.text(f.x(v), top+plotHeight+18, "middle", "", number(v))
	}
	f.printf(`<path d="M%d %dV%dH%d" fill="none" stroke="%s"/>`, left, top, top+plotHeight, left+plotWidth, grey)
}

// key draws the legend entry of the i-th colour.
func (f *frame) key(i int, colour, name string) { f.keyAt(float64(left+120*i), colour, name) }

// keyAt draws a legend entry, and returns the position of the next one.
func (f *frame) keyAt(x float64, colour, name string) float64 {
	f.printf(`<rect x="%.1f" y="30" width="10" height="10" fill="%s"/>`, x, colour)
	f.text(x+15, 39, "start", "", name)
	const letter = 6.5 // average width of a character at this size
	return x + 35 + letter*float64(utf8.RuneCountInString(name))
}

func (f *frame) end() []byte {
	f.printf("</svg>")
	return []byte(f.b.String())
}

// steps returns about five round numbers from 0 to most.
func steps(most float64) []float64 {
	step := math.Pow(10, math.Floor(math.Log10(most/5)))
	for _, factor := range []float64{2, 2.5, 2} { // 1, 2, 5, 10
		if most/step <= 6 {
			break
		}
		step *= factor
	}
	var all []float64
	for i := 0; float64(i)*step <= most*(1+1e-9); i++ {
		all = append(all, float64(i)*step)
	}
	return all
}

// number is a tick's label.
func number(v float64) string {
	return strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%.3f", v), "0"), ".")
}
