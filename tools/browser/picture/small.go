package main

import (
	"bytes"
	"cmp"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"maps"
	"slices"
)

// small encodes a picture with 256 colours: a page has few, apart from the edges of its letters.
func small(picture []byte) ([]byte, error) {
	from, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		return nil, fmt.Errorf("read the picture: %w", err)
	}
	to := image.NewPaletted(from.Bounds(), frequent(from))
	nearest := map[color.Color]uint8{}
	for y := from.Bounds().Min.Y; y < from.Bounds().Max.Y; y++ {
		for x := from.Bounds().Min.X; x < from.Bounds().Max.X; x++ {
			c := from.At(x, y)
			i, known := nearest[c]
			if !known {
				i = uint8(to.Palette.Index(c))
				nearest[c] = i
			}
			to.SetColorIndex(x, y, i)
		}
	}
	var out bytes.Buffer
	err = (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, to)
	return out.Bytes(), err
}

// frequent are the 256 most frequent colours of a picture, without those that are nearly the same as a more frequent one.
func frequent(from image.Image) color.Palette {
	const most, alike = 256, 7 << 8
	n := map[color.Color]int{}
	for y := from.Bounds().Min.Y; y < from.Bounds().Max.Y; y++ {
		for x := from.Bounds().Min.X; x < from.Bounds().Max.X; x++ {
			n[from.At(x, y)]++
		}
	}
	var palette color.Palette
	for _, c := range slices.SortedFunc(maps.Keys(n), func(a, b color.Color) int { return cmp.Compare(n[b], n[a]) }) {
		if len(palette) == most {
			break
		}
		if len(palette) == 0 || distance(palette.Convert(c), c) >= alike {
			palette = append(palette, c)
		}
	}
	return palette
}

// distance is the largest difference of a channel, up to 65535.
func distance(a, b color.Color) uint32 {
	ar, ag, ab, _ := a.RGBA()
	br, bg, bb, _ := b.RGBA()
	return max(max(ar, br)-min(ar, br), max(ag, bg)-min(ag, bg), max(ab, bb)-min(ab, bb))
}
