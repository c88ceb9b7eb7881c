package program

import (
	"regexp"
	"slices"
	"strings"
)

// Counter is the name in the text of a log step that stands for the process's counter, unless a parameter has it. The
// counter starts at 0, and each line that names it, once or more often, first adds 1 to it.
const Counter = "counter"

// Piece is a part of a text: either Text, or the value of what Name names.
type Piece struct{ Text, Name string }

var inBraces = regexp.MustCompile(`\{[A-Za-z_][A-Za-z0-9_]*\}`)

// Pieces divides a body. {name} is the value of the parameter of that name, as Python's str() writes it; all other
// braces are text. In a body for which [Route.JSON] is true, the value is escaped as inside a JSON string.
func Pieces(text string, parameters []Parameter) []Piece {
	return pieces(text, func(name string) bool {
		return slices.ContainsFunc(parameters, func(p Parameter) bool { return p.Name == name })
	})
}

// LogPieces divides the text of a log step, in which {counter} is the [Counter].
func LogPieces(text string, parameters []Parameter) []Piece {
	return Pieces(text, append(slices.Clone(parameters), Parameter{Name: Counter}))
}

func pieces(text string, known func(name string) bool) []Piece {
	var all []Piece
	start := 0
	for _, m := range inBraces.FindAllStringIndex(text, -1) {
		name := text[m[0]+1 : m[1]-1]
		if !known(name) {
			continue
		}
		if m[0] > start {
			all = append(all, Piece{Text: text[start:m[0]]})
		}
		all = append(all, Piece{Name: name})
		start = m[1]
	}
	if start < len(text) {
		all = append(all, Piece{Text: text[start:]})
	}
	return all
}

// Named are what the texts of a route may name: its parameters, and the texts among the fields of its form, in their order.
func (r *Route) Named() []Parameter {
	all := slices.Clone(r.Parameters)
	for _, f := range r.Form {
		if !f.IsFile {
			all = append(all, Parameter{Name: f.Name, Type: Str, Optional: f.Optional})
		}
	}
	return all
}

// JSON reports whether the content type is JSON: application/json, or one that ends in +json, with any parameters.
func (r *Route) JSON() bool {
	kind, _, _ := strings.Cut(strings.ToLower(r.Type), ";")
	kind = strings.TrimSpace(kind)
	return kind == jsonType || strings.HasSuffix(kind, "+json")
}

// SessionFor returns the session of a pool that a function uses which depends on these: the one that is entered first,
// each after those that it depends on itself. It returns nil if there is none.
func SessionFor(pool *Pool, depends []*Dependency) *Dependency {
	return sessionFor(pool, depends, map[*Dependency]bool{})
}

func sessionFor(pool *Pool, depends []*Dependency, seen map[*Dependency]bool) *Dependency {
	for _, d := range depends {
		if seen[d] {
			continue
		}
		seen[d] = true
		if s := sessionFor(pool, d.Depends, seen); s != nil {
			return s
		}
		if d.Session == pool {
			return d
		}
	}
	return nil
}
