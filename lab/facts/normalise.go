package facts

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Normaliser puts placeholders where two runs of one server must differ: times, dates, ports and process ids.
type Normaliser struct {
	rules []rule
}

// rule replaces what a pattern matches. A text without the rule's sign cannot match: most rules are not even tried on most
// texts, of which some have a hundred thousand bytes.
type rule struct {
	sign    string
	pattern *regexp.Regexp
	with    string
}

func newRule(sign, pattern, with string) rule { return rule{sign, regexp.MustCompile(pattern), with} }

// The rules that are the same in every run. The first come before those of ports and process ids, the last after them.
var (
	firstRules = []rule{
		newRule(":", `\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{6})?( [+-]\d{4})?`, "<time>"),
		newRule("/", `\d\d/[A-Z][a-z]{2}/\d{4}[: ]\d\d:\d\d:\d\d( [+-]\d{4})?`, "<time>"),
		newRule("GMT", `(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT`, "<date>"),
		newRule("M", `[A-Z][a-z]{2} \d{1,2}, \d{4} \d{1,2}:\d\d:\d\d [AP]M`, "<time>"), // java.util.logging
	}
	middleRules = []rule{
		newRule("127.0.0.1", `127\.0\.0\.1(:|', )\d+`, "127.0.0.1${1}<client>"),
		newRule("/site-packages/", `\S*/site-packages/`, "<packages>/"),
		newRule("fd=", `\bfd=\d+`, "fd=<fd>"),
		// Frameworks keep these in a set, whose order is another in every process.
		newRule("allow: ", `allow: (GET, HEAD|HEAD, GET)`, "allow: <GET and HEAD in any order>"),
		newRule("Allow: ", `Allow: (?:(?:GET|HEAD|OPTIONS)(?:, |\b)){3}`, "Allow: <GET, HEAD and OPTIONS in any order>"),
		newRule(".ctl", `/\S*gunicorn\S*\.ctl\b`, "<control socket>"), // the real one's lies beside the program
		newRule("0x", `\b0x[0-9a-f]{6,}\b`, "<address>"),
	}
	lastRules = []rule{
		// What is left in the places where gunicorn and Hypercorn name a process is one that no line has named.
		newRule("[", `(^|\s)\[\d+\]`, "${1}[<process>]"),
		newRule("pid:", `\b(pid: ?)\d+\b`, "${1}<process>"),
		newRule("\x1b", "\x1b", "<esc>"), // Werkzeug colours its lines
	}
)

// NewNormaliser makes the rules of one run: port is the server's, pids its processes and what to call each.
func NewNormaliser(port int, pids map[int]string) Normaliser {
	number := strconv.Itoa(port)
	rules := append(slices.Clone(firstRules),
		newRule(number, `127\.0\.0\.1([:', -]+)`+number+`\b`, "127.0.0.1${1}<port>"),
		newRule(number, `\bPort `+number+`\b`, "Port <port>"))
	rules = append(rules, middleRules...)
	for pid, name := range pids {
		number := strconv.Itoa(pid)
		rules = append(rules, newRule(number, `\b`+number+`\b`, "<"+name+">"))
	}
	return Normaliser{rules: append(rules, lastRules...)}
}

// Text is one piece of text with the placeholders put in.
func (n Normaliser) Text(text string) string {
	for _, r := range n.rules {
		if strings.Contains(text, r.sign) {
			text = r.pattern.ReplaceAllString(text, r.with)
		}
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
