package flask

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/target-server/target-server/server/http1"
)

// Arg finds a parameter as request.args does: only "&" separates, "+" is a space, malformed escapes stay as they are,
// and the first of repeated ones counts.
func (v *Version) Arg(query, name string) (value string, found bool, err error) {
	if v.KeepsInvalid && !utf8.ValidString(query) {
		return "", false, undecodable(query)
	}
	for len(query) > 0 {
		var pair string
		pair, query, _ = strings.Cut(query, "&")
		key, val, _ := strings.Cut(pair, "=")
		if pair != "" && v.decode(key) == name {
			return v.decode(val), true, nil
		}
	}
	return "", false, nil
}

// undecodable returns the exception for a query that is not UTF-8, as Python words it.
func undecodable(s string) error {
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
	return fmt.Errorf("UnicodeDecodeError: 'utf-8' codec can't decode %s: %s", where, what)
}

// decode is unquote_plus.
func (v *Version) decode(s string) string {
	s = string(http1.UnquoteBytes(strings.ReplaceAll(s, "+", " ")))
	if v.KeepsInvalid {
		return KeepInvalid(s)
	}
	return decodeText(s)
}

// decodeText is bytes.decode with errors="replace".
func decodeText(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return http1.Unquote(http1.Quote(s, "")) // Unquote replaces malformed bytes in the same way
}

// KeepInvalid is bytes.decode with Werkzeug's error handler: bytes that are not UTF-8 are percent-encoded again.
func KeepInvalid(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		if r == utf8.RuneError && n == 1 {
			b.WriteString(http1.Quote(s[:1], ""))
		} else {
			b.WriteString(s[:n])
		}
		s = s[n:]
	}
	return b.String()
}
