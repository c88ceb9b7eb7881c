package facts

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Normaliser puts placeholders where two runs of one server necessarily differ: times, dates, ports and
// process IDs.
type Normaliser struct {
	rules []rule
}

// rule replaces what a pattern matches. A text that does not contain the rule's sign cannot match, so
// most rules are not even tried on most texts, some of which have a hundred thousand bytes.
type rule struct {
	sign    string
	pattern *regexp.Regexp
	with    string
}

func newRule(sign, pattern, with string) rule { return rule{sign, regexp.MustCompile(pattern), with} }

// The rules that are the same in every run. The first are applied before those of ports and process
// IDs, the last after them.
var (
	firstRules = []rule{
		newRule(":", `\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{6}|,\d{3})?( [+-]\d{4})?`, "<time>"),
		newRule("/", `\d\d/[A-Z][a-z]{2}/\d{4}[: ]\d\d:\d\d:\d\d( [+-]\d{4})?`, "<time>"),
		newRule("GMT", `(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT`, "<date>"),
		newRule("M", `[A-Z][a-z]{2} \d{1,2}, \d{4} \d{1,2}:\d\d:\d\d [AP]M`, "<time>"), // java.util.logging
	}
	middleRules = []rule{
		newRule("127.0.0.1", `127\.0\.0\.1(:|', )\d+`, "127.0.0.1${1}<client>"),
		newRule("/site-packages/", `\S*/site-packages/`, "<packages>/"),
		newRule("fd=", `\bfd=\d+`, "fd=<fd>"),
		// Frameworks keep these in a set, whose order differs between processes.
		newRule("allow: ", `allow: (GET, HEAD|HEAD, GET)`, "allow: <GET and HEAD in any order>"),
		newRule("Allow: ", `Allow: (?:(?:GET|HEAD|OPTIONS)(?:, |\b)){3}`, "Allow: <GET, HEAD and OPTIONS in any order>"),
		newRule(".ctl", `/\S*gunicorn\S*\.ctl\b`, "<control socket>"), // the real one's lies next to the program
		newRule("0x", `\b0x[0-9a-f]{6,}\b`, "<address>"),
	}
	lastRules = []rule{
		// Where gunicorn and Hypercorn name a process, a number left at this point is that of a process
		// not named by any other line.
		newRule("[", `(^|\s)\[\d+\]`, "${1}[<process>]"),
		newRule("pid:", `\b(pid: ?)\d+\b`, "${1}<process>"),
		newRule("\x1b", "\x1b", "<esc>"), // Werkzeug's lines are coloured
	}
)

// NewNormaliser makes the rules for one run: port is the server's port, pids maps its processes to
// their placeholders.
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

// Text returns the text with the placeholders put in.
func (n Normaliser) Text(text string) string {
	for _, r := range n.rules {
		if strings.Contains(text, r.sign) {
			text = r.pattern.ReplaceAllString(text, r.with)
		}
	}
	return shorten(text)
}

// longRun is how often a character must be repeated to be counted instead of shown.
const longRun = 100

// shorten writes a long run of one character as the character and a count.
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

// Wire shows raw bytes as lines: CRLF ends a line, every other unprintable byte is escaped as in Go.
func Wire(data []byte) string {
	lines := strings.Split(string(data), "\r\n")
	for i, line := range lines {
		quoted := strconv.QuoteToASCII(line)
		quoted = quoted[1 : len(quoted)-1]
		lines[i] = strings.ReplaceAll(strings.ReplaceAll(quoted, `\"`, `"`), `\n`, "\\n\n")
	}
	return strings.Join(lines, "\n")
}
