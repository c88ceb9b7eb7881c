package config

import (
	"fmt"
	"strconv"
	"unicode/utf8"
)

// Error is one wrong setting. Load and Validate join as many as they find.
type Error struct {
	// Setting is its name, "keep-alive"; empty where the trouble has none, as with a stray argument.
	Setting string
	// Where is where the value came from: "flag --keep-alive", "environment variable TARGET_SERVER_KEEP_ALIVE",
	// "file load.yaml, line 3, key keep-alive".
	Where string
	// Reason holds the value and says what is accepted.
	Reason string
}

// Error is one line.
func (e *Error) Error() string { return e.Where + ": " + e.Reason }

// How much of a wrong value and of a path an error repeats, in bytes.
const (
	longestValue = 60
	longestPath  = 1024
)

// quote shows a value from outside on one line, however long and whatever its bytes.
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
