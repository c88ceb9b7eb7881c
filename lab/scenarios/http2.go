package scenarios

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"syscall"
	"time"

	"golang.org/x/net/http2/hpack"

	"github.com/target-server/target-server/lab/driver"
	"github.com/target-server/target-server/lab/facts"
	"github.com/target-server/target-server/lab/servers"
)

// http2Topics are the scenarios for HTTP/2 on Hypercorn.
func http2Topics() []Topic {
	return []Topic{
		{"HTTP/2 in clear text", []Scenario{
			http2Answers(), http2Wrong(), http2Bodies(), http2Upgrade(), http2Pool(), http2Resets(), http2Idle(), http2Stop(), http2StopInTime(),
			http2Unread(), http2Headers(), http2Frames(), http2Many(),
		}},
		{"ends of streams", http2Streams()},
	}
}

const (
	preface  = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
	settings = "\x00\x00\x00\x04\x00\x00\x00\x00\x00"
)

// h2Frame is one frame as a client sends it.
func h2Frame(kind, flags byte, stream uint32, payload string) string {
	n := len(payload)
	head := []byte{byte(n >> 16), byte(n >> 8), byte(n), kind, flags}
	return string(binary.BigEndian.AppendUint32(head, stream)) + payload
}

// h2Block is a header block of name and value pairs.
func h2Block(lines ...string) string {
	var b bytes.Buffer
	e := hpack.NewEncoder(&b)
	e.SetMaxDynamicTableSize(0) // no block depends on an earlier one
	for i := 0; i < len(lines); i += 2 {
		_ = e.WriteField(hpack.HeaderField{Name: lines[i], Value: lines[i+1]}) // writes to memory cannot fail
	}
	return b.String()
}

// h2Request is a complete request without a body.
func h2Request(stream uint32, method, path string, more ...string) string {
	lines := append([]string{":method", method, ":scheme", "http", ":authority", "lab", ":path", path}, more...)
	return h2Frame(1, 0x5, stream, h2Block(lines...))
}

func h2Number(n uint32) string { return string(binary.BigEndian.AppendUint32(nil, n)) }

// frames shows every frame that came, and the state of the connection.
func (c *Client) frames() string {
	if c.conn == nil {
		return "never connected"
	}
	return strings.Join(append(driver.Frames(driver.Stream(c.conn.Events())), "-- "+c.Ending()), "\n")
}

// probeFrames sends each on a connection of its own, after a preface.
func (s *Stage) probeFrames(probes []probe) {
	for group := range slices.Chunk(probes, probesAtOnce) {
		clients := make([]*Client, len(group))
		for i, p := range group {
			clients[i] = s.Connect()
			clients[i].SendMore(preface + p.raw)
			s.Pause(5 * ms)
		}
		for i, c := range clients {
			c.Settle()
			s.Exact(group[i].name, c.frames())
			c.Leave()
		}
	}
}

func http2Answers() Scenario {
	ask := func(name, method, path string, more ...string) probe {
		return probe{name, settings + h2Request(1, method, path, more...)}
	}
	return Scenario{
		Name:   "http2-answers",
		About:  "Prior knowledge: the settings, and the plain answers with the encoding of their heads.",
		Server: quick(),
		Core:   true,
		Play: func(s *Stage) {
			s.probeFrames([]probe{
				{"nothing but settings", settings},
				{"without settings", h2Request(1, "GET", "/nowhere")},
				ask("greeting", "GET", "/?id=1"), ask("404", "GET", "/nowhere"), ask("405", "POST", "/"), ask("422", "GET", "/"),
				ask("redirect", "GET", "/docs/"), ask("HEAD", "HEAD", "/nowhere"), ask("lower case", "get", "/nowhere"),
				ask("a host beside the authority", "GET", "/docs/", "host", "lab"), ask("documents", "GET", "/docs"),
				{"two in one read", settings + h2Request(1, "GET", "/nowhere") + h2Request(3, "GET", "/elsewhere")},
				{"ping", settings + h2Frame(6, 0, 0, "12345678")},
				{"a frame of no known type", settings + h2Frame(0x77, 0, 0, "abc")},
				{"a head in two frames", settings + func() string {
					b := h2Block(":method", "GET", ":scheme", "http", ":authority", "lab", ":path", "/nowhere")
					return h2Frame(1, 1, 1, b[:5]) + h2Frame(9, 4, 1, b[5:])
				}()},
				{"priority before the head", settings + h2Frame(2, 0, 1, "\x00\x00\x00\x00\x0f") + h2Request(1, "GET", "/nowhere")},
				{"a small window", h2Frame(4, 0, 0, "\x00\x04"+h2Number(10)) + h2Request(1, "GET", "/nowhere")},
				{"a small window that opens", h2Frame(4, 0, 0, "\x00\x04"+h2Number(10)) + h2Request(1, "GET", "/nowhere") + h2Frame(8, 0, 1, h2Number(100))},
			})
		},
	}
}

func http2Wrong() Scenario {
	head := func(lines ...string) string { return settings + h2Frame(1, 0x5, 1, h2Block(lines...)) }
	plain := []string{":method", "GET", ":scheme", "http", ":authority", "lab", ":path", "/nowhere"}
	with := func(name, value string) string { return head(append(slices.Clone(plain), name, value)...) }
	return Scenario{
		Name:   "http2-wrong",
		About:  "Frames and heads that HTTP/2 forbids: with which error code does the connection end?",
		Server: quick(),
		Core:   true,
		Play: func(s *Stage) {
			s.probeFrames([]probe{
				{"even stream", settings + h2Request(2, "GET", "/nowhere")},
				{"stream number goes back", settings + h2Request(5, "GET", "/nowhere") + h2Request(3, "GET", "/nowhere")},
				{"data for no stream", settings + h2Frame(0, 0, 1, "abc")},
				{"headers on stream 0", settings + h2Frame(1, 5, 0, "")},
				{"window of 0", settings + h2Frame(8, 0, 0, h2Number(0))},
				{"window too large", settings + h2Frame(8, 0, 0, h2Number(1<<31-1))},
				{"promise", settings + h2Frame(5, 4, 1, h2Number(2))},
				{"settings of 5 bytes", settings + h2Frame(4, 0, 0, "\x00\x01\x00\x00\x00")},
				{"settings acknowledged with more", settings + h2Frame(4, 1, 0, "\x00\x01\x00\x00\x00\x01")},
				{"settings: push of 2", h2Frame(4, 0, 0, "\x00\x02"+h2Number(2))},
				{"settings: frames too small", h2Frame(4, 0, 0, "\x00\x05"+h2Number(100))},
				{"settings: window too large", h2Frame(4, 0, 0, "\x00\x04"+h2Number(1<<31))},
				{"frame too large", settings + h2Frame(0, 0, 1, strings.Repeat("a", 1<<14+1))},
				{"ping of 7 bytes", settings + h2Frame(6, 0, 0, "1234567")},
				{"reset of no stream", settings + h2Frame(3, 0, 1, h2Number(8))},
				{"reset of 3 bytes", settings + h2Frame(3, 0, 1, "abc")},
				{"continuation of nothing", settings + h2Frame(9, 4, 1, "")},
				{"stream that depends on itself", settings + h2Frame(2, 0, 1, h2Number(1)+"\x0f")},
				{"block that cannot be read", settings + h2Frame(1, 5, 1, "\xff\xff\xff\xff\xff\xff")},
				{"no path", head(":method", "GET", ":scheme", "http", ":authority", "lab")},
				{"no authority", head(":method", "GET", ":scheme", "http", ":path", "/nowhere")},
				{"no scheme", head(":method", "GET", ":authority", "lab", ":path", "/nowhere")},
				{"two paths", head(append(slices.Clone(plain), ":path", "/")...)},
				{"pseudo field behind others", head(":method", "GET", "x", "y", ":scheme", "http", ":authority", "lab", ":path", "/nowhere")},
				{"unknown pseudo field", head(append([]string{":odd", "1"}, plain...)...)},
				{"upper case", with("Foo", "x")},
				{"connection", with("connection", "close")},
				{"te", with("te", "gzip")},
				{"te trailers", with("te", "trailers")},
				{"white space around", with("foo", " x ")},
				{"another host", with("host", "other")},
				{"content length of a request without body", with("content-length", "9")},
				{"content length that is none", with("content-length", "x")},
				{"after the goaway of the client", settings + h2Frame(7, 0, 0, h2Number(0)+h2Number(0)) + h2Request(1, "GET", "/nowhere")},
				{"HTTP/1.1 instead of frames", settings + "GET / HTTP/1.1\r\n\r\n"},
			})
			c := s.Connect()
			c.SendMore("PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n" + settings)
			c.Settle()
			s.Exact("the rest of the preface is wrong", c.frames())
		},
	}
}

func http2Bodies() Scenario {
	post := func(more ...string) string {
		return settings + h2Frame(1, 0x4, 1, h2Block(append([]string{":method", "POST", ":scheme", "http", ":authority", "lab", ":path", "/nowhere"}, more...)...))
	}
	return Scenario{
		Name:   "http2-bodies",
		About:  "Bodies that no handler reads: lengths that match and that do not, and the windows they use up.",
		Server: quick(),
		Play: func(s *Stage) {
			s.probeFrames([]probe{
				{"a body", post() + h2Frame(0, 1, 1, "abc")},
				{"its length said", post("content-length", "3") + h2Frame(0, 1, 1, "abc")},
				{"shorter than said", post("content-length", "9") + h2Frame(0, 1, 1, "abc")},
				{"longer than said", post("content-length", "2") + h2Frame(0, 1, 1, "abc")},
				{"padded", post() + h2Frame(0, 9, 1, "\x02abc\x00\x00")},
				{"padded with more than there is", post() + h2Frame(0, 9, 1, "\x20abc")},
				{"trailers", post() + h2Frame(0, 0, 1, "abc") + h2Frame(1, 5, 1, h2Block("x", "y"))},
				{"a large one", post() + strings.Repeat(h2Frame(0, 0, 1, strings.Repeat("a", 16384)), 3) + h2Frame(0, 1, 1, "")},
			})
		},
	}
}

func http2Upgrade() Scenario {
	upgrade := func(path, more string) string {
		return "GET " + path + " HTTP/1.1\r\nHost: lab\r\n" + more + "\r\n"
	}
	return Scenario{
		Name:   "http2-upgrade",
		About:  "Upgrade: h2c, with and without the required headers: is it accepted, and what follows?",
		Server: quick(),
		Core:   true,
		Play: func(s *Stage) {
			for _, p := range []probe{
				{"as it should be", upgrade("/nowhere", "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: \r\n")},
				{"to the handler", upgrade("/?id=1", "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: \r\n")},
				{"without settings", upgrade("/nowhere", "Connection: Upgrade\r\nUpgrade: h2c\r\n")},
				{"settings that are no base 64", upgrade("/nowhere", "Upgrade: h2c\r\nHTTP2-Settings: !A!A!M=A=AABk!\r\n")},
				{"settings of five digits", upgrade("/nowhere", "Upgrade: h2c\r\nHTTP2-Settings: AAMAA\r\n")},
				{"settings that end early", upgrade("/nowhere", "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABk==AAAA\r\n")},
				{"settings that are not padded", upgrade("/nowhere", "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAA\r\n")},
				{"settings of three bytes", upgrade("/nowhere", "Upgrade: h2c\r\nHTTP2-Settings: AAAA\r\n")},
				{"settings with a wrong value", upgrade("/nowhere", "Upgrade: h2c\r\nHTTP2-Settings: AAIAAAAC\r\n")},
				{"settings beyond ASCII", upgrade("/nowhere", "Upgrade: h2c\r\nHTTP2-Settings: \xe4\xff\r\n")},
				{"with the header alone", upgrade("/nowhere", "Upgrade: H2C\r\n")},
				{"with a body", strings.Replace(upgrade("/nowhere", "Connection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 3\r\n"), "GET", "POST", 1) + "abc"},
			} {
				c := s.Connect()
				c.Send(p.raw)
				c.Settle()
				stream := driver.Stream(c.conn.Events())
				head, _, _ := bytes.Cut(stream, []byte("\r\n\r\n"))
				if !bytes.Contains(head, []byte(" 101 ")) {
					s.Exact(p.name, c.Wire())
					continue
				}
				c.SendMore(preface + settings)
				c.Settle()
				c.SendMore(h2Request(3, "GET", "/elsewhere"))
				c.Settle()
				s.Exact(p.name+", head", facts.Wire(head))
				rest := driver.Stream(c.conn.Events())[len(head)+len("\r\n\r\n"):]
				s.Lines(p.name+", frames", driver.Frames(rest))
				c.Leave()
			}
		},
	}
}

// http2Pool is the question: fifty streams of one connection.
func http2Pool() Scenario {
	return Scenario{
		Name:   "http2-pool",
		About:  "Fifty streams on one connection share the pool of 40: when is each answered?",
		Server: servers.Config{Mode: threadpool, Sleep: time.Second},
		Core:   true,
		Play: func(s *Stage) {
			c := s.Connect()
			var b strings.Builder
			b.WriteString(preface + settings)
			for i := range uint32(50) {
				b.WriteString(h2Request(2*i+1, "GET", fmt.Sprintf("/?id=%d", i+1)))
			}
			s.Mark()
			c.SendMore(b.String())
			s.AwaitStarts(40, patience)
			s.Pause(200 * ms)
			s.Exact("started before anybody was done", len(s.Starts()))
			answers := func(es []driver.Event) int {
				return strings.Count(strings.Join(driver.Frames(driver.Stream(es)), "\n"), ":status: 200")
			}
			c.conn.Await(patience, func(es []driver.Event) bool { return answers(es) >= 40 })
			s.Near("40 answered", 600*ms, s.Since(s.venue.Now()))
			s.Pause(500 * ms)
			s.Exact("answered by 1.5 s", answers(c.conn.Events()))
			c.conn.Await(patience, func(es []driver.Event) bool { return answers(es) >= 50 })
			s.Near("50 answered", 600*ms, s.Since(s.venue.Now()))
			many := s.Connect()
			b.WriteString(h2Request(101, "GET", "/nowhere"))
			for i := range uint32(50) {
				b.WriteString(h2Request(2*i+103, "GET", "/nowhere"))
			}
			many.SendMore(b.String())
			many.Settle()
			s.Exact("a hundred and one streams", many.frames())
		},
	}
}

func http2Resets() Scenario {
	return Scenario{
		Name:   "http2-resets",
		About:  "A client cancels a stream: does its handler still run to the end, and what is logged?",
		Server: servers.Config{Mode: threadpool, Limit: 1, Sleep: 500 * ms},
		Play: func(s *Stage) {
			c := s.Connect()
			c.SendMore(preface + settings + h2Request(1, "GET", "/?id=1"))
			s.AwaitStarts(1, patience)
			c.SendMore(h2Frame(3, 0, 1, h2Number(8)) + h2Request(3, "GET", "/?id=2"))
			s.AwaitStarts(2, patience)
			s.Pause(time.Second)
			s.Exact("frames", c.frames())
			s.Order("starts", 0, s.Starts())
			s.Lines("access lines", c.Logged())
			late := s.Connect()
			late.SendMore(preface + settings + h2Request(1, "GET", "/nowhere"))
			late.Settle()
			late.SendMore(h2Frame(3, 0, 1, h2Number(8)) + h2Frame(8, 0, 1, h2Number(8)))
			late.Settle()
			late.SendMore(h2Request(3, "GET", "/elsewhere"))
			late.Settle()
			s.Exact("after its end", late.frames())
			again := s.Connect()
			again.SendMore(preface + settings + h2Request(1, "GET", "/nowhere"))
			again.Settle()
			again.SendMore(h2Request(1, "GET", "/nowhere"))
			again.Settle()
			s.Exact("the same stream again", again.frames())
		},
	}
}

func http2Idle() Scenario {
	return Scenario{
		Name:   "http2-idle",
		About:  "How long does a connection stay open that has sent no request, has been answered, or has an open stream?",
		Server: servers.Config{Mode: threadpool, Sleep: 2500 * ms, KeepAlive: time.Second},
		Play: func(s *Stage) {
			s.Mark()
			nothing, answered, working := s.Connect(), s.Connect(), s.Connect()
			nothing.SendMore(preface + settings)
			answered.SendMore(preface + settings + h2Request(1, "GET", "/nowhere"))
			working.SendMore(preface + settings + h2Request(1, "GET", "/?id=1") + h2Request(3, "GET", "/nowhere"))
			s.Until(4500 * ms)
			for i, c := range []*Client{nothing, answered, working} {
				name := []string{"with settings alone", "answered", "in work"}[i]
				s.Exact(name, c.frames())
				s.Near(name+", ended at", 300*ms, c.EndedAt())
			}
		},
	}
}

func http2Stop() Scenario {
	return Scenario{
		Name:   "http2-stop",
		About:  "SIGTERM while a stream's request runs: is it answered, is a new stream accepted, what ends the connection?",
		Server: servers.Config{Mode: threadpool, Sleep: 1500 * ms},
		Parent: true,
		Play: func(s *Stage) {
			c := s.Connect()
			c.SendMore(preface + settings + h2Request(1, "GET", "/?id=1"))
			s.AwaitStarts(1, patience)
			s.Signal(syscall.SIGTERM)
			s.Pause(300 * ms)
			c.SendMore(h2Request(3, "GET", "/nowhere"))
			how, after := s.AwaitExit(patience)
			s.Exact("frames", c.frames())
			s.Exact("exit", how)
			s.Near("exit after", time.Second, after)
		},
	}
}

func http2StopInTime() Scenario {
	return Scenario{
		Name:   "http2-stop-in-time",
		About:  "A stream is not finished when the graceful timeout expires: what does its client get?",
		Server: servers.Config{Mode: threadpool, Limit: 1, Sleep: 2500 * ms, GracefulTimeout: time.Second},
		Parent: true,
		Play: func(s *Stage) {
			c := s.Connect()
			c.SendMore(preface + settings + h2Request(1, "GET", "/?id=1"))
			s.AwaitStarts(1, patience)
			s.Signal(syscall.SIGTERM)
			how, after := s.AwaitExit(patience)
			s.Exact("frames", c.frames())
			s.Exact("exit", how)
			s.Near("exit after", 1500*ms, after)
			s.Order("starts", 0, s.Starts())
		},
	}
}
