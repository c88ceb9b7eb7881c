package scenarios

import (
	"encoding/binary"
	"strings"

	"github.com/target-server/target-server/lab/driver"
)

// plainHead are the fields of a request for no route.
func plainHead() []string {
	return []string{":method", "GET", ":scheme", "http", ":authority", "lab", ":path", "/nowhere"}
}

// http2Headers are heads that the versions of h2 judge differently.
func http2Headers() Scenario {
	ask := func(name string, more ...string) probe {
		return probe{name, settings + h2Frame(1, 0x5, 1, h2Block(append(plainHead(), more...)...))}
	}
	return Scenario{
		Name:   "http2-headers",
		About:  "Characters in names and values, lengths as Python reads numbers, CONNECT, and requests that cannot be decoded.",
		Server: quick(),
		Play: func(s *Stage) {
			s.probeFrames([]probe{
				ask("line feed in a value", "x", "a\nb"), ask("NUL in a value", "x", "a\x00b"), ask("vertical tab before a value", "x", "\va"),
				ask("form feed after a value", "x", "a\f"), ask("tab after a value", "x", "a\t"), ask("colon in a name", "x:y", "b"),
				ask("DEL in a name", "x\x7f", "b"), ask("space in a name", "x y", "b"), ask("a name beyond ASCII", "\xe4", "b"),
				ask("a value beyond ASCII", "x", "\x85a"), ask("empty value", "x", ""), ask("two hosts", "host", "lab", "host", "lab"),
				ask("length with a sign", "content-length", "+0"), ask("length with an underscore", "content-length", "1_0"),
				ask("length below zero", "content-length", "-1"), ask("empty length", "content-length", ""),
				ask("two lengths", "content-length", "1", "content-length", "2"), ask("the same length twice", "content-length", "1", "content-length", "1"),
				ask("protocol without CONNECT", ":protocol", "websocket"), ask("te in capitals", "te", "Trailers"),
				{"CONNECT without a path", settings + h2Frame(1, 0x5, 1, h2Block(":method", "CONNECT", ":authority", "lab"))},
				{"CONNECT with a scheme alone", settings + h2Frame(1, 0x5, 1, h2Block(":method", "CONNECT", ":scheme", "http", ":authority", "lab"))},
				{"a path beyond ASCII", settings + h2Request(1, "GET", "/\xe4")},
				{"a method beyond ASCII", settings + h2Request(1, "G\xe4T", "/nowhere")},
			})
		},
	}
}

// http2Frames are frames for streams in every state, wrong lengths, and paddings.
func http2Frames() Scenario {
	get := h2Request(1, "GET", "/?id=1")
	late := h2Request(3, "GET", "/nowhere")
	open := openRequest(1, "/?id=1")
	weight := func(on uint32) string { return h2Number(on) + "\x0f" }
	weighty := func(stream, on uint32) string {
		return h2Frame(1, 0x25, stream, weight(on)+h2Block(plainHead()...))
	}
	return Scenario{
		Name:   "http2-frames",
		About:  "Frames for a stream whose client has ended it while its handler works, for streams that never were, and frames that are cut or padded.",
		Server: quick(),
		Play: func(s *Stage) {
			s.probeFrames([]probe{
				{"data on a half-closed stream", settings + get + h2Frame(0, 0, 1, "abc") + late},
				{"a second head on a half-closed stream", settings + get + get + late},
				{"trailers on a half-closed stream", settings + get + h2Frame(1, 0x5, 1, h2Block("x", "y")) + late},
				{"a head that depends on itself", settings + weighty(1, 1)},
				{"a second head that depends on itself", settings + get + weighty(3, 3)},
				{"trailers that depend on themselves", settings + open + h2Frame(1, 0x25, 1, weight(1)+h2Block("x", "y"))},
				{"trailers instead of a body", settings + h2Frame(1, 0x4, 1, h2Block(append(plainHead(), "content-length", "6")...)) + h2Frame(1, 0x5, 1, h2Block("x", "y"))},
				{"trailers with a wrong length", settings + open + h2Frame(1, 0x5, 1, h2Block("content-length", "x"))},
				{"reset of a stream to come", settings + get + h2Frame(3, 0, 99, h2Number(8)) + late},
				{"reset of one of the server's", settings + get + h2Frame(3, 0, 2, h2Number(8)) + late},
				{"data on one of the server's", settings + get + h2Frame(0, 0, 2, "abc")},
				{"window of one of the server's", settings + h2Request(5, "GET", "/nowhere") + h2Frame(8, 0, 2, h2Number(8))},
				{"continuation of a reset stream", settings + get + h2Frame(3, 0, 1, h2Number(8)) + late + h2Frame(9, 4, 1, "")},
				{"promise without its end", settings + h2Frame(5, 0, 1, h2Number(2)+"abc")},
				{"promise that is cut", settings + h2Frame(5, 4, 1, "\x00\x00")},
				{"padding without a length", settings + open + h2Frame(0, 0x8, 1, "")},
				{"alternative service that is cut", settings + h2Frame(0xa, 0, 0, "\x00\x01")},
				{"alternative service, then a reset", settings + h2Frame(0xa, 0, 0, "\x00\x01ab") + h2Frame(3, 0, 1, h2Number(8))},
				{"the head of a frame on the wrong stream", settings + h2Frame(4, 0, 1, "abcdef")[:9]},
				{"an unknown frame after a goaway", settings + h2Frame(7, 0, 0, h2Number(0)+h2Number(0)) + h2Frame(0x77, 0, 0, "abc")},
			})
		},
	}
}

// http2Many sends more requests on one connection than Hypercorn's keep_alive_max_requests allows.
func http2Many() Scenario {
	return Scenario{
		Name:   "http2-many",
		About:  "A thousand and three requests on one connection, one after the other: how many are answered, and what ends it?",
		Server: quick(),
		Play: func(s *Stage) {
			c := s.Connect()
			c.SendMore(preface + settings)
			answered := 0
			for i := range uint32(1003) {
				c.SendMore(h2Request(2*i+1, "GET", "/nowhere"))
				whole := false
				c.conn.Await(patience, func(es []driver.Event) bool {
					whole = endsWith(driver.Stream(es), 2*i+1)
					return whole
				})
				if !whole {
					break
				}
				answered++
			}
			c.Settle()
			s.Exact("answered", answered)
			s.Exact("the connection", c.Ending())
		},
	}
}

// endsWith reports whether the last bytes that came contain the empty frame that ends a stream.
func endsWith(stream []byte, id uint32) bool {
	const recent = 100
	end := binary.BigEndian.AppendUint32([]byte{0, 0, 0, 0, 1}, id)
	return strings.Contains(string(stream[max(0, len(stream)-recent):]), string(end))
}
