package python

import (
	"slices"
	"strings"

	"github.com/target-server/target-server/distribution"
)

// table is a list of durations from a file, which is printed as a constant.
type table struct {
	name string
	law  *distribution.File
}

// table is the name of a file's durations.
func (n *names) table(law *distribution.File) string {
	for _, t := range n.tables {
		if t.law.Path == law.Path && slices.Equal(t.law.Durations, law.Durations) {
			return t.name
		}
	}
	t := table{n.take("DURATIONS", ""), law}
	n.tables = append(n.tables, t)
	return t.name
}

// print prints the constant, with as many durations in a line as it has room for.
func (t table) print(b *block) {
	all := node{open: "[", close: "]"}
	for _, d := range t.law.Durations {
		all.items = append(all.items, atom(seconds(d)))
	}
	if line := t.name + " = " + all.flat(); fits(line, columns) {
		b.line(line)
		return
	}
	b.line(t.name + " = [")
	line := ""
	for i, d := range t.law.Durations {
		next := seconds(d)
		if i < len(t.law.Durations)-1 {
			next += ","
		}
		if line != "" && !fits(line+" "+next, columns-indent) {
			b.indented(func() { b.line(line) })
			line = ""
		}
		line = strings.TrimPrefix(line+" "+next, " ")
	}
	b.indented(func() { b.line(line) })
	b.line("]")
}
