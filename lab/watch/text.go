package watch

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"

	"github.com/clipperhouse/displaywidth"

	"github.com/target-server/target-server/server/admin"
)

// safe replaces what could move the cursor, command the terminal, or reorder or hide the text around it. It looks at the
// first characters only, so that a long text costs no more than a short one.
func safe(text string, most int) string {
	const stacked = 2 // marks on one letter; more would climb over the lines above
	text = text[:min(len(text), 8*most+64)]
	marks := 0
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Variation_Selector, r):
			return -1
		case !unicode.IsPrint(r), disputed(r):
			return unicode.ReplacementChar
		case !unicode.Is(unicode.M, r):
			marks = 0
			return r
		}
		marks++
		if marks > stacked {
			return -1
		}
		return r
	}, text)
}

// disputed reports whether a character joins its neighbours in some terminals and not in others, which makes a row longer
// than it should be: half of a flag, a skin tone, a part of a Korean syllable.
func disputed(r rune) bool {
	return r >= 0x1f1e6 && r <= 0x1f1ff || r >= 0x1f3fb && r <= 0x1f3ff ||
		r >= 0x1100 && r <= 0x11ff || r >= 0xa960 && r <= 0xa97f || r >= 0xd7b0 && r <= 0xd7ff
}

// fit splits a text into cells, at most room of them. A wide character has an empty cell after it. What does not fit is
// replaced by an ellipsis.
func fit(text string, room int) []string {
	if room <= 0 {
		return nil
	}
	cells := make([]string, 0, min(room, len(text)))
	graphemes := displaywidth.StringGraphemes(safe(text, room))
	for graphemes.Next() {
		width := graphemes.Width()
		if width == 0 { // a mark without a letter
			continue
		}
		if len(cells)+width > room {
			return append(cells[:len(cells)-overhang(cells, room)], "…")
		}
		cells = append(cells, graphemes.Value())
		if width > 1 {
			cells = append(cells, "")
		}
	}
	return cells
}

// overhang is how many of the last cells make room for an ellipsis.
func overhang(cells []string, room int) int {
	n := max(0, len(cells)+1-room)
	if n > 0 && cells[len(cells)-n] == "" {
		n++
	}
	return n
}

// harmless is a text of at most so many cells, for a line.
func harmless(text string, most int) string { return strings.Join(fit(text, most), "") }

// named is what a call is shown as: its request's id, then its route and function if it has them.
func named(c *admin.LiveCall) string {
	const most = 40 // of each, so that a long id does not hide the rest
	parts := []string{"#" + harmless(c.ID, most)}
	for _, part := range []string{c.Route, c.Function} {
		if part != "" {
			parts = append(parts, harmless(part, most))
		}
	}
	if c.Left {
		parts = append([]string{"left"}, parts...)
	}
	return strings.Join(parts, " ")
}

// length is a duration of some milliseconds in at most six cells.
func length(ms admin.Millis) string {
	switch s := float64(ms) / 1000; {
	case math.IsNaN(s) || s < 0 || s > 1e8:
		return "–"
	case s < 0.9995:
		return strconv.FormatFloat(s*1000, 'f', 0, 64) + "ms"
	case s < 9.995:
		return strconv.FormatFloat(s, 'f', 2, 64) + "s"
	case s < 99.95:
		return strconv.FormatFloat(s, 'f', 1, 64) + "s"
	case s < 600:
		return strconv.FormatFloat(s, 'f', 0, 64) + "s"
	case s < 6000:
		return strconv.FormatFloat(s/60, 'f', 0, 64) + "min"
	default:
		return strconv.FormatFloat(s/3600, 'f', 0, 64) + "h"
	}
}

// count writes 12345 as 12,345.
func count[N int | int64](n N) string {
	text := strconv.FormatInt(int64(n), 10)
	for i := len(text) - 3; i > 0 && text[i-1] != '-'; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// limit is a number of threads.
func limit(n int) string {
	if n >= admin.MostThreads {
		return "none"
	}
	return count(n)
}

// rate is a number per second, or a dash if it is not known.
func rate(perSecond float64) string {
	switch {
	case math.IsNaN(perSecond):
		return "–/s"
	case perSecond < 100:
		return strconv.FormatFloat(perSecond, 'f', 1, 64) + "/s"
	}
	return count(int64(perSecond)) + "/s"
}

// ordinal writes 1 as 1st.
func ordinal(n int) string {
	suffix := "th"
	if tens := n / 10 % 10; tens != 1 {
		switch n % 10 {
		case 1:
			suffix = "st"
		case 2:
			suffix = "nd"
		case 3:
			suffix = "rd"
		}
	}
	return count(n) + suffix
}

// several writes a number with its noun.
func several(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%s %s", count(n), noun)
}

// wide reports whether a character takes two cells.
func wide(text string) bool { return len(text) > 1 && displaywidth.String(text) > 1 }
