package runs

import (
	"time"

	"github.com/target-server/target-server/plot"
)

// finishes draws how many requests have ended, over time.
func finishes(s scene) []plot.Shape {
	return s.lines(s.axis(axisHead), true, "requests that have ended", Run.finished)
}

// running draws how many handlers run and how many requests wait, over time, above each other: where thousands wait for
// forty threads, one axis could not show both.
func running(s scene) []plot.Shape {
	const gap, share = 34, 0.42
	whole := s.axis(axisHead)
	upper, lower := whole, whole
	upper.Height = (whole.Height - gap) * share
	lower.Y, lower.Height = whole.Y+upper.Height+gap, whole.Height-gap-upper.Height
	return append(s.lines(upper, false, "running", Run.running), s.lines(lower, true, "waiting to start", Run.waiting)...)
}

// lines draws an amount of each run as a staircase. That of a single run is filled.
func (s scene) lines(place plot.Rect, ticks bool, name string, of func(Run) counts) []plot.Shape {
	amounts := make([]counts, len(s.runs))
	most, last := 1, time.Duration(1)
	for i, r := range s.runs {
		amounts[i] = of(r).settled(r.least())
		most, last = max(most, amounts[i].most()), max(last, r.Last)
	}
	axes := plot.Axes{
		Place: place, XMost: s.clock.of(last), YMost: float64(most) * 1.05, XTicks: ticks, Whole: true, X: s.clock.since(), Y: name,
	}
	shapes := axes.Shapes()
	for i, r := range s.runs {
		full, pale := plot.ColourOf(i)
		line := stairs(axes, s.clock, amounts[i], r.Last)
		if len(s.runs) == 1 {
			area := append([]plot.Point{axes.At(0, 0)}, line...)
			shapes = append(shapes, plot.Area{Fill: pale, Points: append(area, axes.At(s.clock.of(r.Last), 0))})
		}
		shapes = append(shapes, plot.Strokes{Colour: full, Thick: 1.5, Dash: dash(i), Lines: [][]plot.Point{line}})
	}
	return shapes
}

// stairs is a staircase with at most a few steps for each pixel.
func stairs(axes plot.Axes, clock clock, c counts, last time.Duration) []plot.Point {
	const few = 2000 // that are drawn as they are
	if len(c) > few {
		c = c.thin(time.Duration(axes.XMost / axes.Place.Width * float64(clock.unit)))
	}
	line := []plot.Point{axes.At(0, 0)}
	for _, one := range c {
		before := line[len(line)-1]
		at := axes.At(clock.of(one.at), float64(one.value))
		line = append(line, plot.Point{X: at.X, Y: before.Y}, at)
	}
	return append(line, plot.Point{X: axes.At(clock.of(last), 0).X, Y: line[len(line)-1].Y})
}
