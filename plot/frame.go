package plot

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// The measures of a picture with one pair of axes, in pixels.
const (
	frameWidth, frameHeight   = 640, 384
	left, right, top, bottom  = 56, 16, 72, 44
	plotWidth, plotHeight     = frameWidth - left - right, frameHeight - top - bottom
	titleSize, titleY, legend = 14, 20, 39 // legend is the base line of the keys
)

// frame is what every picture with one pair of axes has: a title, the axes with ticks, and a key.
type frame struct {
	Picture
	Axes
}

func newFrame(title string, axes Axes) *frame {
	axes.Place, axes.XTicks = Rect{left, top, plotWidth, plotHeight}, true
	axes.XMost, axes.YMost = max(axes.XMost, tiny), max(axes.YMost, tiny)
	f := &frame{Picture{Title: title, Width: frameWidth, Height: frameHeight}, axes}
	f.Add(Words{At: Point{left, titleY}, Text: title, Size: titleSize, Bold: true, Colour: Ink})
	f.Add(axes.Shapes()...)
	return f
}

// key adds a legend entry, and returns the position of the next one.
func key(p *Picture, x, y float64, colour Colour, name string) float64 {
	p.Add(Rects{colour, []Rect{{x, y - 9, 10, 10}}}, Words{At: Point{x + 15, y}, Text: name, Colour: Ink})
	const room = 1.1
	return x + 35 + TextWidth(name, TextSize)*room
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
	const long = 1000 // from here on, digits are in groups
	if v >= long {
		return Grouped(int(math.Round(v)))
	}
	return strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%.3f", v), "0"), ".")
}

// Grouped is a number with a comma between each three digits: "12,000".
func Grouped(n int) string {
	text := strconv.Itoa(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
