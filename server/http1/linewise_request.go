package http1

import (
	"bytes"
	"fmt"
	"strconv"
)

// readLine reads a request line: gunicorn's parse_request_line.
func (p *Parser) readLine(r *LineRules, line []byte, head *Head) *Refusal {
	head.Scheme, head.Expect100, head.Continues = "", false, 0
	head.Upgrade, head.WebSocket = false, false
	words, ok := r.words(line)
	if !ok {
		return new(badLine(latin1(line)))
	}
	if bad := r.method(words[0], head); bad != nil {
		return bad
	}
	head.Target = words[1]
	ok = !r.Visible || targetForm(head.Method, head.Target)
	if ok {
		head.Path, head.Query, ok = splitURI(head.Target)
	}
	if !ok {
		return new(badLine(latin1(line)))
	}
	return p.version(r, words[2], head)
}

// words splits a request line in three.
func (r *LineRules) words(line []byte) (words [3][]byte, ok bool) {
	if r.Visible {
		var one, two bool
		words[0], line, one = bytes.Cut(line, []byte{' '})
		words[1], words[2], two = bytes.Cut(line, []byte{' '})
		return words, one && two
	}
	for i := range words {
		line = byteSpaces.trimLeft(line)
		if i == len(words)-1 || len(line) == 0 {
			words[i] = line
			break
		}
		n := 0
		for n < len(line) && !byteSpaces[line[n]] {
			n++
		}
		words[i], line = line[:n], line[n:]
	}
	return words, len(words[2]) > 0
}

// looseMethodChars are the characters of which gunicorn 20's METH_RE requires three.
var looseMethodChars = charSet("", "\x24\x5f")

func (r *LineRules) method(word []byte, head *Head) *Refusal {
	if !r.Visible {
		if looseMethodChars.span(word) < 3 {
			return new(badMethod(latin1(word)))
		}
		if head.Method = word; !looseMethodChars.allowed(word) {
			head.Method = upperLatin1(word)
		}
		return nil
	}
	odd := len(word) < 3 || len(word) > 20 || !tokenChars.allowed(word)
	for _, c := range word {
		odd = odd || c >= 'a' && c <= 'z' || c == '#'
	}
	if odd {
		return new(badMethod(latin1(word)))
	}
	head.Method = word
	return nil
}

// targetForm reports whether a target has one of the four forms of RFC 9112 that the
// method allows.
func targetForm(method, target []byte) bool {
	switch {
	case len(target) == 0, !visibleChars.allowed(target):
		return false
	case string(target) == "*":
		return string(method) == "OPTIONS"
	}
	return string(method) == "CONNECT" || target[0] == '/' || bytes.Contains(target, []byte("://"))
}

// version reads the HTTP version.
func (p *Parser) version(r *LineRules, word []byte, head *Head) *Refusal {
	major, minor, rest, ok := versionNumbers(word)
	if r.Visible {
		ok = ok && len(major) == 1 && len(minor) == 1 && len(rest) == 0
	}
	if !ok {
		return new(badVersion(pyRepr(latin1(word))))
	}
	if r.Visible && major[0] != '1' {
		return new(badVersion(fmt.Sprintf("(%s, %s)", major, minor)))
	}
	p.major, p.minor = smallNumber(major), smallNumber(minor)
	if len(major) == 1 && len(minor) == 1 {
		head.Version = versionName(p.major, p.minor)
		return nil
	}
	head.Version = plainNumber(major) + "." + plainNumber(minor)
	return nil
}

// versionNumbers splits "HTTP/1.1" into its two numbers and the rest.
func versionNumbers(word []byte) (major, minor, rest []byte, ok bool) {
	word, ok = bytes.CutPrefix(word, []byte("HTTP/"))
	major, word = cutDigits(word)
	word, dot := bytes.CutPrefix(word, []byte{'.'})
	minor, rest = cutDigits(word)
	return major, minor, rest, ok && dot && len(major) > 0 && len(minor) > 0
}

func cutDigits(b []byte) (digits, rest []byte) {
	n := 0
	for n < len(b) && isDigit(b[n]) {
		n++
	}
	return b[:n], b[n:]
}

// plainNumber is a number without leading zeros.
func plainNumber(digits []byte) string {
	if digits = bytes.TrimLeft(digits, "0"); len(digits) == 0 {
		return "0"
	}
	return string(digits)
}

// smallNumber is a number, or 255 if it is larger.
func smallNumber(digits []byte) uint8 {
	n, err := strconv.ParseUint(string(digits), 10, 8)
	if err != nil {
		return 255
	}
	return uint8(n)
}
