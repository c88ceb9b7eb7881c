//go:build linux

package main

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// parsers are the parsers that every hostile client is tried on.
var parsers = []string{"h11", "httptools"}

// forParsers runs a test on a server with each parser. Afterwards no request may be held, no descriptor
// leaked, and an ordinary client must be answered.
func forParsers(t *testing.T, test func(t *testing.T, p *process), args ...string) {
	t.Helper()
	for _, parser := range parsers {
		t.Run(parser, func(t *testing.T) {
			p := start(t, append([]string{"--http=" + parser}, args...)...)
			before := p.descriptors()
			test(t, p)
			p.recovers(before)
		})
	}
}

// recovers waits until the server is in the state from before the clients came.
func (p *process) recovers(descriptors int) {
	p.t.Helper()
	p.until("nothing is held", func() bool {
		return strings.Contains(p.stats(), `"borrowed":0,"waiting":0,`) && strings.Contains(p.stats(), `"held":0,`)
	})
	p.asker.CloseIdleConnections() // the connections to the admin address
	p.until("every connection is closed", func() bool { return p.descriptors() <= descriptors })
	if text, err := p.get(p.t.Context(), "/nowhere"); err != nil || text != `404 {"detail":"Not Found"}` {
		p.t.Errorf("a client like any other got %q, %v", text, err)
	}
}

// dial connects a client.
func (p *process) dial() net.Conn {
	p.t.Helper()
	conn, err := net.Dial("tcp", p.addr)
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { conn.Close() })
	return conn
}

// say sends text; if the server has closed the connection, reading the answer will show it.
func say(conn net.Conn, format string, args ...any) { _, _ = fmt.Fprintf(conn, format, args...) }

// reset ends a connection with an RST.
func reset(conn net.Conn) {
	_ = conn.(*net.TCPConn).SetLinger(0)
	conn.Close()
}

// answer reads one answer.
func answer(r *bufio.Reader) (string, error) {
	got, err := http.ReadResponse(r, nil)
	if err != nil {
		return "", err
	}
	defer got.Body.Close()
	body, err := io.ReadAll(got.Body)
	return fmt.Sprint(got.StatusCode, " ", string(body)), err
}

// 500 clients send random bytes, while an ordinary client keeps sending requests.
func TestGarbage(t *testing.T) {
	t.Parallel()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	forParsers(t, func(t *testing.T, p *process) {
		random := rand.New(rand.NewPCG(seed, 0))
		bystander := p.dial()
		answers := bufio.NewReader(bystander)
		for range 500 {
			garbage := make([]byte, 1+random.IntN(4096))
			for i := range garbage {
				garbage[i] = byte(random.Uint32())
			}
			conn := p.dial()
			_, _ = conn.Write(garbage)
			conn.Close()
			say(bystander, "GET /?id=1 HTTP/1.1\r\nHost: x\r\n\r\n")
			if text, err := answer(answers); err != nil || text != `200 "hello"` {
				t.Fatalf("the bystander got %q, %v", text, err)
			}
		}
		bystander.Close()
	}, "--sleep=0s", "--log-format=off")
}

// 5,000 clients send a byte at a time. None is disconnected, because Uvicorn waits for a head as long
// as it takes; meanwhile other clients are answered, and in the end these are too.
func TestHeadsByteByByte(t *testing.T) {
	const clients = 5000
	forParsers(t, func(t *testing.T, p *process) {
		conns := make([]net.Conn, clients)
		for i := range conns {
			conns[i] = p.dial()
		}
		for _, conn := range conns {
			say(conn, "GET /?id=1 HTTP/1.1\r\nHo")
		}
		for _, c := range []byte("st: x\r\n\r\n") {
			for _, conn := range conns {
				if _, err := conn.Write([]byte{c}); err != nil {
					t.Fatalf("cut off: %v", err)
				}
			}
			if text, err := p.get(t.Context(), "/?id=2"); err != nil || text != `200 "hello"` {
				t.Fatalf("somebody else got %q, %v", text, err)
			}
		}
		for _, conn := range conns {
			if text, err := answer(bufio.NewReader(conn)); err != nil || text != `200 "hello"` {
				t.Fatalf("a slow client got %q, %v", text, err)
			}
			conn.Close()
		}
	}, "--sleep=0s", "--log-format=off")
}

// A body of 100 MB that no handler reads waits in the kernel until the handler is done, and is then
// discarded. It uses no memory.
func TestBodiesNobodyReads(t *testing.T) {
	t.Parallel()
	const clients, size = 4, 100 << 20
	forParsers(t, func(t *testing.T, p *process) {
		before := p.residentBytes()
		var all sync.WaitGroup
		for range clients {
			conn := p.dial()
			all.Go(func() {
				say(conn, "GET /?id=1 HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n", size)
				if n, err := io.CopyN(conn, zeros{}, size); err != nil {
					t.Errorf("sent %d bytes of a body: %v", n, err)
				}
				if text, err := answer(bufio.NewReader(conn)); err != nil || text != `200 "hello"` {
					t.Errorf("got %q, %v", text, err)
				}
				conn.Close()
			})
		}
		all.Wait()
		if grown := p.mostResidentBytes() - before; grown > 16<<20 {
			t.Errorf("the process grew by %d bytes for %d bodies of %d", grown, clients, size)
		}
	}, "--sleep=200ms", "--log-format=off")
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

// 10,000 requests in one piece are answered one after the other.
func TestPipelineOfTenThousand(t *testing.T) {
	t.Parallel()
	const requests = 10_000
	forParsers(t, func(t *testing.T, p *process) {
		conn := p.dial()
		go func() {
			var text strings.Builder
			for i := range requests {
				fmt.Fprintf(&text, "GET /?id=%d HTTP/1.1\r\nHost: x\r\n\r\n", i)
			}
			say(conn, "%s", text.String())
		}()
		answers := bufio.NewReader(conn)
		for i := range requests {
			if text, err := answer(answers); err != nil || text != fmt.Sprintf(`200 "hello #%d"`, i) {
				t.Fatalf("answer %d: got %q, %v", i, text, err)
			}
		}
		conn.Close()
	}, "--mode=cooperative", "--sleep=0s", "--log-format=off")
}

// stages are what a client may have sent when it leaves. The server has one thread, which another
// request occupies.
var stages = []struct{ name, sent string }{
	{"nothing sent", ""},
	{"half a line", "GET /?id=1"},
	{"half a head", "GET /?id=1 HTTP/1.1\r\nHost: x\r\nA: "},
	{"half a body, in line", "GET /?id=1 HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc"},
	{"half a chunk, in line", "GET /?id=1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nabc"},
	{"in line", "GET /?id=1 HTTP/1.1\r\nHost: x\r\n\r\n"},
	{"in line, with more behind", strings.Repeat("GET /?id=1 HTTP/1.1\r\nHost: x\r\n\r\n", 3)},
	{"answered", "GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n"},
	{"refused", "garbage\r\n\r\n"},
	{"answers unread", strings.Repeat("GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n", 500)},
}

// departures are the ways to leave.
var departures = []struct {
	name string
	how  func(net.Conn)
}{
	{"reset", reset},
	{"close", func(c net.Conn) { c.Close() }},
	{"half-close", func(c net.Conn) { _ = c.(*net.TCPConn).CloseWrite() }},
}

// Clients leave in every way and at every stage, also while their request runs.
func TestDepartures(t *testing.T) {
	t.Parallel()
	forParsers(t, func(_ *testing.T, p *process) {
		p.command(http.MethodPost, "/hold") // until all are in the line
		worker := p.dial()
		say(worker, "GET /?id=w HTTP/1.1\r\nHost: x\r\n\r\n")
		p.until("the thread is taken", func() bool { return strings.Contains(p.stats(), `"borrowed":1`) })
		waiting := 0
		for _, stage := range stages {
			for _, departure := range departures {
				for range 5 {
					conn := p.dial()
					say(conn, "%s", stage.sent)
					defer departure.how(conn)
				}
				if strings.Contains(stage.name, "in line") {
					waiting += 5
				}
			}
		}
		p.until("the line stands", func() bool { return strings.Contains(p.stats(), fmt.Sprintf(`"waiting":%d`, waiting)) })
		p.command(http.MethodPost, "/release")
		reset(worker)
	}, "--limit=1", "--sleep=1ms", "--log-format=off")
}

// A client that has sent its request and left before it was accepted has no
// address in the log, as get_remote_addr finds none.
func TestClientThatLeftBeforeItWasAccepted(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ format, want string }{
		{"", `INFO:      - "GET /nowhere HTTP/1.1" 404 Not Found`},
		{"%(h)s %(r)s", `- GET /nowhere HTTP/1.1`},
	} {
		args := []string{"--mode=async-misuse", "--sleep=300ms"}
		if c.format != "" {
			args = append(args, "--access-log-format="+c.format)
		}
		p := start(t, args...)
		say(p.dial(), "GET /?id=1 HTTP/1.1\r\nHost: x\r\n\r\n")
		p.until("the loop is blocked", func() bool { return strings.Contains(p.stdout.String(), "processing") })
		gone := p.dial()
		say(gone, "GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n")
		reset(gone)
		p.until("it is logged", func() bool { return strings.Contains(p.stdout.String(), "/nowhere") })
		if got := p.stdout.String(); !strings.Contains("\n"+got, "\n"+c.want+"\n") {
			t.Errorf("got:\n%s\nwant the line %q", got, c.want)
		}
	}
}
