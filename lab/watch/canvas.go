package watch

import "strings"

// Ink is what a cell means, which decides its colour.
type Ink uint8

// The inks.
const (
	Plain   Ink = iota
	Muted       // labels, and what is not important now
	Strong      // figures
	Running     // handlers that run
	Ended       // those that have ended
	Waiting     // requests that are queued
	Blocked     // the time in which a loop was blocked
	Alarm       // words that must be seen: what blocks the loop
	Stopped     // a loop that is paused
	Left        // a request whose client has left
	Good        // the state of the connection
	Bad
	Chosen // the worker and the column that keys act on
)

// Cell is one place of a Screen.
type Cell struct {
	Text string // one character, with its marks; empty for a space, and after a wide character
	Ink  Ink
}

// Screen is what a terminal of some size shows. It contains no control character.
type Screen struct {
	Width, Height int
	cells         []Cell
	// Body is how many rows the columns have, and Rows how many each would need.
	Body int
	Rows [2]int
}

func newScreen(width, height int) *Screen {
	width, height = max(0, width), max(0, height)
	return &Screen{Width: width, Height: height, cells: make([]Cell, width*height)}
}

// At returns a cell; an empty one outside of the screen.
func (s *Screen) At(x, y int) Cell {
	if x < 0 || y < 0 || x >= s.Width || y >= s.Height {
		return Cell{}
	}
	return s.cells[y*s.Width+x]
}

// String is the text of the screen, without the spaces at the ends of lines.
func (s *Screen) String() string {
	var b strings.Builder
	for y := range s.Height {
		var line strings.Builder
		for x := 0; x < s.Width; x++ {
			switch text := s.At(x, y).Text; {
			case text != "":
				line.WriteString(text)
			case x == 0 || !wide(s.At(x-1, y).Text):
				line.WriteString(" ")
			}
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	return b.String()
}

// area is a part of a row in which one writes from left to right.
type area struct {
	s         *Screen
	x, y, end int
}

// row is a whole row.
func (s *Screen) row(y int) *area { return &area{s, 0, y, s.Width} }

// clear empties a row.
func (s *Screen) clear(y int) *area {
	a := s.row(y)
	for x := range s.Width {
		a.set(x, Cell{})
	}
	return a
}

// put writes a text, as much of it as has room.
func (a *area) put(ink Ink, text string) *area {
	a.cells(ink, fit(text, a.end-a.x))
	return a
}

func (a *area) cells(ink Ink, cells []string) {
	for _, cell := range cells {
		a.set(a.x, Cell{cell, ink})
		a.x++
	}
}

// set changes a cell of the area.
func (a *area) set(x int, c Cell) {
	if x >= 0 && x < a.end && a.y >= 0 && a.y < a.s.Height {
		a.s.cells[a.y*a.s.Width+x] = c
	}
}

// column writes a text into so many cells, from the left or, if they are negative, from the right.
func (a *area) column(ink Ink, text string, width int) *area {
	room := min(max(width, -width), a.end-a.x)
	cells := fit(text, room)
	start := a.x
	if width < 0 {
		a.x += room - len(cells)
	}
	a.cells(ink, cells)
	a.x = start + max(0, room)
	return a
}

// skip leaves cells empty.
func (a *area) skip(n int) *area {
	a.x = min(a.end, a.x+n)
	return a
}

// fill gives all cells of the area from x to the end an ink and, where they are empty, a space.
func (a *area) fill(x int, ink Ink) {
	for ; x < a.end; x++ {
		c := a.s.At(x, a.y)
		if c.Text == "" && !wide(a.s.At(x-1, a.y).Text) {
			c.Text = " "
		}
		a.set(x, Cell{c.Text, ink})
	}
}

// part is the piece of an area from x on, so many cells wide.
func (a *area) part(x, width int) *area {
	return &area{a.s, x, a.y, min(a.end, x+max(0, width))}
}
