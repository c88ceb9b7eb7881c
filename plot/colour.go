package plot

import "image/color"

// Colour is a colour by its purpose. It has two shades, one for each theme.
type Colour int

// The colours.
const (
	Ground Colour = iota
	Ink           // text
	Faint         // less important text
	Grid
	AxisInk
	Blue // the four colours of data, far apart for those who see few colours
	Orange
	Green
	Rose
	PaleBlue // and a pale shade of each
	PaleOrange
	PaleGreen
	PaleRose
	Amber // a request that waits
	Grey
	PaleGrey
	colours // how many there are
)

// Theme is the ground that a picture is drawn for.
type Theme int

// The themes.
const (
	Light Theme = iota
	Dark
)

// shades are the colours in both themes. On its ground each that text is written in has a contrast of 4.5 or more.
func shades() [colours][2]uint32 {
	return [colours][2]uint32{
		Ground:     {0xffffff, 0x14181d},
		Ink:        {0x222222, 0xe6e8ea},
		Faint:      {0x5f6368, 0xa4abb3},
		Grid:       {0xe2e4e6, 0x2c323a},
		AxisInk:    {0x888888, 0x7d858e},
		Blue:       {0x2463a8, 0x6aa9f0},
		Orange:     {0xd0601a, 0xf2994a},
		Green:      {0x2a7d50, 0x58c08a},
		Rose:       {0xa8436b, 0xe785b0},
		PaleBlue:   {0x9cc0e6, 0x2f5580},
		PaleOrange: {0xf3c49e, 0x7d4a22},
		PaleGreen:  {0xa3d6ba, 0x2a6145},
		PaleRose:   {0xe2b2c8, 0x743a57},
		Amber:      {0xe8a33d, 0xd9952f},
		Grey:       {0x9aa0a6, 0x747c85},
		PaleGrey:   {0xd3d6d9, 0x444b53},
	}
}

// RGB is the colour in a theme.
func (c Colour) RGB(theme Theme) color.RGBA {
	shade := shades()[c][theme]
	return color.RGBA{R: uint8(shade >> 16), G: uint8(shade >> 8), B: uint8(shade), A: 0xff}
}

// ColourOf returns the colour of the i-th of several things that are compared, and its pale shade. There are four.
func ColourOf(i int) (full, pale Colour) {
	n := Colour(i % 4)
	return Blue + n, PaleBlue + n
}
