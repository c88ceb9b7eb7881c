package raster

import (
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"io"
	"math"

	"golang.org/x/image/vector"

	"github.com/target-server/target-server/plot"
)

// PNG writes the picture, with scale pixels in each direction for a pixel of the picture.
func PNG(w io.Writer, p plot.Picture, theme plot.Theme, scale float64) error {
	picture, err := Draw(p, theme, scale)
	if err != nil {
		return err
	}
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(w, picture); err != nil {
		return fmt.Errorf("write a PNG: %w", err)
	}
	return nil
}

// Draw draws the picture, as PNG does.
func Draw(p plot.Picture, theme plot.Theme, scale float64) (*image.RGBA, error) {
	c := &canvas{
		theme: theme, scale: scale,
		pixels: image.NewRGBA(image.Rect(0, 0, int(math.Ceil(p.Width*scale)), int(math.Ceil(p.Height*scale)))),
	}
	draw.Draw(c.pixels, c.pixels.Bounds(), c.ink(plot.Ground), image.Point{}, draw.Src)
	for _, shape := range p.Shapes {
		switch s := shape.(type) {
		case plot.Rects:
			c.rects(s)
		case plot.Area:
			c.fill(s.Fill, [][]plot.Point{s.Points})
		case plot.Strokes:
			c.strokes(s)
		case plot.Marks:
			c.marks(s)
		case plot.Words:
			if err := c.words(s); err != nil {
				return nil, err
			}
		}
	}
	return c.pixels, nil
}

// canvas is a picture that is being drawn.
type canvas struct {
	theme  plot.Theme
	scale  float64
	pixels *image.RGBA
	faces  faces
}

func (c *canvas) ink(colour plot.Colour) *image.Uniform { return image.NewUniform(colour.RGB(c.theme)) }

// rects fills rectangles, whose edges are moved to those of pixels, so that they are crisp, and no two that touch in
// the picture have a gap between them.
func (c *canvas) rects(s plot.Rects) {
	ink := c.ink(s.Fill)
	for _, r := range s.Of {
		left, top := c.pixel(r.X), c.pixel(r.Y)
		right, bottom := max(c.pixel(r.X+r.Width), left+1), max(c.pixel(r.Y+r.Height), top+1)
		draw.Draw(c.pixels, image.Rect(left, top, right, bottom), ink, image.Point{}, draw.Src)
	}
}

func (c *canvas) pixel(v float64) int { return int(math.Round(v * c.scale)) }

func (c *canvas) marks(s plot.Marks) {
	polygons := make([][]plot.Point, len(s.At))
	for i, at := range s.At {
		polygons[i] = s.Form.Outline(at, s.Size)
	}
	c.fill(s.Colour, polygons)
}

// strokes draws each piece of a line as a rectangle, and a dot at each corner.
func (c *canvas) strokes(s plot.Strokes) {
	var polygons [][]plot.Point
	for _, line := range dashed(s.Lines, s.Dash) {
		for i := 1; i < len(line); i++ {
			polygons = append(polygons, beam(line[i-1], line[i], s.Thick))
			if i < len(line)-1 {
				polygons = append(polygons, plot.Dot.Outline(line[i], s.Thick))
			}
		}
	}
	c.fill(s.Colour, polygons)
}

// dashed cuts lines into dashes; it leaves them whole if dash is 0.
func dashed(lines [][]plot.Point, dash float64) [][]plot.Point {
	if dash <= 0 {
		return lines
	}
	var pieces [][]plot.Point
	for _, line := range lines {
		pieces = append(pieces, cut(line, dash)...)
	}
	return pieces
}

// cut cuts a line into dashes with gaps of the same length.
func cut(line []plot.Point, dash float64) (pieces [][]plot.Point) {
	var piece []plot.Point // that has begun; nil in a gap
	left := dash           // of the piece, or of the gap
	for i, to := range line {
		if i == 0 {
			piece = []plot.Point{to}
			continue
		}
		from := line[i-1]
		long := math.Hypot(to.X-from.X, to.Y-from.Y)
		for long > left {
			from.X, from.Y = from.X+(to.X-from.X)*left/long, from.Y+(to.Y-from.Y)*left/long
			if piece == nil {
				piece = []plot.Point{from}
			} else {
				pieces, piece = append(pieces, append(piece, from)), nil
			}
			long, left = long-left, dash
		}
		left -= long
		if piece != nil {
			piece = append(piece, to)
		}
	}
	if len(piece) > 1 {
		pieces = append(pieces, piece)
	}
	return pieces
}

// beam is a thick line, its corners clockwise.
func beam(from, to plot.Point, thick float64) []plot.Point {
	dx, dy := to.X-from.X, to.Y-from.Y
	long := math.Hypot(dx, dy)
	if long == 0 {
		return nil
	}
	x, y := dy/long*thick/2, -dx/long*thick/2 // to the left of its direction
	return []plot.Point{{X: from.X + x, Y: from.Y + y}, {X: to.X + x, Y: to.Y + y}, {X: to.X - x, Y: to.Y - y}, {X: from.X - x, Y: from.Y - y}}
}

// fill fills polygons of the same direction of turning.
func (c *canvas) fill(colour plot.Colour, polygons [][]plot.Point) {
	area := c.bounds(polygons)
	if area.Empty() {
		return
	}
	r := vector.NewRasterizer(area.Dx(), area.Dy())
	at := func(p plot.Point) (x, y float32) {
		return float32(p.X*c.scale - float64(area.Min.X)), float32(p.Y*c.scale - float64(area.Min.Y))
	}
	for _, polygon := range polygons {
		if len(polygon) == 0 {
			continue
		}
		r.MoveTo(at(polygon[0]))
		for _, p := range polygon[1:] {
			r.LineTo(at(p))
		}
		r.ClosePath()
	}
	r.Draw(c.pixels, area, c.ink(colour), image.Point{})
}

// bounds are those of polygons, in pixels, within the picture.
func (c *canvas) bounds(polygons [][]plot.Point) image.Rectangle {
	var all image.Rectangle
	for _, polygon := range polygons {
		for _, p := range polygon {
			x, y := int(math.Floor(p.X*c.scale)), int(math.Floor(p.Y*c.scale))
			all = all.Union(image.Rect(x, y, x+1, y+1))
		}
	}
	return all.Intersect(c.pixels.Bounds())
}
