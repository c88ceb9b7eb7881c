package plot

import "math"

// Outline returns the corners of a mark, clockwise.
func (f Form) Outline(at Point, size float64) []Point {
	r := size / 2
	var corners []Point
	switch f {
	case Square:
		corners = []Point{{-r, -r}, {r, -r}, {r, r}, {-r, r}}
	case Diamond:
		corners = []Point{{0, -r * 1.2}, {r * 1.2, 0}, {0, r * 1.2}, {-r * 1.2, 0}}
	case Triangle:
		corners = []Point{{0, -r * 1.2}, {r * 1.1, r * 0.8}, {-r * 1.1, r * 0.8}}
	case Cross:
		t := size / 6 // half of the thickness of its beams, along an axis
		corners = []Point{{0, -t}, {r - t, -r}, {r, t - r}, {t, 0}, {r, r - t}, {r - t, r}, {0, t}, {t - r, r}, {-r, r - t}, {-t, 0}, {-r, t - r}, {t - r, -r}}
	default:
		const sides = 16
		for i := range sides {
			sin, cos := math.Sincos(2 * math.Pi * float64(i) / sides)
			corners = append(corners, Point{r * cos, r * sin})
		}
	}
	for i := range corners {
		corners[i].X += at.X
		corners[i].Y += at.Y
	}
	return corners
}
