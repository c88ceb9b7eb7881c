package like

import (
	"fmt"
	"strings"
	"unicode"
)

// Exit is the end of the real program: what it prints on stderr, and its exit status.
type Exit struct {
	Text   string
	Status int
}

// Error is the text without the line end.
func (e *Exit) Error() string { return strings.TrimRight(e.Text, "\n") }

// The exit statuses of the real programs.
const (
	failed    = 1
	misused   = 2 // click's and argparse's
	cannotRun = 3 // Uvicorn's STARTUP_FAILURE
)

// traceback is an exception that nothing catches. As elsewhere, the frames in between are left out.
func traceback(exception string) *Exit {
	return &Exit{"Traceback (most recent call last):\n" + exception + "\n", failed}
}

// notInt is the exception of int(text).
func notInt(text string) string {
	return "ValueError: invalid literal for int() with base 10: " + repr(text)
}

// repr is Python's repr of a text.
func repr(text string) string {
	quote := "'"
	if strings.Contains(text, "'") && !strings.Contains(text, `"`) {
		quote = `"`
	}
	var s strings.Builder
	for _, r := range text {
		switch {
		case string(r) == quote || r == '\\':
			s.WriteString(`\` + string(r))
		case r == '\n':
			s.WriteString(`\n`)
		case r == '\t':
			s.WriteString(`\t`)
		case r == '\r':
			s.WriteString(`\r`)
		case unicode.IsPrint(r):
			s.WriteRune(r)
		case r <= 0xff:
			fmt.Fprintf(&s, `\x%02x`, r)
		case r <= 0xffff:
			fmt.Fprintf(&s, `\u%04x`, r)
		default:
			fmt.Fprintf(&s, `\U%08x`, r)
		}
	}
	return quote + s.String() + quote
}
