package main

import (
	"fmt"
	"math"
	"strconv"
	"time"
)

// unit is the unit of a number.
type unit string

const (
	bytesEach unit = "B"
	seconds   unit = "s"
	requests  unit = "requests"
	times     unit = "×"
)

// text formats a number for a reader.
func (u unit) text(v float64) string {
	switch {
	case math.IsNaN(v):
		return "?"
	case u == seconds:
		return inTime(time.Duration(v * float64(time.Second)))
	case u == times:
		return fmt.Sprintf("%.2f ×", v)
	}
	return thousands(int(math.Round(v))) + " " + string(u)
}

// inTime formats a duration with three significant digits.
func inTime(d time.Duration) string {
	for _, scale := range []struct {
		name string
		of   time.Duration
	}{{"s", time.Second}, {"ms", time.Millisecond}, {"µs", time.Microsecond}} {
		if d >= scale.of {
			v := float64(d) / float64(scale.of)
			return strconv.FormatFloat(v, 'f', max(0, 2-int(math.Log10(v))), 64) + " " + scale.name
		}
	}
	return d.String()
}

// thousands formats 150000 as 150,000.
func thousands(n int) string {
	text := strconv.Itoa(n)
	for i := len(text) - 3; i > 0 && text[i-1] != '-'; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
