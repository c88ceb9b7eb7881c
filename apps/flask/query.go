package flask

import (
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/target-server/target-server/internal/pyvalue"
	"github.com/target-server/target-server/server/http1"
)

// Arg finds a parameter as request.args does: only "&" separates, "+" is a space, malformed escapes stay as they are,
// and the first of repeated ones counts.
func (v *Version) Arg(query, name string) (value string, found bool, err error) {
	if v.KeepsInvalid && !utf8.ValidString(query) {
		return "", false, errors.New(pyvalue.DecodeError(query))
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
