package probe

import (
	"bytes"
	"io"
	"net"
	"strings"
	"time"
)

// hostile is a server that does no client good.
type hostile struct {
	name string
	talk func(io.ReadWriter) // with one connection, which is then closed; ends when writing fails
	want string              // in the verdict
	kind string
}

const (
	okHead  = "HTTP/1.1 200 OK\r\n"
	chunked = okHead + "Transfer-Encoding: chunked\r\n\r\n"
)

// hear waits for a request.
func hear(c io.Reader) bool {
	var head []byte
	piece := make([]byte, 512)
	for !bytes.HasSuffix(head, []byte("\r\n\r\n")) {
		n, err := c.Read(piece)
		if err != nil {
			return false
		}
		head = append(head, piece[:n]...)
	}
	return true
}

// endless answers with a beginning and then the same for ever, as fast as it can.
func endless(begin, same string) func(io.ReadWriter) {
	piece := []byte(strings.Repeat(same, 1+(64<<10)/len(same)))
	return func(c io.ReadWriter) {
		if hear(c) {
			_, err := io.WriteString(c, begin)
			for err == nil {
				_, err = c.Write(piece)
			}
		}
	}
}

// trickle answers with a beginning at once and the rest, again and again, a byte a second.
func trickle(begin, rest string) func(io.ReadWriter) {
	return func(c io.ReadWriter) {
		if !hear(c) {
			return
		}
		_, err := io.WriteString(c, begin)
		for i := 0; err == nil; i++ {
			_, err = io.WriteString(c, rest[i%len(rest):][:1])
			time.Sleep(time.Second)
		}
	}
}

// obliging is no hostile server: it answers each request after a time.
func obliging(after time.Duration) func(io.ReadWriter) {
	return func(c io.ReadWriter) {
		for hear(c) {
			time.Sleep(after)
			_, _ = io.WriteString(c, okHead+"Content-Length: 0\r\n\r\n")
		}
	}
}

// says answers with some bytes and closes; stays, and keeps the connection.
func says(text string) func(io.ReadWriter) {
	return func(c io.ReadWriter) {
		if hear(c) {
			_, _ = io.WriteString(c, text)
		}
	}
}

func stays(text string) func(io.ReadWriter) {
	return func(c io.ReadWriter) {
		says(text)(c)
		_, _ = io.Copy(io.Discard, c)
	}
}

// unheard sends without being asked.
func unheard(talk func(io.ReadWriter)) func(io.ReadWriter) {
	return func(c io.ReadWriter) {
		talk(struct {
			io.Reader
			io.Writer
		}{strings.NewReader("\r\n\r\n"), c})
	}
}

// hostiles are the servers that are known. Each costs less than 10 MiB of
// traffic a connection, or the 64 MiB of a body.
func hostiles() []hostile {
	const interim = "HTTP/1.1 100 Continue\r\n\r\n"
	const ok = okHead + "Content-Length: 2\r\n\r\nok"
	return []hostile{
		{"status line", endless("HTTP/1.1 200 ", "x"), "sends a line without an end in its head: 1 MiB", Endless},
		{"header line", endless(okHead+"a: ", "x"), "sends a line without an end in its head: 1 MiB", Endless},
		{"header lines", endless(okHead, "a: b\r\n"), "sends a head without an end: 1 MiB in", Endless},
		{"interim responses", endless("", interim), "sends interim responses without an end: 41", Endless},
		{"interim heads", endless("HTTP/1.1 100 Continue\r\n", "a: b\r\n"), "sends a head without an end: 1 MiB", Endless},
		{"body without a length", endless(okHead+"\r\n", "x"), "sends a body without an end: 64 MiB", Endless},
		{"chunks", endless(chunked, "4\r\nabcd\r\n"), "sends chunks without an end: 7 MiB", Endless},
		{"large chunks", endless(chunked, "10000\r\n"+strings.Repeat("x", 0x10000)+"\r\n"), "sends chunks without an end: 64 MiB", Endless},
		{"chunk extension", endless(chunked+"4;", "x"), "sends a line without an end in its chunked body: 1 MiB", Endless},
		{"chunk size of zeros", endless(chunked, "0"), "sends a line without an end in its chunked body: 1 MiB", Endless},
		{"trailers", endless(chunked+"0\r\n", "a: b\r\n"), "sends trailers without an end: 1 MiB", Endless},
		{"trailer line", endless(chunked+"0\r\na: ", "x"), "sends a line without an end in its trailers: 1 MiB", Endless},
		{"noise", endless("", "\x00\x1b[2J\u009b"), `sends something that is not HTTP/1: "\x00\x1b[2J`, Malformed},
		{"empty lines", endless("", "\r\n"), "sends something that is not HTTP/1", Malformed},
		{"answers before asked", unheard(endless("", ok)), "answers before it is asked, with status 200", Unasked},
		{"answers after the answer", endless("", ok), "goes on sending after its answer", Unasked},

		{"huge length, body sent", endless(okHead+"Content-Length: 9223372036854775807\r\n\r\n", "x"), "announces a body of 9223372036854775807 bytes", Oversized},
		{"huge length, body awaited", stays(okHead + "Content-Length: 1152921504606846976\r\n\r\n"), "announces a body of 1152921504606846976 bytes", Oversized},
		{"huge chunk", stays(chunked + "7fffffffffffffff\r\n"), "announces a chunk of 9223372036854775807 bytes", Oversized},
		{"negative length", stays(okHead + "Content-Length: -5\r\n\r\nhello"), `sends a Content-Length that is not one: "-5"`, Malformed},
		{"overflowing length", stays(okHead + "Content-Length: 18446744073709551621\r\n\r\nhello"), "sends a Content-Length that is not one", Malformed},
		{"two lengths", stays(okHead + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello"), "sends two Content-Lengths: 5 and 6", Malformed},
		{"overflowing chunk", stays(chunked + "10000000000000005\r\nhello\r\n"), "sends a chunk size that is not one", Malformed},
		{"negative chunk", stays(chunked + "-5\r\nhello\r\n0\r\n\r\n"), `sends a chunk size that is not one: "-5"`, Malformed},
		{"escape in the status", stays("HTTP/1.1 200\x1b]0;owned\x07 OK\r\n\r\n"), `sends a status line without a status: "HTTP/1.1 200\x1b]0;owned\a OK"`, Malformed},
		{"escape before the status", stays("\x1b[31mHTTP/1.1 200 OK\r\n\r\n"), `is not HTTP/1: "\x1b[31m`, Malformed},
		{"another protocol", unheard(stays("SSH-2.0-OpenSSH_9.2\r\n")), `is not HTTP/1: "SSH-2.0-OpenSSH_9.2`, Malformed},

		{"trickled head", trickle(okHead, "a: b\r\n"), "does not finish its head: ", Unfinished},
		{"trickled header line", trickle(okHead+"a: ", "x"), "does not finish its head: ", Unfinished},
		{"trickled interim responses", trickle("HTTP/1.1 102 Processing\r\n\r\n", "HTTP/1.1 102 Processing\r\n\r\n"), "does not finish its ", Unfinished},
		{"trickled body", trickle(okHead+"\r\n", "x"), "does not finish its body: ", Unfinished},
		{"trickled body of a length", trickle(okHead+"Content-Length: 99999\r\n\r\n", "x"), "of 97 KiB came in ", Unfinished},
		{"trickled chunks", trickle(chunked, "1\r\nx\r\n"), "does not finish its chunked body: ", Unfinished},
		{"trickled chunk extension", trickle(chunked+"1;", "x"), "does not finish its chunked body: ", Unfinished},
		{"trickled trailers", trickle(chunked+"0\r\n", "a: b\r\n"), "does not finish its trailers: ", Unfinished},
		{"silence", stays(""), "does not answer in ", Silent},
		{"close", says(""), "closes the connection without an answer", Cut},
		{"close at once", func(io.ReadWriter) {}, "closes the connection without an answer", Cut},
		{"close in the head", says(okHead), "closes the connection in the middle of its head: 17 bytes came", Cut},
		{"close in the body", says(okHead + "Content-Length: 9\r\n\r\nhello"), "closes the connection in the middle of its body: 5 bytes of 9 bytes came", Cut},
		{"close in a chunk", says(chunked + "9\r\nhello"), "closes the connection in the middle of its chunked body: ", Cut},
	}
}

// serveOne talks with one connection and closes it.
func (h hostile) serveOne(c net.Conn) {
	defer c.Close()
	h.talk(c)
}
