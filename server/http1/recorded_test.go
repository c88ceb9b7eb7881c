package http1

import (
	"bytes"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// dialects are all dialects, by the file with the real parser's verdicts.
var dialects = map[string]*Dialect{
	"gunicorn-20.1.0": &Gunicorn201,
	"gunicorn-27.0.1": &Gunicorn270,
	"h11-0.14.0":      &H11v014,
	"h11-0.16.0":      &H11v016,
	"httptools-0.5.0": &Httptools050,
	"httptools-0.9.0": &Httptools090,
}

// TestRecorded compares every case with the verdicts of the real parsers.
func TestRecorded(t *testing.T) {
	replay(t, "testdata", "testdata")
}

// TestRandom does the same with random cases, made with
//
//	python testdata/record.py DIR --random 20000 1
//
// under each set of versions. HTTP1_VERDICTS must name their directory.
func TestRandom(t *testing.T) {
	dir := os.Getenv("HTTP1_VERDICTS")
	if dir == "" {
		t.Skip("HTTP1_VERDICTS names no directory")
	}
	replay(t, dir, dir)
}

func replay(t *testing.T, casesDir, verdictsDir string) {
	t.Helper()
	cases := readCases(t, filepath.Join(casesDir, "cases.txt"))
	for name, d := range dialects {
		t.Run(name, func(t *testing.T) {
			n, wrong := 0, 0
			for _, v := range readVerdicts(t, filepath.Join(verdictsDir, name+".txt")) {
				n++
				got := observe(d, cases[v.name], v.cut)
				if got == v.events {
					continue
				}
				if wrong++; wrong <= 10 {
					t.Errorf("%s, %s: %.300q\nwant %s\ngot  %s", v.name, v.cut, cases[v.name], v.events, got)
				}
			}
			t.Logf("%d verdicts, %d wrong", n, wrong)
		})
	}
}

type recorded struct{ name, cut, events string }

func readVerdicts(t *testing.T, path string) (all []recorded) {
	t.Helper()
	name := ""
	for _, line := range readLines(t, path) {
		verdict, ok := strings.CutPrefix(line, "  ")
		if !ok {
			name = line
			continue
		}
		cuts, events, _ := strings.Cut(verdict, ":")
		for cut := range strings.FieldsSeq(cuts) {
			all = append(all, recorded{name, cut, strings.TrimSpace(events)})
		}
	}
	return all
}

var casePart = regexp.MustCompile(`("(?:[^"\\]|\\.)*")(?:\*(\d+))?`)

func readCases(t testing.TB, path string) map[string][]byte {
	t.Helper()
	cases := map[string][]byte{}
	for _, line := range readLines(t, path) {
		name, parts, _ := strings.Cut(line, " ")
		var input []byte
		for _, m := range casePart.FindAllStringSubmatch(parts, -1) {
			text, err := strconv.Unquote(m[1])
			if err != nil {
				t.Fatalf("%s: %s: %v", path, name, err)
			}
			times := 1
			if m[2] != "" {
				times, _ = strconv.Atoi(m[2])
			}
			input = append(input, strings.Repeat(text, times)...)
		}
		cases[name] = input
	}
	return cases
}

func readLines(t testing.TB, path string) (lines []string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimSuffix(line, "\n"); line != "" && line[0] != '#' {
			lines = append(lines, line)
		}
	}
	return lines
}

// observe feeds the input in pieces and records the events as record.py does.
func observe(d *Dialect, input []byte, cut string) string {
	switch cut {
	case "half":
		return observeCuts(d, input, len(input)/2)
	case "byte":
		return observeCuts(d, input, everywhere(input)...)
	}
	return observeCuts(d, input)
}

func everywhere(input []byte) []int {
	cuts := make([]int, len(input))
	for i := range cuts {
		cuts[i] = i
	}
	return cuts
}

// observeCuts feeds the input in the pieces between the cuts.
func observeCuts(d *Dialect, input []byte, cuts ...int) string {
	o := observer{d: d}
	o.head.Trusted = true
	from := 0
	for _, to := range append(cuts, len(input)) {
		if to == 0 {
			continue
		}
		o.received = to
		// A separate copy, so that reads beyond its end are detected.
		n, more := o.read(bytes.Clone(input[from:to]))
		if !more {
			break
		}
		from += n
	}
	if d.Lines == nil {
		o.flush()
	}
	return strings.Join(o.events, " ")
}

// observer records events as record.py does.
type observer struct {
	d        *Dialect
	p        Parser
	head     Head
	received int
	body     int
	events   []string
}

// read reads the events in buf and returns how many bytes they consumed, and whether
// the parser continues.
func (o *observer) read(buf []byte) (consumed int, more bool) {
	for {
		ev, n := o.p.Next(o.d, buf[consumed:], &o.head)
		if consumed += n; n < 0 || consumed > len(buf) {
			o.add("consumed too much")
			return 0, false
		}
		switch ev {
		case NeedData:
			return consumed, true
		case HeadDone:
			if o.d.Lines != nil {
				o.add(describeLines(&o.head))
				break
			}
			o.add(describe(&o.head))
		case BodyData:
			o.body += o.p.BodyLen()
		case MessageDone:
			o.add("E")
		case Upgraded:
			o.add("U")
		case Bad:
			o.addReason("X")
			return consumed, false
		case Crash:
			o.addReason("C")
			return consumed, false
		}
	}
}

func (o *observer) add(text string) {
	o.flush()
	o.events = append(o.events, fmt.Sprintf("%s@%d", text, o.received))
}

// flush records the body's bytes since the last event; with LineRules, only those of a
// body that has ended.
func (o *observer) flush() {
	if o.body > 0 {
		o.events = append(o.events, fmt.Sprintf("B%d", o.body))
		o.body = 0
	}
}

func describe(h *Head) string {
	var b strings.Builder
	fmt.Fprintf(&b, "H %s %s ", brief(h.Method), brief(h.Target))
	if h.WebSocket {
		b.WriteString("- - ")
	} else {
		fmt.Fprintf(&b, "%s %s ", brief(h.Path), brief(h.Query))
	}
	b.WriteString(h.Version)
	for _, f := range []struct {
		on   bool
		name string
	}{{h.KeepAlive, " keep"}, {h.Upgrade, " upgrade"}, {h.Expect100, " expect"}, {h.WebSocket, " websocket"}} {
		if f.on {
			b.WriteString(f.name)
		}
	}
	fields := make([]string, len(h.Fields))
	for i, f := range h.Fields {
		fields[i] = brief(f.Name) + ":" + brief(f.Value)
	}
	fmt.Fprintf(&b, " [%s]", strings.Join(fields, " "))
	return b.String()
}

// brief quotes short bytes and summarises long ones.
func brief(data []byte) string {
	if len(data) > 64 {
		return fmt.Sprintf("%d:%08x", len(data), crc32.ChecksumIEEE(data))
	}
	var b strings.Builder
	b.WriteByte('"')
	for _, c := range data {
		switch {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c >= 0x20 && c < 0x7f:
			b.WriteByte(c)
		case c == '\r':
			b.WriteString(`\r`)
		case c == '\n':
			b.WriteString(`\n`)
		case c == '\t':
			b.WriteString(`\t`)
		default:
			fmt.Fprintf(&b, `\x%02x`, c)
		}
	}
	b.WriteByte('"')
	return b.String()
}
