package http1

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// Unquote decodes %XX as Python's urllib.parse.unquote does: invalid escapes stay as they are, and bytes that are not
// UTF-8 become U+FFFD.
func Unquote(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	return replaceInvalid(UnquoteBytes(s))
}

// UnquoteBytes is urllib.parse.unquote_to_bytes: invalid escapes stay as they are.
func UnquoteBytes(s string) []byte {
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if v, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				b = append(b, byte(v))
				i += 2
				continue
			}
		}
		b = append(b, s[i])
	}
	return b
}

// replaceInvalid is Python's bytes.decode("utf-8", "replace"): every byte that is not UTF-8 becomes U+FFFD, but a
// truncated sequence becomes only one.
func replaceInvalid(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	var s strings.Builder
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n == 1 {
			for n < len(b) && !utf8.FullRune(b[:n+1]) {
				n++
			}
		}
		s.WriteRune(r)
		b = b[n:]
	}
	return s.String()
}

// Quote encodes as Python's urllib.parse.quote does: letters, digits, "_.-~" and the characters in safe stay as they
// are.
func Quote(s, safe string) string {
	stays := func(b byte) bool {
		return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' ||
			strings.IndexByte("_.-~", b) >= 0 || strings.IndexByte(safe, b) >= 0
	}
	i := 0
	for i < len(s) && stays(s[i]) {
		i++
	}
	if i == len(s) {
		return s
	}
	b := []byte(s[:i])
	for ; i < len(s); i++ {
		if stays(s[i]) {
			b = append(b, s[i])
		} else {
			const digits = "0123456789ABCDEF"
			b = append(b, '%', digits[s[i]>>4], digits[s[i]&15])
		}
	}
	return string(b)
}
