package tomcat

// charSet is a set of bytes, as org.apache.tomcat.util.http.parser.HttpParser has them.
type charSet [256]bool

func charsOf(chars string) (set charSet) {
	for i := range len(chars) {
		set[chars[i]] = true
	}
	return set
}

// charsExcept are the visible characters except these.
func charsExcept(chars string) (set charSet) {
	out := charsOf(chars)
	for c := '!'; c <= '~'; c++ {
		set[c] = !out[c]
	}
	return set
}

const alphanumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

var (
	tokenChars    = charsExcept("()<>@,;:\\\"/[]?={}")
	targetChars   = charsExcept("\"#<>\\^`{|}")
	userChars     = charsOf(alphanumeric + "-._~%!$&'()*+,;=:")
	pathChars     = charsOf(alphanumeric + "-._~%!$&'()*+,;=:@/")
	queryChars    = charsOf(alphanumeric + "-._~%!$&'()*+,;=:@/?")
	protocolChars = charsOf("HTP/.0123456789")
	digitChars    = charsOf("0123456789")
)

func isAlpha(c int) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

func isDigit(c int) bool { return c >= '0' && c <= '9' }

// hex returns the value of a hexadecimal digit, or -1.
func hex(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	}
	return -1
}
