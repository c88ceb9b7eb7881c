package http1

// CharSet is a set of bytes.
type CharSet [256]bool

// charSet is the set of the bytes in chars and in the ranges, each from its
// first byte to its second.
func charSet(chars string, ranges ...string) CharSet {
	var set CharSet
	for i := range len(chars) {
		set[chars[i]] = true
	}
	for _, r := range ranges {
		for c := int(r[0]); c <= int(r[1]); c++ {
			set[c] = true
		}
	}
	return set
}

const alphanumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

var (
	// tokenChars are the characters of a token in RFC 9110, h11 and llhttp.
	tokenChars = charSet("!#$%&'*+-.^_`|~" + alphanumeric)
	// visibleChars are h11's vchar.
	visibleChars = charSet("", "\x21\x7e")
	// urlChars are llhttp's URL_CHAR since 9, and http_parser's IS_URL_CHAR in
	// its strict mode.
	urlChars = charSet("!\"$%&'()*+,-./:;<=>@[\\]^_`{|}~" + alphanumeric)
	// looseURLChars are llhttp's URL_CHAR before 9, in its loose mode.
	looseURLChars = charSet("\t\f!\"$%&'()*+,-./:;<=>@[\\]^_`{|}~"+alphanumeric, "\x80\xff")
	// userinfoChars are llhttp's and http_parser's USERINFO_CHARS.
	userinfoChars = charSet("-_.!~*'()%;:&=+$," + alphanumeric)
	// hostChars are http_parser's IS_HOST_CHAR in its strict mode.
	hostChars = charSet(".-" + alphanumeric)
	// zoneChars are the characters that http_parser accepts in an IPv6 zone.
	zoneChars = charSet("%.-_~" + alphanumeric)
	// valueChars are llhttp's HEADER_CHARS.
	valueChars = charSet("\t", "\x20\x7e", "\x80\xff")
	// h11ValueChars are the characters that h11 accepts within a value: its
	// field_vchar, and white space between them.
	h11ValueChars = charSet("\t", "\x01\x08", "\x0e\xff")
	// quotedChars are llhttp's QDTEXT.
	quotedChars = charSet("\t\x20\x21", "\x23\x5b", "\x5d\x7e", "\x80\xff")
)

// IsToken reports whether b is a token, as RFC 9110 defines it.
func IsToken(b []byte) bool { return len(b) > 0 && tokenChars.allowed(b) }

// IsText reports whether b is visible text in any charset, with spaces and tabs: no control characters.
func IsText(b []byte) bool { return valueChars.allowed(b) }

// span is the length of the longest prefix of b within the set.
func (s *CharSet) span(b []byte) int {
	for i, c := range b {
		if !s[c] {
			return i
		}
	}
	return len(b)
}

func isDigit(c byte) bool { return c-'0' < 10 }

func isAlpha(c byte) bool { return c|0x20-'a' < 26 && c < 0x80 }

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

// hexValue is the value of a hexadecimal digit, or -1.
func hexValue(c byte) int {
	switch {
	case isDigit(c):
		return int(c - '0')
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	}
	return -1
}

// equalFold reports whether b is the word, in any case. The word is lower-case ASCII.
func equalFold(b []byte, word string) bool {
	if len(b) != len(word) {
		return false
	}
	for i, c := range b {
		if lower(c) != word[i] {
			return false
		}
	}
	return true
}

func lower(c byte) byte {
	if c-'A' < 26 {
		return c + 'a' - 'A'
	}
	return c
}

func trimBlanks(b []byte) []byte {
	for len(b) > 0 && isBlank(b[0]) {
		b = b[1:]
	}
	for len(b) > 0 && isBlank(b[len(b)-1]) {
		b = b[:len(b)-1]
	}
	return b
}

// listHas reports whether a comma-separated list contains the word, in any case.
func listHas(list []byte, word string) bool {
	for len(list) > 0 {
		var item []byte
		if item, list = cutList(list); equalFold(item, word) {
			return true
		}
	}
	return false
}

// cutList cuts the first item off a comma-separated list.
func cutList(list []byte) (item, rest []byte) {
	for i, c := range list {
		if c == ',' {
			return trimBlanks(list[:i]), list[i+1:]
		}
	}
	return trimBlanks(list), nil
}

// allowed reports whether every byte of b is in the set.
func (s *CharSet) allowed(b []byte) bool { return s.span(b) == len(b) }
