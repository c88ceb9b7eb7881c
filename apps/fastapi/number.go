package fastapi

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/target-server/target-server/internal/pyvalue"
)

// mostDigits is how many digits an integer may have. Pydantic 1.10.6 counts all characters
// (pydantic.validators.int_validator), pydantic 2 only the digits.
const mostDigits = 4300

// pythonInteger reads text as pydantic 1.10 does, that is, as Python's int(), and writes it as str() does.
func pythonInteger(text string) (string, problem) {
	value, ok := pyvalue.Int(text)
	if !ok || utf8.RuneCountInString(text) > mostDigits {
		return "", malformed
	}
	return value, noProblem
}

// rustInteger reads text as pydantic 2 does (pydantic-core, input/shared.rs, str_as_int), and writes it as Python's
// str() does. First it tries what JSON takes for an integer, which it may say is too large; then it tries again without
// space, plus sign, zeros before and after, and underscores.
func rustInteger(text string) (string, problem) {
	if digits, negative := pyvalue.CutMinus(text); startsAsJSON(digits) {
		n := len(digits) - len(strings.TrimLeft(digits, "0123456789"))
		switch {
		case n > mostDigits:
			return "", tooLarge
		case n == len(digits):
			return pyvalue.Integer(digits, negative), noProblem
		}
	}
	digits, negative := pyvalue.CutSign(strings.TrimFunc(text, unicode.IsSpace))
	digits, ok := cutZeros(digits)
	if whole, fraction, found := strings.Cut(digits, "."); found && fraction != "" && strings.Trim(fraction, "0") == "" {
		digits = whole
	}
	digits, _ = removeUnderscores(digits)
	if inner, again := pyvalue.CutMinus(digits); again && !negative { // "0-5" is -5 for it
		digits, negative = inner, true
	}
	if !ok || !startsAsJSON(digits) || !pyvalue.Decimal(digits) || len(digits) > mostDigits {
		return "", malformed
	}
	return pyvalue.Integer(digits, negative), noProblem
}

// startsAsJSON reports whether a text begins with a digit, but not with a zero before another digit.
func startsAsJSON(text string) bool {
	if text == "" || !isDigit(text[0]) {
		return false
	}
	return text[0] != '0' || len(text) == 1 || !isDigit(text[1])
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// removeUnderscores removes all underscores, unless one stands at an end or beside another
// (pydantic-core, input/shared.rs, strip_underscores). It reports whether it has.
func removeUnderscores(text string) (string, bool) {
	if !strings.Contains(text, "_") || strings.HasPrefix(text, "_") || strings.HasSuffix(text, "_") || strings.Contains(text, "__") {
		return text, false
	}
	return strings.ReplaceAll(text, "_", ""), true
}

// cutZeros removes zeros, and underscores among them, from the beginning of a number (pydantic-core, input/shared.rs,
// strip_leading_zeros). It reports whether a number may begin so.
func cutZeros(text string) (string, bool) {
	if text == "" || !isDigit(text[0]) {
		return "", false
	}
	if text[0] != '0' {
		return text, true
	}
	rest := strings.TrimLeft(text, "0_")
	switch {
	case rest == "":
		return text[len(text)-1:], true
	case rest[0] == '.':
		return text[len(text)-len(rest)-1:], true
	}
	return rest, isDigit(rest[0]) || rest[0] == '-'
}

// pythonFloat reads text as Python's float() does, and writes it as str() does.
func pythonFloat(text string) (string, problem) { return orMalformed(pyvalue.Float(text)) }

// rustFloat reads text as pydantic 2 does (pydantic-core, input/shared.rs, str_as_float), and writes it as Python's
// str() does.
func rustFloat(text string) (string, problem) {
	if value, ok := pyvalue.PlainFloat(strings.TrimFunc(text, unicode.IsSpace)); ok {
		return value, noProblem
	}
	text, ok := removeUnderscores(text)
	if !ok {
		return "", malformed
	}
	return orMalformed(pyvalue.PlainFloat(text))
}

func orMalformed(value string, ok bool) (string, problem) {
	if !ok {
		return "", malformed
	}
	return value, noProblem
}

// boolean reads text as both releases of pydantic do.
func boolean(text string) (string, problem) {
	switch strings.ToLower(text) {
	case "1", "on", "t", "true", "y", "yes":
		return "True", noProblem
	case "0", "off", "f", "false", "n", "no":
		return "False", noProblem
	}
	return "", malformed
}
