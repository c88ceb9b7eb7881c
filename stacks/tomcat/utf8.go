package tomcat

import (
	"strings"
	"unicode/utf8"
)

// javaUTF8 is java.nio.charset.Charset.decode of UTF-8: bytes that could be the start of one character become one
// U+FFFD, and so do the three of a surrogate (sun.nio.cs.UTF_8 of JDK 17).
func javaUTF8(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		if r == utf8.RuneError && n == 1 {
			n = malformed(s)
		}
		b.WriteRune(r)
		s = s[n:]
	}
	return b.String()
}

// malformedUTF8 returns how many bytes a decoder reports as malformed when it meets the first that are, or 0 if none are
// (MalformedInputException).
func malformedUTF8(s string) int {
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		if r == utf8.RuneError && n == 1 {
			return malformed(s)
		}
		s = s[n:]
	}
	return 0
}

// malformed returns how many bytes at the start of s are replaced together.
func malformed(s string) int {
	length, low, high := 1, byte(0x80), byte(0xbf)
	switch c := s[0]; {
	case c >= 0xe0 && c <= 0xef:
		length = 3
		if c == 0xe0 {
			low = 0xa0
		}
	case c >= 0xf0 && c <= 0xf4:
		length = 4
		if c == 0xf0 {
			low = 0x90
		}
		if c == 0xf4 {
			high = 0x8f
		}
	}
	n := 1
	for n < min(length, len(s)) && s[n] >= low && s[n] <= high {
		n, low, high = n+1, 0x80, 0xbf
	}
	return n
}
