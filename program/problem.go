package program

import (
	"fmt"
	"slices"
	"strings"
)

// Problem is one mistake in a file.
type Problem struct {
	Line, Column int    // in a file
	Place        string // in Go values, such as Routes[0].Steps[1]; empty in a file
	What         string // what is wrong
	Accepted     string // what would be right
}

// Where is file:line:column, or the field of a Go value.
func (p Problem) Where(file string) string {
	if p.Place != "" {
		return "program." + p.Place
	}
	return fmt.Sprintf("%s:%d:%d", file, p.Line, p.Column)
}

// Problems is every mistake in a file, in the order of the lines.
type Problems struct {
	File string
	List []Problem
}

// Error lists the problems, a line each: file:line:column: what is wrong; what is accepted.
func (p *Problems) Error() string {
	lines := make([]string, len(p.List))
	for i, problem := range p.List {
		lines[i] = problem.Where(p.File) + ": " + problem.What + "; " + problem.Accepted
	}
	return strings.Join(lines, "\n")
}

// orNil is p as an error, or nil if there is no problem.
func (p *Problems) orNil() error {
	if len(p.List) == 0 {
		return nil
	}
	return p
}

// inOrder puts the problems in the order of the file.
func inOrder(list []Problem) {
	slices.SortStableFunc(list, func(a, b Problem) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Column - b.Column
	})
}
