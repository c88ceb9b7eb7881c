package flask

import (
	"slices"
	"strings"
)

// state is where a path can lead: werkzeug.routing.matcher.State.
type state struct {
	static  map[string]*state
	dynamic []transition // those with the least weight first
	rules   []*rule
}

// transition leads to a state by a part with variables.
type transition struct {
	part part
	to   *state
}

// add adds a rule (StateMachineMatcher.add and update).
func (s *state) add(r *rule, parts []part) {
	for _, p := range parts {
		s = s.follow(p)
	}
	s.rules = append(s.rules, r)
}

// follow returns the state that a part leads to, which it makes if there is none.
func (s *state) follow(p part) *state {
	if p.pattern == nil {
		if s.static[p.text] == nil {
			if s.static == nil {
				s.static = map[string]*state{}
			}
			s.static[p.text] = &state{}
		}
		return s.static[p.text]
	}
	for _, t := range s.dynamic {
		if t.part.expression == p.expression {
			return t.to
		}
	}
	t := transition{p, &state{}}
	s.dynamic = append(s.dynamic, t)
	slices.SortStableFunc(s.dynamic, func(a, b transition) int { return a.part.weight.compare(b.part.weight) })
	return t.to
}

// outcome is what a search has found.
type outcome uint8

const (
	nowhere   outcome = iota
	atRule            // for the path and the method
	needSlash         // a rule whose path has a slash more (SlashRequired)
)

// search looks for the rule of a request (StateMachineMatcher.match).
type search struct {
	method    string
	webSocket bool

	rule     *rule
	values   []string // of its variables
	allowed  []string // the methods of rules for the path that do not have the method
	mismatch bool     // there is a rule, but none for a WebSocket
}

// walk follows a path from a state on. ended: there is no further part, not even an empty one.
func (s *search) walk(at *state, path string, ended bool, values []string) outcome {
	if ended {
		return s.arrive(at, values)
	}
	first, rest, more := strings.Cut(path, "/")
	if next := at.static[first]; next != nil {
		if found := s.walk(next, rest, !more, values); found != nowhere {
			return found
		}
	}
	for i := range at.dynamic {
		t := &at.dynamic[i]
		text, after, last := first, rest, !more
		if t.part.final {
			text, after, last = path, "", true
		}
		groups := t.part.pattern.FindStringSubmatch(text)
		if groups == nil {
			continue
		}
		if found := s.walk(t.to, after, last, append(slices.Clip(values), groups[1:]...)); found != nowhere {
			return found
		}
	}
	return nowhere
}

// arrive is the end of a path. Every rule is strict about a slash at the end.
func (s *search) arrive(at *state, values []string) outcome {
	for _, r := range at.rules {
		switch {
		case !slices.Contains(r.methods, s.method):
			s.allow(r.methods)
		case s.webSocket:
			s.mismatch = true
		default:
			s.rule, s.values = r, values
			return atRule
		}
	}
	next := at.static[""]
	if next == nil || s.webSocket {
		return nowhere
	}
	for _, r := range next.rules {
		if slices.Contains(r.methods, s.method) {
			return needSlash
		}
	}
	return nowhere
}

// allow notes methods that the path has.
func (s *search) allow(methods []string) {
	for _, m := range methods {
		if !slices.Contains(s.allowed, m) {
			s.allowed = append(s.allowed, m)
		}
	}
}
