package facts

import (
	"strings"
	"testing"
	"time"
)

const ms = time.Millisecond

func TestAgree(t *testing.T) {
	tests := []struct {
		name string
		a, b Fact
		want bool
	}{
		{"exact, same", NewExact("x", "a\nb"), NewExact("x", "a\nb"), true},
		{"exact, one byte off", NewExact("x", "a\nb"), NewExact("x", "a\nB"), false},
		{"exact, another name", NewExact("x", "a"), NewExact("y", "a"), false},
		{"another kind", NewExact("x", "1.00"), NewNear("x", ms, time.Second), false},
		{"near, within", NewNear("x", 100*ms, time.Second), NewNear("x", 100*ms, 1090*ms), true},
		{"near, at the edge", NewNear("x", 100*ms, time.Second), NewNear("x", 100*ms, 1100*ms), true},
		{"near, outside", NewNear("x", 100*ms, time.Second), NewNear("x", 100*ms, 1120*ms), false},
		{"near, one of several outside", NewNear("x", 100*ms, 500*ms, 1000*ms), NewNear("x", 100*ms, 500*ms, 1500*ms), false},
		{"near, one missing", NewNear("x", 100*ms, 500*ms, 1000*ms), NewNear("x", 100*ms, 500*ms), false},
		{"order, same", NewOrder("x", 0, []string{"1", "2"}), NewOrder("x", 0, []string{"1", "2"}), true},
		{"order, swapped and not allowed", NewOrder("x", 0, []string{"1", "2"}), NewOrder("x", 0, []string{"2", "1"}), false},
		{"order, swapped and allowed", NewOrder("x", 1, []string{"1", "2", "3"}), NewOrder("x", 1, []string{"1", "3", "2"}), true},
		{"order, two swaps, one allowed", NewOrder("x", 1, []string{"1", "2", "3", "4"}), NewOrder("x", 1, []string{"2", "1", "4", "3"}), false},
		{"order, moved by two places, two allowed", NewOrder("x", 2, []string{"1", "2", "3"}), NewOrder("x", 2, []string{"3", "1", "2"}), true},
		{"order, moved by two places, one allowed", NewOrder("x", 1, []string{"1", "2", "3"}), NewOrder("x", 1, []string{"3", "1", "2"}), false},
		{"order, the other way round", NewOrder("x", 3, []string{"1", "2", "3", "4"}), NewOrder("x", 3, []string{"4", "3", "2", "1"}), false},
		{"order, another word", NewOrder("x", 9, []string{"1", "2"}), NewOrder("x", 9, []string{"1", "3"}), false},
		{"order, one more", NewOrder("x", 1, []string{"1", "2"}), NewOrder("x", 1, []string{"1", "2", "3"}), false},
		{"share, within", NewShare("x", 0.2, 8, 10), NewShare("x", 0.2, 10, 10), true},
		{"share, outside", NewShare("x", 0.2, 5, 10), NewShare("x", 0.2, 10, 10), false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := test.a.Agree(test.b); got != test.want {
				t.Errorf("%+v agrees with %+v: got %v, want %v", test.a, test.b, got, test.want)
			}
		})
	}
}

func TestStable(t *testing.T) {
	one, two := NewExact("x", "1"), NewExact("x", "2")
	tests := []struct {
		name string
		runs []Fact
		want bool
	}{
		{"one run", []Fact{one}, true},
		{"no run", nil, false},
		{"two alike", []Fact{one, one}, true},
		{"two unlike", []Fact{one, two}, false},
		{"one stray of three", []Fact{one, two, one}, false},
		{"a stray, then three alike", []Fact{one, two, one, one, one}, true},
		{"three alike, then a stray", []Fact{one, one, one, two}, false},
		{"by turns", []Fact{one, two, one, two}, false},
		{"absent in one of two", []Fact{one, {}}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var s Sample
			for _, f := range test.runs {
				s.Runs = append(s.Runs, []Fact{f})
			}
			got, ok := s.Stable("x")
			if ok != test.want || ok && got != one {
				t.Errorf("got %+v, %v; want %v", got, ok, test.want)
			}
		})
	}
}

func TestNormalise(t *testing.T) {
	n := NewNormaliser(18000, map[int]string{321: "pid"})
	tests := map[string]string{
		"2026-11-22 20:17:30.918593 - 321-AnyIO worker thread: done":                    "<time> - <pid>-AnyIO worker thread: done",
		"date: Sun, 22 Nov 2026 20:17:30 GMT":                                           "date: <date>",
		`INFO:     127.0.0.1:43296 - "GET /?id=1 HTTP/1.1" 200 OK`:                      `INFO:     127.0.0.1:<client> - "GET /?id=1 HTTP/1.1" 200 OK`,
		"running on http://127.0.0.1:18000 (Press":                                      "running on http://127.0.0.1:<port> (Press",
		"address ('127.0.0.1', 18000): in use":                                          "address ('127.0.0.1', <port>): in use",
		"aaa":                                                                           "aaa",
		"GET /" + strings.Repeat("a", 8192) + "b":                                       "GET /<a x 8192>b",
		"[2026-11-22 19:16:16 +0000] [321] [INFO] Booting worker with pid: 322":         "[<time>] [<pid>] [INFO] Booting worker with pid: <process>",
		"[2026-11-22 19:16:16 +0000] [322] [CRITICAL] WORKER TIMEOUT (pid:321)":         "[<time>] [<process>] [CRITICAL] WORKER TIMEOUT (pid:<pid>)",
		`127.0.0.1 - - [22/Nov/2026:19:16:16 +0000] "GET /?id=1 HTTP/1.1" 200 5`:        `127.0.0.1 - - [<time>] "GET /?id=1 HTTP/1.1" 200 5`,
		"127.0.0.1 - - [22/Nov/2026 19:18:18] \"\x1b[33mGET /x HTTP/1.1\x1b[0m\" 404 -": `127.0.0.1 - - [<time>] "<esc>[33mGET /x HTTP/1.1<esc>[0m" 404 -`,
		"('127.0.0.1', 40001)":                                                          "('127.0.0.1', <client>)",
		"Nov 26, 2026 1:59:47 PM org.apache.coyote.AbstractProtocol init":               "<time> org.apache.coyote.AbstractProtocol init",
		"321-http-nio-127.0.0.1-18000-exec-3: done":                                     "<pid>-http-nio-127.0.0.1-<port>-exec-3: done",
		"request id[17]":      "request id[17]",
		"#3211 is no process": "#3211 is no process",
	}
	for text, want := range tests {
		if got := n.Text(text); got != want {
			t.Errorf("Text(%q): got %q, want %q", text, got, want)
		}
	}
}

func TestWire(t *testing.T) {
	got := Wire([]byte("HTTP/1.1 200 OK\r\na: \"b\"\r\n\r\n\x00\xff\nend"))
	want := "HTTP/1.1 200 OK\na: \"b\"\n\n\\x00\\xff\\n\nend"
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestStableTakesTheLeastDelayedTimes(t *testing.T) {
	var s Sample
	for _, d := range []time.Duration{1100 * ms, 1010 * ms, 1050 * ms} {
		s.Runs = append(s.Runs, []Fact{NewNear("x", 200*ms, d)})
	}
	if got, ok := s.Stable("x"); !ok || got.Value != "1.01" {
		t.Errorf("got %+v, %v; want 1.01", got, ok)
	}
}
