package boundaries

import (
	"fmt"
	"strings"
)

func sizeFamilies() []Family {
	return []Family{
		{"size-line", sizeOfLine},
		{"size-field", sizeOfField},
		{"size-head", sizeOfHead},
		{"count", countOfFields},
	}
}

// limit is a number of bytes near a limit of some server: gunicorn's line and field, Tomcat's head and its parameters, Node's and
// h11's heads, http.server's and h11's lines, asyncio's streams.
func limit(d dice) int {
	return one(d, 1024, 4094, 4096, 8186, 8190, 8192, 16384, 16384, 32768, 65535, 65536) + d.between(-4, 4)
}

// padded makes a text of a size by repeating a character in its middle.
func padded(size int, before, after string) string {
	return before + strings.Repeat("a", max(0, size-len(before)-len(after))) + after
}

func sizeOfLine(d dice) []string {
	before := one(d, "GET /", "GET /?id=", "GET /?id=1&x=", "GET http://", "")
	after := one(d, " HTTP/1.1", " HTTP/1.1", " HTTP/1.1", " HTTP/1.0", "")
	return []string{padded(limit(d)+one(d, 0, 0, 2, 12), before, after) + one(d, "\r\nHost: lab\r\n\r\n", "\r\nHost: lab\r\n\r\n", "\r\n", "")}
}

func sizeOfField(d dice) []string {
	return []string{"GET /?id=1 HTTP/1.1\r\nHost: lab\r\n" + padded(limit(d), one(d, "X: ", "X: ", "X:", "X", ""), one(d, "", "", "",
		": y")) + one(d, "\r\n\r\n", "\r\n\r\n", "\r\n", "")}
}

// sizeOfHead makes the whole head so long, with fields that are no longer than most servers accept.
func sizeOfHead(d dice) []string {
	size := limit(d)
	var b strings.Builder
	b.WriteString("GET /?id=1 HTTP/1.1\r\nHost: lab\r\n")
	for i := 0; b.Len() < size; i++ {
		b.WriteString(padded(min(max(8, size-b.Len()-4), one(d, 80, 1000, 4000)), fmt.Sprintf("X%d: ", i), "\r\n"))
	}
	return []string{b.String() + one(d, "\r\n", "\r\n", "\r\n", "")}
}

func countOfFields(d dice) []string {
	n := one(d, 32, 64, 98, 99, 100, 101, 127, 128, 129, 200, 255, 256, 500, 998, 999, 1000, 1998, 1999, 2000, 2001) + d.between(-2, 2)
	r := request{fields: strings.Split(strings.TrimSuffix(strings.Repeat(one(d, "X: y", "X:", "Cookie: a=b", "Accept: a")+"|", n), "|"), "|")}
	return r.pieces(d)
}
