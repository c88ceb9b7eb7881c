package pyvalue

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// mostDigits is how many digits an integer may have (sys.int_info.default_max_str_digits).
const mostDigits = 4300

// Int reads text as Python's int() does, and writes it as str() does. It is false where int() raises a ValueError.
func Int(text string) (string, bool) {
	digits, negative := CutSign(withoutSpace(text))
	digits, ok := withoutUnderscores(digits)
	if !ok || !Decimal(digits) || len(digits) > mostDigits {
		return "", false
	}
	return Integer(digits, negative), true
}

// Integer writes an integer as Python's str() does.
func Integer(digits string, negative bool) string {
	digits = strings.TrimLeft(digits, "0")
	switch {
	case digits == "":
		return "0"
	case negative:
		return "-" + digits
	}
	return digits
}

// CutSign takes a sign off a number.
func CutSign(text string) (number string, negative bool) {
	if number, plus := strings.CutPrefix(text, "+"); plus {
		return number, false
	}
	return CutMinus(text)
}

// CutMinus takes a minus sign off a number.
func CutMinus(text string) (number string, negative bool) { return strings.CutPrefix(text, "-") }

// Decimal reports whether a text is one or more digits of ASCII.
func Decimal(text string) bool { return text != "" && strings.Trim(text, "0123456789") == "" }

// withoutUnderscores removes the underscores that stand between two digits. It reports whether there are no others.
func withoutUnderscores(text string) (string, bool) {
	isDigit := func(i int) bool { return i >= 0 && i < len(text) && text[i] >= '0' && text[i] <= '9' }
	for i := range len(text) {
		if text[i] == '_' && (!isDigit(i-1) || !isDigit(i+1)) {
			return "", false
		}
	}
	return strings.ReplaceAll(text, "_", ""), true
}

// withoutSpace prepares a number as int() and float() do: white space at the ends is removed, and the decimal digits of
// other scripts become ASCII (_PyUnicode_TransformDecimalAndSpaceToASCII).
func withoutSpace(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case r < 0x7f:
			return r
		case unicode.IsSpace(r):
			return ' '
		case unicode.Is(unicode.Nd, r):
			return '0' + digitOf(r)
		}
		return '?'
	}, text)
	return strings.Trim(text, " \t\n\v\f\r")
}

// digitOf is the value of a decimal digit: Unicode has them in rows of ten.
func digitOf(r rune) rune {
	n := rune(0)
	for unicode.Is(unicode.Nd, r-n-1) {
		n++
	}
	return n % 10
}

// number matches the decimal numbers that both Python and Rust read.
var number = regexp.MustCompile(`^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$`)

// word matches the numbers that are words.
var word = regexp.MustCompile(`(?i)^([+-]?)(inf|infinity|nan)$`)

// Float reads text as Python's float() does, and writes it as str() does. It is false where float() raises a ValueError.
func Float(text string) (string, bool) {
	text, ok := withoutUnderscores(withoutSpace(text))
	if !ok {
		return "", false
	}
	return PlainFloat(text)
}

// PlainFloat is [Float] of a text without white space, underscores and digits outside ASCII.
func PlainFloat(text string) (string, bool) {
	if m := word.FindStringSubmatch(text); m != nil {
		switch {
		case strings.EqualFold(m[2], "nan"):
			return "nan", true
		case m[1] == "-":
			return "-inf", true
		}
		return "inf", true
	}
	if !number.MatchString(text) {
		return "", false
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil && !math.IsInf(f, 0) {
		return "", false
	}
	return float(f), true
}

// float writes a number as Python's str() does: the shortest text that gives the same number, with an exponent for large
// and small ones.
func float(f float64) string {
	switch size := math.Abs(f); {
	case math.IsInf(f, 1):
		return "inf"
	case math.IsInf(f, -1):
		return "-inf"
	case size >= 1e16, size != 0 && size < 1e-4:
		return strconv.FormatFloat(f, 'e', -1, 64)
	}
	text := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(text, ".") {
		text += ".0"
	}
	return text
}
