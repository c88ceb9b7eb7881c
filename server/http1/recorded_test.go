package http1

import (
	"bufio"
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

// dialects are all, by the file that has the real parser's verdicts.
var dialects = map[string]*Dialect{
	"h11-0.14.0":      &H11v014,
	"h11-0.16.0":      &H11v016,
	"httptools-0.5.0": &Httptools050,
	"httptools-0.9.0": &Httptools090,
}

// TestRecorded replays what the real parsers made of every case.
func TestRecorded(t *testing.T) {
	replay(t, "testdata", "testdata")
}

// TestRandom replays verdicts on random cases, made with
//
//	python testdata/record.py DIR --random 20000 1
//
// under each set of versions. It needs the directory in HTTP1_VERDICTS.
func TestRandom(t *testing.T) {
	dir := os.Getenv("HTTP1_VERDICTS")
	if dir == "" {
		t.Skip("HTTP1_VERDICTS names no directory")
	}
	replay(t, dir, dir)
}

func replay(t *testing.T, casesDir, verdictsDir string) {
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
	name := ""
	for _, line := range readLines(t, path) {
		verdict, ok := strings.CutPrefix(line, "  ")
		if !ok {
			name = line
			continue
		}
		cuts, events, _ := strings.Cut(verdict, ":")
		for _, cut := range strings.Fields(cuts) {
			all = append(all, recorded{name, cut, strings.TrimSpace(events)})
		}
	}
	return all
}

var casePart = regexp.MustCompile(`("(?:[^"\\]|\\.)*")(?:\*(\d+))?`)

func readCases(t testing.TB, path string) map[string][]byte {
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
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	s := bufio.NewScanner(f)
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		if line := s.Text(); line != "" && line[0] != '#' {
			lines = append(lines, line)
		}
	}
	if s.Err() != nil {
		t.Fatal(s.Err())
	}
	return lines
}

// observe feeds the input in pieces and writes down the events as record.py
// does.
func observe(d *Dialect, input []byte, cut string) string {
	switch cut {
	case "half":
		return observeCuts(d, input, len(input)/2)
	case "byte":
		at := make([]int, len(input))
		for i := range at {
			at[i] = i
		}
		return observeCuts(d, input, at...)
	}
	return observeCuts(d, input)
}

// observeCuts feeds the input in the pieces between the cuts.
func observeCuts(d *Dialect, input []byte, cuts ...int) string {
	var (
		p      Parser
		head   Head
		events []string
		from   int
		body   int
	)
	flush := func() {
		if body > 0 {
			events = append(events, fmt.Sprintf("B%d", body))
			body = 0
		}
	}
	add := func(at int, text string) {
		flush()
		events = append(events, fmt.Sprintf("%s@%d", text, at))
	}
	for _, to := range append(cuts, len(input)) {
		if to == 0 {
			continue
		}
		// A copy of its own, so that the race detector and the bounds see it all.
		buf := bytes.Clone(input[from:to])
		for done := false; !done; {
			ev, n := p.Next(d, buf, &head)
			if n < 0 || n > len(buf) {
				return fmt.Sprintf("consumed %d of %d", n, len(buf))
			}
			switch ev {
			case NeedData:
				done = true
			case HeadDone:
				add(to, describe(&head))
			case BodyData:
				body += p.BodyLen()
			case MessageDone:
				add(to, "E")
			case Upgraded:
				add(to, "U")
			case Bad:
				add(to, "X")
				return strings.Join(events, " ")
			case Crash:
				add(to, "C")
				return strings.Join(events, " ")
			}
			buf, from = buf[n:], from+n
		}
	}
	flush()
	return strings.Join(events, " ")
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

// brief quotes short bytes and sums up long ones.
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
