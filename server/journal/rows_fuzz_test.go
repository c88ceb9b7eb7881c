package journal_test

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/distribution"
	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/server/servertest"
	"github.com/target-server/target-server/stacks"
)

// serveBytes has a stack serve a client that sends input in two pieces, and returns its worker.
func serveBytes(t *testing.T, stack *server.Stack, format string, input []byte, cut int) *servertest.Worker {
	t.Helper()
	w := servertest.New(t, stack, func(c *config.Config) { c.Sleep, c.LogFormat = distribution.Of(time.Second), format })
	defer w.Close()
	c := w.Send(time.Millisecond, string(input[:cut]))
	w.Then(100*time.Millisecond, c, string(input[cut:]))
	w.At(10*time.Second, c.Close)
	w.Run(20 * time.Second)
	return w.Workers[0]
}

// told is what the line of a row should say.
func told(r servertest.Row) map[string]string {
	valid := func(s string) string { return string([]rune(s)) } // a replacement for each byte that is not UTF-8
	return map[string]string{
		"method": valid(r.Method), "target": valid(r.Target), "id": valid(r.ID),
		"client": valid(r.Client), "status": fmt.Sprint(r.Status), "outcome": string(r.Outcome),
	}
}

// Whatever bytes any stack receives: in json and console each request that has ended has one line, with its own values
// and no others, and every line is printable ASCII.
func FuzzRows(f *testing.F) {
	for _, text := range []string{
		"GET /?id=%00%1b%5b2J%7f%c2%9b%c2%85%0a%0d%e2%80%a8%e2%80%ae%ef%bb%bf%9b%ff%f0%9f%98%80 HTTP/1.1\r\nHost: a\r\n\r\n",
		"GET /?id=1\x9b\xc2\x9b\xe2\x80\xae\xff HTTP/1.1\r\nHost: a\r\n\r\n",
		"GET /?id=\"+status=200+id=%22x%3d%5c HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: \xc2\x9b a=b \"\\\r\n\r\n",
		"GET /\x00\x1b[2J\x7f\x85\xc2\x85 HTTP/1.1\r\nHost: a\r\n\r\n", "G\x9bT /a\xe2\x80\xa8 HTTP/1.1\r\nHost: a\r\n\r\n",
		"\x00\x1b[2J\x9b\xc2\x9b\xe2\x80\xae\xff\r\n\r\n", "a\x9b b\xc2\x85 c\x1b[2J d\r\n\r\n", "GET /?id HTTP/1.1\x1b\r\n\r\n",
		"GET /?id= HTTP/1.1\r\nHost: a\r\nContent-Length: \xc2\x9b\x1b\r\n\r\n",
		"GET /%1b%c2%9b?\x9b HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: upgrade\r\n" +
			"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
		"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00\x00\x00\x08\x01\x05\x00\x00\x00\x01\x82\x86\x04\x04/\x9b=\"",
	} {
		for i := range stacks.All() {
			f.Add([]byte(text), uint8(i), uint16(len(text)/2))
		}
	}
	f.Fuzz(func(t *testing.T, input []byte, n uint8, cut uint16) {
		stack := stacks.All()[int(n)%len(stacks.All())]
		first := int(cut) % (len(input) + 1)
		for format, holds := range map[string]func(*testing.T, string, map[string]string){"json": isJSON, "console": isConsole} {
			worker := serveBytes(t, stack, format, input, first)
			lines := linesOf(t, worker.Stdout.String())
			for i, line := range lines {
				if i < len(worker.Rows) {
					holds(t, line, told(worker.Rows[i]))
				}
			}
			if len(lines) != len(worker.Rows) {
				t.Errorf("%s: %d lines for %d requests:\n%s", format, len(lines), len(worker.Rows), &worker.Stdout)
			}
			for _, line := range linesOf(t, worker.Stderr.String()) {
				holds(t, line, nil)
			}
		}
	})
}

// linesOf are the lines of a log, which must be printable ASCII.
func linesOf(t *testing.T, log string) (lines []string) {
	t.Helper()
	for line := range strings.Lines(log) {
		text := strings.TrimSuffix(line, "\n")
		if text == line || strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r >= 0x7f }) {
			t.Errorf("not a line of printable ASCII: %q", line)
		}
		lines = append(lines, text)
	}
	return lines
}

// isJSON checks a request's row against what it should say, or the server's own (no want) for a message.
func isJSON(t *testing.T, line string, want map[string]string) {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(line))
	decoder.UseNumber()
	var row map[string]any
	if err := decoder.Decode(&row); err != nil {
		t.Errorf("%s: %v", line, err)
		return
	}
	if _, err := decoder.Token(); err != io.EOF {
		t.Errorf("more than an object: %s", line)
	}
	if level := row["level"]; level != "info" && level != "warn" && level != "error" {
		t.Errorf("level %v: %s", level, line)
	}
	for key, value := range want {
		if got := fmt.Sprint(row[key]); got != value {
			t.Errorf("%s: got %q, want %q in %s", key, got, value, line)
		}
	}
	if _, said := row["message"].(string); said != (want == nil) || row["worker"] != json.Number(fmt.Sprint(os.Getpid())) {
		t.Errorf("unlike a row: %s", line)
	}
}

// The shape of lines in the console format: a value is one word or in quotes.
var (
	word       = `("(?:[^"\\]|\\.)*"|[^"\\= ]+)`
	requestRow = regexp.MustCompile(`^[A-Z][a-z]{2} [ \d]\d [\d:]{8}\.\d{6} INF arrival=` + word + ` client=` + word + ` client_left=(true|false) end=` + word + ` id=` + word +
		` method=` + word + `( number=\d+)? outcome=` + word + `( start=` + word + `)? status=\d+ target=` + word +
		`( thread=` + word + ` thread_number=\d+)? wait=` + word + ` work=` + word + ` worker=\d+$`)
	serverRow = regexp.MustCompile(`^[A-Z][a-z]{2} [ \d]\d [\d:]{8}\.\d{6} (INF|WRN|ERR) ("(?:[^"\\]|\\.)*"|[^"\\=]+) worker=\d+$`)
)

// isConsole checks that a line has the shape of a row.
func isConsole(t *testing.T, line string, want map[string]string) {
	t.Helper()
	if shape := map[bool]*regexp.Regexp{true: requestRow, false: serverRow}[want != nil]; !shape.MatchString(line) {
		t.Errorf("not a row of a request (%t) or of the server: %s", want != nil, line)
	}
}
