package scenarios

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/target-server/target-server/lab/driver"
	"github.com/target-server/target-server/lab/servers"
)

// http2Streams are all ways for a stream to end, in each state, each on a connection of its own and
// followed by a stop.
func http2Streams() []Scenario {
	shut := h2Frame(4, 0, 0, "\x00\x04"+h2Number(0))
	return []Scenario{
		streamsEnd("running", "running", 800*ms, asksForOne(settings)),
		streamsEnd("waiting", "answered and waits for its window,", 50*ms, asksForOne(shut)),
		streamsEnd("body-open", "waiting for its window, its request body unfinished,", 50*ms, func(c *Client) {
			c.SendMore(preface + shut + openRequest(1, "/?id=1"))
		}),
		streamsEnd("upgraded", "upgraded from HTTP/1.1 and waits for its window,", 50*ms, upgradesShut),
		http2StreamsStop(), http2StreamsConnection(),
	}
}

// openRequest is a request whose stream the client has not ended.
func openRequest(stream uint32, path string) string {
	return h2Frame(1, 0x4, stream, h2Block(":method", "GET", ":scheme", "http", ":authority", "lab", ":path", path))
}

func asksForOne(settings string) func(c *Client) {
	return func(c *Client) { c.SendMore(preface + settings + h2Request(1, "GET", "/?id=1")) }
}

func upgradesShut(c *Client) {
	shut := base64.URLEncoding.EncodeToString([]byte("\x00\x04" + h2Number(0)))
	c.Send("GET /?id=1 HTTP/1.1\r\nHost: lab\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: " + shut + "\r\n\r\n")
	c.stage.Pause(20 * ms)
	c.SendMore(preface + settings)
}

// streamEnding is a way for a stream to end: its steps are 200 ms apart.
type streamEnding struct {
	name  string
	steps []func(c *Client)
}

func sends(raw string) func(c *Client) { return func(c *Client) { c.SendMore(raw) } }

// streamEndings are the ways in which stream 1 can end.
func streamEndings() []streamEnding {
	reset, opens := sends(h2Frame(3, 0, 1, h2Number(8))), sends(h2Frame(4, 0, 0, "\x00\x04"+h2Number(100)))
	more := func(stream, n uint32) func(c *Client) { return sends(h2Frame(8, 0, stream, h2Number(n))) }
	goAway := sends(h2Frame(7, 0, 0, h2Number(0)+h2Number(0)))
	next := sends(h2Request(3, "HEAD", "/nowhere"))
	all := func(steps ...func(c *Client)) []func(c *Client) { return steps }
	return []streamEnding{
		{"nothing", nil},
		{"its window opens", all(more(1, 100))},
		{"settings open its window", all(opens)},
		{"reset", all(reset)},
		{"reset, then the connection's window", all(reset, more(0, 100))},
		{"reset, then its window", all(reset, more(1, 100))},
		{"reset, then settings that open it", all(reset, opens)},
		{"reset, then the next", all(reset, next)},
		{"reset, then the next and the connection's window", all(reset, next, more(0, 100))},
		{"reset, then FIN", all(reset, (*Client).HalfClose)},
		{"reset, then goaway", all(reset, goAway)},
		{"FIN", all((*Client).HalfClose)},
		{"RST", all((*Client).Reset)},
		{"goaway", all(goAway)},
		{"an error of the connection", all(more(0, 0))},
		{"a window too large", all(more(0, 1<<31-1))},
		{"data", all(sends(h2Frame(0, 0, 1, "abc")))},
		{"twelve times data", all(sends(strings.Repeat(h2Frame(0, 0, 1, "abc"), 12)))},
		{"its head again", all(sends(h2Request(1, "GET", "/?id=1")))},
	}
}

// streamsEnd brings a stream into one state, once for each way to end.
func streamsEnd(name, state string, work time.Duration, reach func(c *Client)) Scenario {
	return Scenario{
		Name:   "http2-streams-" + name,
		About:  "A stream that is " + state + " and ends in every possible way: what does its client see, what is logged, and does the stop wait for it?",
		Server: servers.Config{Mode: threadpool, Sleep: work, KeepAlive: time.Second, GracefulTimeout: time.Second},
		Alone:  true,
		Play: func(s *Stage) {
			endings := streamEndings()
			clients := s.ConnectAll(len(endings))
			for _, c := range clients {
				reach(c)
			}
			s.AwaitStarts(len(clients), patience)
			s.Pause(200 * ms)
			s.Mark()
			for step := range 3 {
				for i, e := range endings {
					if step < len(e.steps) {
						e.steps[step](clients[i])
					}
				}
				s.Pause(200 * ms)
			}
			s.Until(2600 * ms)
			for i, e := range endings {
				s.Exact(e.name, clients[i].since(0))
				s.Near(e.name+": ended at", 400*ms, clients[i].EndedAt())
				s.Lines(e.name+": access lines", clients[i].Logged())
			}
			s.stopStreams(clients, func(i int) string { return endings[i].name })
		},
	}
}

// stopStreams stops the server, and states what then came on the connections.
func (s *Stage) stopStreams(clients []*Client, name func(i int) string) {
	before := make([]int, len(clients))
	for i, c := range clients {
		before[i] = len(c.frameLines())
	}
	s.Signal(syscall.SIGTERM)
	exit, after := s.AwaitExit(patience)
	s.Exact("exit", exit)
	s.Near("exit after", 600*ms, after)
	for i, c := range clients {
		s.Exact(name(i)+", after the stop", c.since(before[i]))
	}
}

// frameLines are all frames that came, after the head of an upgrade if there was one.
func (c *Client) frameLines() []string {
	stream := driver.Stream(c.conn.Events())
	if head, rest, ok := bytes.Cut(stream, []byte("\r\n\r\n")); ok && bytes.HasPrefix(head, []byte("HTTP/1.1 101 ")) {
		stream = rest
	}
	return driver.Frames(stream)
}

// since are the frames that came after the first n, and the state of the connection.
func (c *Client) since(n int) string {
	return strings.Join(append(c.frameLines()[n:], "-- "+c.Ending()), "\n")
}

// http2StreamsStop stops a server in the middle of streams.
func http2StreamsStop() Scenario {
	shut := func(n uint32) string { return h2Frame(4, 0, 0, "\x00\x04"+h2Number(n)) }
	return Scenario{
		Name:   "http2-streams-stop",
		About:  "SIGTERM while answers wait for the window: unsent or partly sent, reset or not, and twenty on one connection: what do their clients see, and when has the process ended?",
		Server: servers.Config{Mode: threadpool, Sleep: 50 * ms, GracefulTimeout: time.Second},
		Core:   true,
		Play: func(s *Stage) {
			clients := s.ConnectAll(5)
			var twenty, resets strings.Builder
			for i := range uint32(20) {
				twenty.WriteString(h2Request(2*i+1, "GET", "/?id=1"))
				resets.WriteString(h2Frame(3, 0, 2*i+1, h2Number(8)))
			}
			asksForOne(shut(0))(clients[0])
			asksForOne(shut(3))(clients[1])
			asksForOne(shut(0))(clients[2])
			clients[3].SendMore(preface + shut(0) + twenty.String())
			clients[4].SendMore(preface + shut(0) + twenty.String())
			s.AwaitStarts(43, patience)
			s.Pause(300 * ms)
			clients[2].SendMore(h2Frame(3, 0, 1, h2Number(8)))
			clients[3].SendMore(resets.String())
			s.Pause(200 * ms)
			s.stopStreams(clients, func(i int) string {
				return []string{"waiting", "in the middle", "reset", "twenty, reset", "twenty"}[i]
			})
			s.Exact("access lines", s.Logged(`"GET `))
		},
	}
}

// exhaust requests pages, one after the other, until one of them uses up the connection's window. No
// request is ended by the client: with the older server, that ends the connection if the answer is
// faster. Each stream is reset, so that there are not too many.
func (c *Client) exhaust() {
	const window = 65535
	c.SendMore(preface + settings)
	for stream, whole := uint32(1), true; whole; stream += 2 {
		c.SendMore(openRequest(stream, "/docs"))
		c.conn.Await(patience, func([]driver.Event) bool {
			var sum int
			sum, whole = bodyBytes(driver.Stream(c.conn.Events()), stream)
			return whole || sum == window
		})
		if whole {
			c.SendMore(h2Frame(3, 0, stream, h2Number(8)))
		}
	}
}

// bodyBytes returns the number of body bytes in frames, and whether the body of a stream is complete.
func bodyBytes(frames []byte, stream uint32) (sum int, whole bool) {
	const head = 9
	for len(frames) >= head {
		n := int(binary.BigEndian.Uint32(frames) >> 8)
		if kind, flags, id := frames[3], frames[4], binary.BigEndian.Uint32(frames[5:]); kind == 0 {
			sum += n
			whole = whole || id == stream && flags == 1
		}
		frames = frames[min(len(frames), head+n):]
	}
	return sum, whole
}

// http2StreamsConnection uses up the window of a connection.
func http2StreamsConnection() Scenario {
	return Scenario{
		Name:   "http2-streams-connection-window",
		About:  "Pages are requested until the connection's window is used up: what ends the stream that waits?",
		Server: servers.Config{Mode: threadpool, Sleep: 50 * ms, KeepAlive: time.Minute, GracefulTimeout: time.Second},
		Play: func(s *Stage) {
			endings := []streamEnding{
				{"nothing", nil},
				{"reset", []func(c *Client){sends(h2Frame(3, 0, 199, h2Number(8)))}},
				{"reset, then the window", []func(c *Client){sends(h2Frame(3, 0, 199, h2Number(8))), sends(h2Frame(8, 0, 0, h2Number(1<<20)))}},
				{"the window", []func(c *Client){sends(h2Frame(8, 0, 0, h2Number(1<<20)))}},
				{"FIN", []func(c *Client){(*Client).HalfClose}},
			}
			var clients []*Client
			for range endings {
				c := s.Connect()
				c.exhaust()
				c.SendMore(h2Request(199, "GET", "/?id=1"))
				clients = append(clients, c)
			}
			s.AwaitStarts(len(clients), patience)
			s.Pause(200 * ms)
			for step := range 2 {
				for i, e := range endings {
					if step < len(e.steps) {
						e.steps[step](clients[i])
					}
				}
				s.Pause(200 * ms)
			}
			s.Pause(300 * ms)
			for i, e := range endings {
				s.Lines(e.name+", of the stream that waits", slices.DeleteFunc(clients[i].frameLines(), func(line string) bool {
					return !strings.Contains(line, "stream 199 ")
				}))
				s.Exact(e.name+", the connection", clients[i].Ending())
				s.Lines(e.name+": access lines of the stream that waits", slices.DeleteFunc(clients[i].Logged(), func(line string) bool {
					return !strings.Contains(line, `"GET / `)
				}))
			}
			s.stopStreams(clients, func(i int) string { return endings[i].name })
		},
	}
}
