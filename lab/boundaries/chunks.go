package boundaries

import (
	"fmt"
	"strings"
)

// chunked is the field, in its ordinary spelling.
const chunked = "Transfer-Encoding: chunked"

func chunkFamilies() []Family {
	return []Family{
		{"chunk-size", chunkSize},
		{"chunk-extension", chunkExtension},
		{"chunk-end", chunkEnd},
		{"trailer", trailer},
		{"encoding", encoding},
	}
}

// inChunks is a request with a body of chunks.
func inChunks(d dice, body string) request {
	return request{method: one(d, "GET", "GET", "POST"), fields: []string{chunked}, body: body}
}

// chunkSize writes the size of a chunk in odd ways, and sizes that overflow.
func chunkSize(d dice) []string {
	size := one(d, "0", "1", "5", "a", "F", "10", "fF", "0x5", "-1", "+5", "5_0", "", "g", "5g", "5 ", " 5", "5\t", "\t5", "5.", "٥",
		"7fffffff", "80000000", "ffffffff", "100000000", "7ffffffffffffffe", "7fffffffffffffff", "8000000000000000", "fffffffffffffffe",
		"ffffffffffffffff", "10000000000000000", "FFFFFFFFFFFFFFFFF", "fffffffffffffffffffffffff")
	if d.chance(40) {
		size = strings.Repeat("0", one(d, 1, 7, 8, 9, 14, 15, 16, 17, 18, 19, 20, 21, 30, 100, 1000)) + size
	}
	if d.chance(10) {
		size = one(d, size+character(d), character(d)+size)
	}
	return inChunks(d, size+"\r\nhello\r\n0\r\n\r\n").pieces(d)
}

// chunkExtension has extensions of chunks, also of the last.
func chunkExtension(d dice) []string {
	extension := one(d, ";", ";;", ";a", ";a=b", ";a=", ";=b", "; a", " ;a", " ; a = b ", "\t;\ta\t", ";a=\"b\"", ";a=\"b;c\"", `;a="b\"c"`,
		";a=\"b", ";a;b;c=d",
		" a", "\ta", " ", ";a=b\r", ";a\nb", ";a=\"\n\"", ";\r\n", ";é", ";a="+character(d), ";"+character(d)+"=b", ";a=\""+character(d)+"\"",
		"\v;a", "; "+character(d))
	if d.chance(10) {
		extension = ";a=" + strings.Repeat("b", one(d, 200, 255, 256, 1000, 4094, 8190, 8191, 8192, 8193, 16383, 16384, 16385))
	}
	first, last := extension, ""
	if d.chance(30) {
		first, last = last, first
	}
	return inChunks(d, fmt.Sprintf("5%s\r\nhello\r\n0%s\r\n\r\n", first, last)).pieces(d)
}

// chunkEnd ends lines and data in odd ways.
func chunkEnd(d dice) []string {
	end := func() string {
		if d.chance(60) {
			return "\r\n"
		}
		return one(d, "\n", "\r", "\r\r\n", "\n\r", "", " \r\n", "\r\n ", "x\r\n", "\r\nx", "\n\n", "\r\n\r\n", "\x00\r\n", "\rX", "\r\t\n")
	}
	body := "5" + end() + "hello" + end() + one(d, "", "", "3"+end()+"abc"+end()) + "0" + end() + end()
	if d.chance(20) {
		body = body[:d.IntN(len(body))]
	}
	return inChunks(d, body).pieces(d)
}

// trailer has fields after the last chunk.
func trailer(d dice) []string {
	line := func() string {
		return one(d, "X: y", "X:", ": y", "X", "X : y", " X: y", "X: y\r\n z", "X: \x00", "X: a\rb", "X: a\nb", "X\x00: y", "X Y: z", "Host: b",
			"Content-Length: 5", chunked,
			"Connection: close", "Connection: keep-alive", "Expect: 100-continue", "Upgrade: websocket", "Authorization: x", "X: "+character(d),
			character(d)+": y", "X"+character(d)+"Y: z",
			"X_Y: z", "\r", "X: ä", "GET /?id=2 HTTP/1.1")
	}
	var lines []string
	for range d.between(1, 3) {
		lines = append(lines, line())
	}
	switch {
	case d.chance(6):
		lines = []string{"X: " + strings.Repeat("y", one(d, 1000, 4094, 8180, 8188, 8189, 8190, 8191, 8192, 16384))}
	case d.chance(6):
		lines = strings.Split(strings.TrimSuffix(strings.Repeat("X: y,", one(d, 50, 99, 100, 101, 128, 129)), ","), ",")
	}
	end := one(d, "\r\n", "\r\n", "\r\n", "\n")
	return inChunks(d, "5\r\nhello\r\n0\r\n"+strings.Join(lines, end)+one(d, "\r\n\r\n", "\r\n\r\n", "\r\n\r\n", "\r\n", "\n\n", "")).pieces(d)
}

// encoding has odd values of Transfer-Encoding, alone and with a length.
func encoding(d dice) []string {
	value := one(d, "chunked", "Chunked", "CHUNKED", "chunked,", ",chunked", "chunked, chunked", "chunked,chunked", "gzip", "gzip, chunked",
		"chunked, gzip", "identity", "identity, chunked",
		"chunked, identity", "chunked;a=b", "chunked; q=1", "\"chunked\"", "chunkedx", "xchunked", "", " ", "chunked ", "\tchunked", "chunked\t",
		"deflate", "compress", "br", "x-gzip",
		"chunked\x0b", "\x0bchunked", "ch\x00unked", "chunked"+character(d), character(d)+"chunked", "chunk\xc3\xa9d", "trailers", "chunked\r\n ",
		"\r\n chunked")
	r := request{method: one(d, "GET", "GET", "POST"), fields: []string{one(d, "Transfer-Encoding: ", "Transfer-Encoding:", "transfer-encoding: ",
		"TRANSFER-ENCODING: ", "Transfer-Encoding : ", "Transfer_Encoding: ") + value}}
	if d.chance(25) {
		r.fields = append(r.fields, one(d, chunked, "Transfer-Encoding: identity", "Transfer-Encoding: gzip", "Transfer-Encoding:"))
	}
	if d.chance(30) {
		r.fields = append(r.fields, one(d, "Content-Length: 5", "Content-Length: 0", "Content-Length: x"))
	}
	if d.chance(25) {
		r.protocol = one(d, "HTTP/1.0", "HTTP/1.0", "HTTP/1.2", "HTTP/0.9")
	}
	d.Shuffle(len(r.fields), func(i, j int) { r.fields[i], r.fields[j] = r.fields[j], r.fields[i] })
	r.body = one(d, "5\r\nhello\r\n0\r\n\r\n", "0\r\n\r\n", "hello", "")
	return r.pieces(d)
}
