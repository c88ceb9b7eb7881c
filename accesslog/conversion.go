package accesslog

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// conversion is how Python's % operator converts a value: what follows the name in %(D)-8s.
type conversion struct {
	left      bool // flag -
	zeros     bool // flag 0, which only numbers heed
	width     int  // in characters
	precision int  // the most characters of a text, the fewest digits of a number; -1 if there is none
	number    bool // the type is d, not s
}

// mostWidth bounds width and precision, so that a short format cannot make long lines.
const mostWidth = 1000

// readConversion reads a conversion at the beginning of a text, and returns what follows it.
func readConversion(text string) (c conversion, rest string, ok bool) {
	c.precision = -1
	rest = strings.TrimLeft(text, "-0")
	flags := text[:len(text)-len(rest)]
	c.left, c.zeros = strings.Contains(flags, "-"), strings.Contains(flags, "0")
	c.width, rest, ok = readSize(rest)
	after, precise := strings.CutPrefix(rest, ".")
	if ok && precise {
		c.precision, rest, ok = readSize(after)
	}
	switch {
	case !ok:
		return c, text, false
	case strings.HasPrefix(rest, "s"):
	case strings.HasPrefix(rest, "d"):
		c.number = true
	default:
		return c, text, false
	}
	return c, rest[1:], true
}

// readSize reads a width or a precision, which is 0 if there are no digits.
func readSize(text string) (n int, rest string, ok bool) {
	rest = strings.TrimLeft(text, "0123456789")
	digits := text[:len(text)-len(rest)]
	if digits == "" {
		return 0, rest, true
	}
	n, err := strconv.Atoi(digits)
	return n, rest, err == nil && n <= mostWidth
}

// apply converts a value.
func (c conversion) apply(value string) string {
	if c.precision >= 0 {
		if c.number {
			value = strings.Repeat("0", max(0, c.precision-len(value))) + value
		} else {
			value = firstRunes(value, c.precision)
		}
	}
	missing := c.width - utf8.RuneCountInString(value)
	switch {
	case missing <= 0:
		return value
	case c.left:
		return value + strings.Repeat(" ", missing)
	case c.zeros && c.number:
		return strings.Repeat("0", missing) + value
	}
	return strings.Repeat(" ", missing) + value
}

// firstRunes returns the first n characters of a text.
func firstRunes(text string, n int) string {
	for i := range text {
		if n == 0 {
			return text[:i]
		}
		n--
	}
	return text
}
