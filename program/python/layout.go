package python

import "strings"

const (
	columns = 120 // of a line
	indent  = 4
)

// node is an expression, which may be broken over several lines.
type node struct {
	lead        string // what precedes it: content=
	text        string // of one that cannot be broken, and the name in front of a group's bracket
	open, close string // of a group
	items       []node
	always      bool    // the last of several lines ends in a comma, even if there is only one
	pieces      []piece // of a string
}

func atom(text string) node { return node{text: text} }

// call is a function's call with its arguments.
func call(name string, arguments ...node) node {
	return node{text: name, open: "(", close: ")", items: arguments}
}

// keyword is a keyword argument.
func keyword(name string, value node) node {
	value.lead = name + "=" + value.lead
	return value
}

// flat is the expression in one line.
func (n node) flat() string {
	if n.pieces != nil {
		return n.lead + quote(n.pieces)
	}
	parts := make([]string, len(n.items))
	for i, item := range n.items {
		parts[i] = item.flat()
	}
	return n.lead + n.text + n.open + strings.Join(parts, ", ") + n.close
}

// lines breaks the expression as Black does. width is how many columns a line has, and tail follows the expression.
func (n node) lines(width int, tail string) []string {
	flat := n.flat() + tail
	switch {
	case fits(flat, width) || n.pieces == nil && len(n.items) == 0:
		return []string{flat}
	case n.pieces != nil:
		return bracketed(n.lead+"(", quoteLines(n.pieces, width-indent), ")"+tail)
	}
	return bracketed(n.lead+n.text+n.open, n.body(width-indent), n.close+tail)
}

// body is what stands between the brackets, which have lines of their own.
func (n node) body(width int) []string {
	if len(n.items) == 1 && n.items[0].pieces != nil && n.items[0].lead == "" {
		return quoteLines(n.items[0].pieces, width)
	}
	flat := make([]string, len(n.items))
	for i, item := range n.items {
		flat[i] = item.flat()
	}
	if line := strings.Join(flat, ", "); fits(line, width) && !n.always {
		return []string{line}
	}
	var all []string
	for _, item := range n.items {
		comma := ","
		if len(n.items) == 1 && !n.always {
			comma = ""
		}
		all = append(all, item.lines(width, comma)...)
	}
	return all
}

func bracketed(first string, body []string, last string) []string {
	all := []string{first}
	for _, line := range body {
		all = append(all, strings.Repeat(" ", indent)+line)
	}
	return append(all, last)
}

func fits(line string, width int) bool { return len([]rune(line)) <= width }

// block is the lines of a function or another compound statement.
type block struct {
	lines []string
	depth int
}

// line adds a line.
func (b *block) line(text string) {
	if text != "" {
		text = strings.Repeat(" ", b.depth*indent) + text
	}
	b.lines = append(b.lines, text)
}

// put adds a statement that consists of an expression, what precedes it and what follows it.
func (b *block) put(before string, n node, after string) {
	n.lead = before + n.lead
	for _, line := range n.lines(columns-b.depth*indent, after) {
		b.line(line)
	}
}

// indented adds lines that are one level deeper.
func (b *block) indented(add func()) {
	b.depth++
	add()
	b.depth--
}
