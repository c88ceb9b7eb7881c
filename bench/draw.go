package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/target-server/target-server/plot"
)

// curve is one program's measurements with increasing numbers of requests.
type curve struct {
	name   string
	points []point
}

func (b *bench) addCurves(name string, points []point) {
	b.curves = append(b.curves, curve{name, points})
}

// drawAll makes the pictures of growth.
func (b *bench) drawAll() error {
	if b.docs == "" || len(b.curves) == 0 {
		return nil
	}
	pictures := map[string]plot.Curves{"bench-memory.svg": b.memoryPicture(), "bench-time.svg": b.timePicture()}
	for name, picture := range pictures {
		if err := os.WriteFile(filepath.Join(b.docs, name), picture.SVG(), 0o644); err != nil {
			return fmt.Errorf("picture: %w", err)
		}
	}
	return nil
}

func (b *bench) memoryPicture() plot.Curves {
	c := plot.Curves{Title: "Memory for requests that are held", X: "requests held, in thousands", Y: "MB more than with none"}
	for _, of := range b.curves {
		c.Lines = append(c.Lines, line(of.name, of.points, func(p point) float64 { return p.Memory / 1e6 }))
	}
	return c
}

func (b *bench) timePicture() plot.Curves {
	points := b.curves[ours].points
	return plot.Curves{
		Title: "target-server: time to accept and to answer them, ten workers", X: "requests held, in thousands", Y: "seconds",
		Lines: []plot.Line{
			line("until all are held", points, func(p point) float64 { return p.Took }),
			line("from then until all are answered", points, func(p point) float64 { return p.Answered }),
			line("the server's CPU time", points, func(p point) float64 { return p.ProcessorTime }),
		},
	}
}

func line(name string, points []point, of func(point) float64) plot.Line {
	l := plot.Line{Name: name}
	for _, p := range points {
		l.Points = append(l.Points, plot.Point{X: float64(p.Held) / 1000, Y: of(p)})
	}
	return l
}
