package fastapi

import (
	"strings"
	"unicode/utf8"
)

// pattern is a route's method and path as Starlette compiles it (starlette.routing.compile_path): each parameter is
// the regular expression [^/]+, and the expression ends in $.
type pattern struct {
	method   string
	names    []string  // of the parameters
	segments []segment // of the path, between its slashes
	// newline: a newline may follow, because $ also matches before one at the end, and the path does not end in a
	// parameter, which would take it.
	newline bool
}

// segment is a part of a path without slashes: literals with a parameter between each two.
type segment struct {
	literals []string
}

func compilePath(method, path string) pattern {
	p := pattern{method: method}
	p.newline = !strings.HasSuffix(path, "}")
	for text := range strings.SplitSeq(path, "/") {
		s := segment{}
		for begin := strings.IndexByte(text, '{'); begin >= 0; begin = strings.IndexByte(text, '{') {
			end := begin + strings.IndexByte(text[begin:], '}')
			s.literals = append(s.literals, text[:begin])
			p.names = append(p.names, text[begin+1:end])
			text = text[end+1:]
		}
		s.literals = append(s.literals, text)
		p.segments = append(p.segments, s)
	}
	return p
}

// match returns the values of the parameters if the path is of the pattern.
func (p *pattern) match(path string) ([]string, bool) {
	if p.newline {
		path = strings.TrimSuffix(path, "\n")
	}
	if strings.Count(path, "/") != len(p.segments)-1 || !p.matches(path, nil) {
		return nil, false
	}
	values := make([]string, len(p.names))
	p.matches(path, values)
	return values, true
}

// matches reports whether a path with as many slashes is of the pattern, and fills in the values unless they are nil.
func (p *pattern) matches(path string, values []string) bool {
	for i := range p.segments {
		s := &p.segments[i]
		text, rest, _ := strings.Cut(path, "/")
		if !s.matches(text, values) {
			return false
		}
		if values != nil {
			values = values[len(s.literals)-1:]
		}
		path = rest
	}
	return true
}

// matches reports whether a text is of the segment, and fills in the values unless they are nil. The expression is
// greedy: a parameter takes as much as it can before the next does. So, from the end, each literal stands as far right
// as it can.
func (s *segment) matches(text string, values []string) bool {
	n := len(s.literals) - 1
	if n == 0 {
		return text == s.literals[0]
	}
	text, begins := strings.CutPrefix(text, s.literals[0])
	text, ends := strings.CutSuffix(text, s.literals[n])
	if !begins || !ends {
		return false
	}
	for i := n - 1; i > 0 && text != ""; i-- {
		_, least := utf8.DecodeLastRuneInString(text)
		at := strings.LastIndex(text[:len(text)-least], s.literals[i])
		if at < 0 {
			return false
		}
		if values != nil {
			values[i] = text[at+len(s.literals[i]):]
		}
		text = text[:at]
	}
	if values != nil {
		values[0] = text
	}
	return text != ""
}
