package python

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// piece is a part of a string: text, or an expression in the braces of an f-string.
type piece struct{ text, expression string }

// textNode is a string without expressions.
func textNode(text string) node { return node{pieces: []piece{{text: text}}} }

// quote is a string literal, in double quotes unless single ones need fewer escapes.
func quote(pieces []piece) string {
	mark, formatted := '"', false
	var texts strings.Builder
	for _, p := range pieces {
		texts.WriteString(p.text)
		formatted = formatted || p.expression != ""
	}
	if strings.Count(texts.String(), `"`) > strings.Count(texts.String(), "'") {
		mark = '\''
	}
	var b strings.Builder
	if formatted {
		b.WriteByte('f')
	}
	b.WriteRune(mark)
	for _, p := range pieces {
		if p.expression != "" {
			b.WriteString("{" + p.expression + "}")
		}
		for _, c := range p.text {
			b.WriteString(escape(c, mark, formatted))
		}
	}
	b.WriteRune(mark)
	return b.String()
}

// escape is a character of a string literal.
func escape(c, mark rune, formatted bool) string {
	switch {
	case c == mark || c == '\\':
		return `\` + string(c)
	case c == '\n':
		return `\n`
	case c == '\r':
		return `\r`
	case c == '\t':
		return `\t`
	case formatted && (c == '{' || c == '}'):
		return string(c) + string(c)
	case c < 0x100 && !unicode.IsPrint(c):
		return fmt.Sprintf(`\x%02x`, c)
	case c < 0x10000 && !unicode.IsPrint(c):
		return fmt.Sprintf(`\u%04x`, c)
	case !unicode.IsPrint(c):
		return fmt.Sprintf(`\U%08x`, c)
	}
	return string(c)
}

// quoteLines is a string as several literals, one a line, which Python joins.
func quoteLines(pieces []piece, width int) []string {
	var all []string
	var line []piece
	for _, p := range pieces {
		for _, part := range shortest(p) {
			if longer := join(line, part); len(line) == 0 || fits(quote(longer), width) {
				line = longer
				continue
			}
			all = append(all, quote(line))
			line = []piece{part}
		}
	}
	return append(all, quote(line))
}

// shortest divides a piece where it may be divided: after blanks, or within a word that is longer than most lines.
func shortest(p piece) []piece {
	if p.expression != "" {
		return []piece{p}
	}
	const longestWord = 40
	var all []piece
	word := []rune{}
	for _, c := range p.text {
		word = append(word, c)
		if c == ' ' || len(word) == longestWord {
			all = append(all, piece{text: string(word)})
			word = nil
		}
	}
	return append(all, piece{text: string(word)})
}

// join appends a part to the pieces of a line.
func join(line []piece, part piece) []piece {
	last := len(line) - 1
	if last < 0 || line[last].expression != "" || part.expression != "" {
		return append(line[:last+1:last+1], part)
	}
	return append(line[:last:last], piece{text: line[last].text + part.text})
}

// seconds is a duration as a number of seconds, exactly.
func seconds(d time.Duration) string {
	text := strconv.FormatInt(int64(d/time.Second), 10)
	if rest := d % time.Second; rest != 0 {
		text += strings.TrimRight(fmt.Sprintf(".%09d", rest), "0")
	}
	return text
}

// probability is a number from 0 to 1, without the last digits that dividing a percentage by 100 leaves.
func probability(p float64) string { return strconv.FormatFloat(p, 'g', 12, 64) }

// number is the shortest decimal number that Python reads as the same float.
func number(f float64) string { return strconv.FormatFloat(f, 'g', -1, 64) }
