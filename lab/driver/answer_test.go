package driver

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestAnswers(t *testing.T) {
	const ok = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi"
	const chunks = "HTTP/1.1 503 No\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"
	tests := []struct {
		name    string
		stream  string
		methods []string
		end     bool
		want    string
	}{
		{"nothing", "", nil, false, ""},
		{"one", ok, nil, false, "[200 hi]"},
		{"one and a part", ok + ok[:20], nil, false, "[200 hi]"},
		{"body not whole", ok[:len(ok)-1], nil, false, ""},
		{"chunks", chunks + ok, nil, false, "[503 abc][200 hi]"},
		{"chunks not whole", chunks[:len(chunks)-2], nil, false, ""},
		{"no length, open", "HTTP/1.1 400 Bad\r\n\r\nbad", nil, false, ""},
		{"no length, ended", "HTTP/1.1 400 Bad\r\n\r\nbad", nil, true, "[400 bad]"},
		{"interim first", "HTTP/1.1 100 Continue\r\n\r\n" + ok, nil, false, "[200 hi]"},
		{"to HEAD", "HTTP/1.1 405 No\r\ncontent-length: 9\r\n\r\n" + ok, []string{"HEAD", "GET"}, false, "[405 ][200 hi]"},
		{"a negative length", "HTTP/1.1 200 OK\r\ncontent-length: -5\r\n\r\nhi", nil, true, "[200 hi]"},
		{"a length beyond all", "HTTP/1.1 200 OK\r\ncontent-length: 18446744073709551615\r\n\r\nhi", nil, true, ""},
		{"a negative chunk", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n-5\r\nhi\r\n", nil, true, ""},
		{"a chunk beyond all", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n7fffffff\r\nhi\r\n", nil, true, ""},
		{"no HTTP", "<html>", nil, true, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			events := []Event{{Kind: Bytes, Data: []byte(test.stream)}}
			if test.end {
				events = append(events, Event{Kind: FIN})
			}
			var got strings.Builder
			for _, a := range Answers(events, test.methods) {
				fmt.Fprintf(&got, "[%d %s]", a.Status, a.Body)
			}
			if got.String() != test.want {
				t.Errorf("got %s, want %s", got.String(), test.want)
			}
		})
	}
}

func TestAnswerTimes(t *testing.T) {
	start := time.Now()
	events := []Event{
		{At: start.Add(1), Data: []byte("HTTP/1.1 200 OK\r\ncontent-le")},
		{At: start.Add(2), Data: []byte("ngth: 2\r\n\r\nh")},
		{At: start.Add(3), Data: []byte("i")},
	}
	answers := Answers(events, nil)
	if len(answers) != 1 {
		t.Fatalf("got %d answers, want 1", len(answers))
	}
	if a := answers[0]; a.Began != start.Add(1) || a.Ended != start.Add(3) || a.Field("Content-Length") != "2" {
		t.Errorf("got %+v", a)
	}
}

func TestParseSockets(t *testing.T) {
	const table = "  sl  local_address rem_address   st tx_queue rx_queue tr\n" +
		"   0: 0100007F:4650 00000000:0000 0A 00000000:00000006 00:00000000\n" +
		"   1: 0100007F:4650 0100007F:A3F2 01 00000000:00000000 00:00000000 00000000 0 0 77 1\n"
	var all []Socket
	readSockets(strings.NewReader(table), func(s Socket, err error) bool {
		all = append(all, s)
		return err == nil
	})
	got := fmt.Sprint(all)
	want := "[{18000 0 0A 6 0} {18000 41970 01 0 77}]"
	if got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
