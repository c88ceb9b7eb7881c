package config

import (
	"fmt"
	"strconv"
	"unicode/utf8"
)

// Error is one wrong setting. Load and Validate join all that they find.
type Error struct {
	// Setting is its name, such as "keep-alive"; empty if the error concerns none, as with a stray argument.
	Setting string
	// Where is the source of the value: "flag --keep-alive", "environment variable TARGET_SERVER_KEEP_ALIVE" or
	// "file load.yaml, line 3, key keep-alive".
	Where string
	// Reason quotes the value and says what is accepted.
	Reason string
}

// Error is one line.
func (e *Error) Error() string { return e.Where + ": " + e.Reason }

// How much of a wrong value or a path an error quotes, in bytes.
const (
	longestValue = 60
	longestPath  = 1024
)

// quote shows any outside value on one short line.
func quote(text string) string { return quoteUpTo(longestValue, text) }

func quoteUpTo(cut int, text string) string {
	if len(text) <= cut {
		return strconv.Quote(text)
	}
	for cut > 0 && !utf8.RuneStart(text[cut]) {
		cut--
	}
	return fmt.Sprintf("%s… (%d bytes)", strconv.Quote(text[:cut]), len(text))
}
