package raster

import (
	"fmt"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"

	"github.com/target-server/target-server/plot"
)

// faces are the fonts in the sizes that were needed so far.
type faces map[faceKey]font.Face

type faceKey struct {
	size float64
	bold bool
}

func (c *canvas) words(s plot.Words) error {
	face, err := c.face(s.SizeOf()*c.scale, s.Bold)
	if err != nil {
		return err
	}
	text := plot.Printable(s.Text)
	x, wide := fixed.Int26_6(s.At.X*c.scale*64), font.MeasureString(face, text)
	switch s.Anchor {
	case plot.Middle:
		x -= wide / 2
	case plot.End:
		x -= wide
	case plot.Start:
	}
	drawer := font.Drawer{Dst: c.pixels, Src: c.ink(s.Colour), Face: face, Dot: fixed.Point26_6{X: x, Y: fixed.Int26_6(s.At.Y * c.scale * 64)}}
	drawer.DrawString(text)
	return nil
}

func (c *canvas) face(size float64, bold bool) (font.Face, error) {
	key := faceKey{size, bold}
	if face, ok := c.faces[key]; ok {
		return face, nil
	}
	data := goregular.TTF
	if bold {
		data = gobold.TTF
	}
	parsed, err := opentype.Parse(data)
	if err != nil {
		return nil, fmt.Errorf("read the font: %w", err)
	}
	face, err := opentype.NewFace(parsed, &opentype.FaceOptions{Size: size, DPI: 72, Hinting: font.HintingNone})
	if err != nil {
		return nil, fmt.Errorf("make the font: %w", err)
	}
	if c.faces == nil {
		c.faces = faces{}
	}
	c.faces[key] = face
	return face, nil
}
