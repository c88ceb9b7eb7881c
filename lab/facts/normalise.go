package facts

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Normaliser puts placeholders where two runs of one server must differ: times, dates, ports and process ids.
type Normaliser struct {
	rules []rule
}

type rule struct {
	pattern *regexp.Regexp
	with    string
}

// NewNormaliser makes the rules of one run: port is the server's, pids its processes and what to call each.
func NewNormaliser(port int, pids map[int]string) Normaliser {
	rules := []rule{
		{regexp.MustCompile(`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{6})?( [+-]\d{4})?`), "<time>"},
		{regexp.MustCompile(`\d\d/[A-Z][a-z]{2}/\d{4}[: ]\d\d:\d\d:\d\d( [+-]\d{4})?`), "<time>"},
		{regexp.MustCompile(`(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT`), "<date>"},
		{regexp.MustCompile(`[A-Z][a-z]{2} \d{1,2}, \d{4} \d{1,2}:\d\d:\d\d [AP]M`), "<time>"}, // java.util.logging
		{regexp.MustCompile(`127\.0\.0\.1([:', -]+)` + strconv.Itoa(port) + `\b`), "127.0.0.1${1}<port>"},
		{regexp.MustCompile(`\bPort ` + strconv.Itoa(port) + `\b`), "Port <port>"},
		{regexp.MustCompile(`127\.0\.0\.1(:|', )\d+`), "127.0.0.1${1}<client>"},
		{regexp.MustCompile(`\S*/site-packages/`), "<packages>/"},
		{regexp.MustCompile(`\bfd=\d+`), "fd=<fd>"},
	}
	// Frameworks keep these in a set, whose order is another in every process.
	rules = append(rules, rule{regexp.MustCompile(`allow: (GET, HEAD|HEAD, GET)`), "allow: <GET and HEAD in any order>"},
		rule{regexp.MustCompile(`Allow: (?:(?:GET|HEAD|OPTIONS)(?:, |\b)){3}`), "Allow: <GET, HEAD and OPTIONS in any order>"})
	rules = append(rules, rule{regexp.MustCompile(`/\S*gunicorn\S*\.ctl\b`), "<control socket>"}) // the real one's lies beside the program
	rules = append(rules, rule{regexp.MustCompile(`\b0x[0-9a-f]{6,}\b`), "<address>"})
	for pid, name := range pids {
		rules = append(rules, rule{regexp.MustCompile(`\b` + strconv.Itoa(pid) + `\b`), "<" + name + ">"})
	}
	// What is left in the places where gunicorn and Hypercorn name a process is one that nobody announced.
	rules = append(rules, rule{regexp.MustCompile(`(^|\s)\[\d+\]`), "${1}[<process>]"}, rule{regexp.MustCompile(`\b(pid: ?)\d+\b`), "${1}<process>"})
	rules = append(rules, rule{regexp.MustCompile("\x1b"), "<esc>"}) // Werkzeug colours its lines
	return Normaliser{rules: rules}
}

// Text is one piece of text with the placeholders put in.
func (n Normaliser) Text(text string) string {
	for _, r := range n.rules {
		text = r.pattern.ReplaceAllString(text, r.with)
	}
	return shorten(text)
}

// longRun is how often a character must stand in a row to be counted instead of shown.
const longRun = 100

// shorten writes a long run of one character as the character and how many there are.
func shorten(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); {
		end := i + 1
		for end < len(text) && text[end] == text[i] {
			end++
		}
		if end-i >= longRun {
			fmt.Fprintf(&b, "<%c x %d>", text[i], end-i)
		} else {
			b.WriteString(text[i:end])
		}
		i = end
	}
	return b.String()
}

// Wire shows raw bytes as lines: CRLF ends a line, every other byte that does not print is escaped as in Go.
func Wire(data []byte) string {
	lines := strings.Split(string(data), "\r\n")
	for i, line := range lines {
		quoted := strconv.QuoteToASCII(line)
		quoted = quoted[1 : len(quoted)-1]
		lines[i] = strings.ReplaceAll(strings.ReplaceAll(quoted, `\"`, `"`), `\n`, "\\n\n")
	}
	return strings.Join(lines, "\n")
}
