package pyvalue

import (
	"fmt"
	"unicode/utf8"
)

// DecodeError is the UnicodeDecodeError of a text that is not UTF-8, as Python prints it.
func DecodeError(s string) string {
	at := 0
	for r, n := utf8.DecodeRuneInString(s); r != utf8.RuneError || n != 1; r, n = utf8.DecodeRuneInString(s[at:]) {
		at += n
	}
	end := at + 1
	for end < len(s) && !utf8.FullRuneInString(s[at:end+1]) { // so far it is the start of a character
		end++
	}
	where := fmt.Sprintf("byte %#x in position %d", s[at], at)
	if end > at+1 {
		where = fmt.Sprintf("bytes in position %d-%d", at, end-1)
	}
	what := "invalid continuation byte"
	switch c := s[at]; {
	case c < 0xc2 || c > 0xf4:
		what = "invalid start byte"
	case end == len(s) && !utf8.FullRuneInString(s[at:]):
		what = "unexpected end of data"
	}
	return fmt.Sprintf("UnicodeDecodeError: 'utf-8' codec can't decode %s: %s", where, what)
}
