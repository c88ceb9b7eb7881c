package http1

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
)

// Latin1 is Python's bytes.decode("latin-1") for bytes in a string.
func Latin1(s string) string {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return latin1([]byte(s))
		}
	}
	return s
}

// latin1 is Python's bytes.decode("latin-1").
func latin1(b []byte) string {
	var s strings.Builder
	for _, c := range b {
		s.WriteRune(rune(c))
	}
	return s.String()
}

// Repr is Python's repr of a text of Latin-1 characters.
func Repr(text string) string { return pyRepr(text) }

// pyRepr is Python's repr of a text.
func pyRepr(text string) string {
	quote := '\''
	if strings.ContainsRune(text, '\'') && !strings.ContainsRune(text, '"') {
		quote = '"'
	}
	var s strings.Builder
	s.WriteRune(quote)
	for _, r := range text {
		writeRepr(&s, r, quote)
	}
	s.WriteRune(quote)
	return s.String()
}

func writeRepr(s *strings.Builder, r, quote rune) {
	switch {
	case r == quote, r == '\\':
		s.WriteByte('\\')
		s.WriteRune(r)
	case r == '\n':
		s.WriteString(`\n`)
	case r == '\r':
		s.WriteString(`\r`)
	case r == '\t':
		s.WriteString(`\t`)
	case r < ' ', r == 0x7f, r >= 0x80 && !unicode.IsPrint(r):
		fmt.Fprintf(s, `\x%02x`, r)
	default:
		s.WriteRune(r)
	}
}

// pyBytes is Python's repr of bytes.
func pyBytes(b []byte) string {
	quote := '\''
	if bytes.IndexByte(b, '\'') >= 0 && bytes.IndexByte(b, '"') < 0 {
		quote = '"'
	}
	var s strings.Builder
	s.WriteByte('b')
	s.WriteRune(quote)
	for _, c := range b {
		if c >= 0x7f {
			fmt.Fprintf(&s, `\x%02x`, c)
			continue
		}
		writeRepr(&s, rune(c), quote)
	}
	s.WriteRune(quote)
	return s.String()
}

// pyUpper is Python's str.upper for a text of Latin-1 characters. The result may have
// others.
func pyUpper(text string) string {
	return strings.ReplaceAll(strings.ToUpper(text), "ß", "SS")
}

// upperLatin1 is the same in Latin-1, with a question mark for other characters.
func upperLatin1(b []byte) []byte {
	out := make([]byte, 0, len(b))
	for _, r := range pyUpper(latin1(b)) {
		if r > 0xff {
			r = '?'
		}
		out = append(out, byte(r))
	}
	return out
}

// pySpaces are the Latin-1 characters that str.strip removes, and byteSpaces those of
// bytes.split.
var (
	pySpaces   = charSet(" \x85\xa0", "\t\r", "\x1c\x1f")
	byteSpaces = charSet(" ", "\t\r")
)

func (s *CharSet) trimLeft(b []byte) []byte { return b[s.span(b):] }

func (s *CharSet) trim(b []byte) []byte { return s.trimRight(s.trimLeft(b)) }

func (s *CharSet) trimRight(b []byte) []byte {
	for len(b) > 0 && s[b[len(b)-1]] {
		b = b[:len(b)-1]
	}
	return b
}

// pyDigits returns the digits of a number that Python's int accepts, without the
// underscores between them, and whether it is negative.
func pyDigits(b []byte, isDigit func(byte) bool) (digits []byte, negative, ok bool) {
	if len(b) > 0 && (b[0] == '+' || b[0] == '-') {
		negative, b = b[0] == '-', b[1:]
	}
	for i, c := range b {
		switch {
		case isDigit(c):
			digits = append(digits, c)
		case c != '_' || i == 0 || b[i-1] == '_' || i == len(b)-1:
			return nil, false, false
		}
	}
	return digits, negative, len(digits) > 0
}

// splitURI is gunicorn.util.split_request_uri: urllib.parse.urlsplit, except that a
// path may begin with two slashes.
func splitURI(uri []byte) (path, query []byte, ok bool) {
	rest := uri
	if !bytes.HasPrefix(uri, []byte("//")) {
		for len(rest) > 0 && rest[0] <= ' ' {
			rest = rest[1:]
		}
		if i := schemeEnd(rest); i > 0 {
			rest = rest[i+1:]
		}
		if bytes.HasPrefix(rest, []byte("//")) {
			host := rest[2:]
			end := len(host)
			if i := bytes.IndexAny(host, "/?#"); i >= 0 {
				end = i
			}
			if bytes.ContainsAny(host[:end], "[]") && CheckNetloc(latin1(host[:end])) != nil {
				return nil, nil, false
			}
			rest = host[end:]
		}
	}
	rest, _, _ = bytes.Cut(rest, []byte{'#'})
	path, query, _ = bytes.Cut(rest, []byte{'?'})
	return path, query, true
}

var schemeChars = charSet("+-." + alphanumeric)

// schemeEnd is the index of the colon after a scheme, or 0.
func schemeEnd(url []byte) int {
	i := bytes.IndexByte(url, ':')
	if i <= 0 || !isAlpha(url[0]) || !schemeChars.allowed(url[:i]) {
		return 0
	}
	return i
}
