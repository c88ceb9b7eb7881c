package raster

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"reflect"
	"testing"

	"github.com/target-server/target-server/plot"
)

// everything has each kind of shape, in places that do not overlap.
func everything() plot.Picture {
	p := plot.Picture{Title: "x", Width: 100, Height: 60}
	p.Add(
		plot.Rects{Fill: plot.Blue, Of: []plot.Rect{{X: 1, Y: 1, Width: 8, Height: 8}, {X: 9, Y: 1, Width: 8.2, Height: 8}}},
		plot.Area{Fill: plot.Green, Points: []plot.Point{{X: 20, Y: 1}, {X: 30, Y: 1}, {X: 30, Y: 9}, {X: 20, Y: 9}}},
		plot.Strokes{Colour: plot.Orange, Thick: 4, Lines: [][]plot.Point{{{X: 40, Y: 1}, {X: 40, Y: 10}, {X: 50, Y: 10}}}},
		plot.Strokes{Colour: plot.Rose, Thick: 4, Dash: 4, Lines: [][]plot.Point{{{X: 60, Y: 5}, {X: 80, Y: 5}}}},
		plot.Words{At: plot.Point{X: 90, Y: 55}, Text: "Words", Size: 20, Anchor: plot.End, Colour: plot.Ink},
	)
	for i, form := range []plot.Form{plot.Dot, plot.Square, plot.Diamond, plot.Triangle, plot.Cross} {
		p.Add(plot.Marks{Colour: plot.Amber, Form: form, Size: 8, At: []plot.Point{{X: float64(10 + 15*i), Y: 25}}})
	}
	return p
}

// Each shape has its colour where it should be, and the ground elsewhere, in both themes and sizes.
func TestDraw(t *testing.T) {
	for _, theme := range []plot.Theme{plot.Light, plot.Dark} {
		for _, scale := range []int{1, 2, 3} {
			got, err := Draw(everything(), theme, float64(scale))
			if err != nil || got.Bounds() != image.Rect(0, 0, 100*scale, 60*scale) {
				t.Fatalf("%v, %v", got.Bounds(), err)
			}
			for _, tt := range []struct {
				x, y int
				want plot.Colour
			}{
				{0, 0, plot.Ground},
				{5, 5, plot.Blue},
				{9, 5, plot.Blue},
				{25, 5, plot.Green},
				{40, 4, plot.Orange},
				{45, 10, plot.Orange},
				{44, 4, plot.Ground},
				{62, 5, plot.Rose},
				{66, 5, plot.Ground},
				{70, 5, plot.Rose},
				{74, 5, plot.Ground},
				{10, 25, plot.Amber},
				{25, 25, plot.Amber},
				{40, 25, plot.Amber},
				{55, 25, plot.Amber},
				{70, 25, plot.Amber},
				{70, 21, plot.Ground},
				{95, 50, plot.Ground},
			} {
				if at := got.RGBAAt(tt.x*scale+scale/2, tt.y*scale+scale/2); at != tt.want.RGB(theme) {
					t.Errorf("theme %d, scale %d: at %d, %d is %v, want %v", theme, scale, tt.x, tt.y, at, tt.want.RGB(theme))
				}
			}
			if inked(got, image.Rect(30*scale, 36*scale, 90*scale, 58*scale), plot.Ink.RGB(theme)) < 20*scale*scale {
				t.Errorf("theme %d, scale %d: there are no words", theme, scale)
			}
		}
	}
}

func inked(in *image.RGBA, where image.Rectangle, colour color.RGBA) (n int) {
	for y := where.Min.Y; y < where.Max.Y; y++ {
		for x := where.Min.X; x < where.Max.X; x++ {
			if in.RGBAAt(x, y) == colour {
				n++
			}
		}
	}
	return n
}

func TestPNG(t *testing.T) {
	var file bytes.Buffer
	if err := PNG(&file, everything(), plot.Dark, 2); err != nil {
		t.Fatal(err)
	}
	got, err := png.Decode(&file)
	if err != nil || got.Bounds() != image.Rect(0, 0, 200, 120) {
		t.Errorf("%v", err)
	}
}

// Shapes without points, outside the picture, or with numbers that are none, do no harm.
func TestNothing(t *testing.T) {
	far := []plot.Point{{X: -1e4, Y: 5}, {X: 1e4, Y: 5}}
	p := plot.Picture{Width: 10, Height: 10}
	p.Add(plot.Rects{}, plot.Area{}, plot.Strokes{Lines: [][]plot.Point{nil, {{X: 1, Y: 1}}, {{X: 1, Y: 1}, {X: 1, Y: 1}}}}, plot.Marks{},
		plot.Words{Text: "\x00\u202e日本 beyond"}, plot.Strokes{Thick: 2, Colour: plot.Blue, Lines: [][]plot.Point{far}})
	got, err := Draw(p, plot.Light, 1)
	if err != nil || got.RGBAAt(5, 5) != plot.Blue.RGB(plot.Light) {
		t.Errorf("%v, %v", got.RGBAAt(5, 5), err)
	}
}

func TestDashes(t *testing.T) {
	at := func(xs ...float64) (line []plot.Point) {
		for _, x := range xs {
			line = append(line, plot.Point{X: x})
		}
		return line
	}
	for _, tt := range []struct {
		line []plot.Point
		want [][]plot.Point
	}{
		{at(0, 10), [][]plot.Point{at(0, 4), at(8, 10)}},
		{at(0, 3, 5, 9), [][]plot.Point{at(0, 3, 4), at(8, 9)}},
		{at(0, 4), [][]plot.Point{at(0, 4)}},
		{at(0), nil},
		{at(5, 5, 5), [][]plot.Point{at(5, 5, 5)}},
	} {
		if got := dashed([][]plot.Point{tt.line}, 4); !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%v: got %v, want %v", tt.line, got, tt.want)
		}
	}
}
