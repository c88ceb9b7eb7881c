package boundaries

import (
	"fmt"
	"strings"
)

func lineFamilies() []Family {
	return []Family{
		{"method", method},
		{"target", target},
		{"query", query},
		{"absolute", absolute},
		{"protocol", protocol},
		{"line", line},
	}
}

func method(d dice) []string {
	name := one(d, "get", "Get", "gET", "G", "", "GETT", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PATCH", "PRI", "PROPFIND",
		"SEARCH", "M-SEARCH", "LINK", "QUERY", "FOO", "NOTIFY", "SOURCE",
		"GE-T", "GE_T", "GE.T", "GE!T", "1GET", "123", "G3T", "GET"+character(d), character(d)+"GET", "G"+character(d)+"T", "\xc3\x89T",
		strings.Repeat("M", one(d, 3, 16, 19, 20, 21, 32, 63, 64, 65, 127, 128, 129, 255, 256)))
	r := request{method: name, target: one(d, "/?id=1", "/?id=1", "/", "*", "lab:80", "/nowhere", "http://lab/?id=1")}
	if name == "" {
		return []string{strings.TrimPrefix(r.String(), "GET")}
	}
	if d.chance(30) {
		r.fields, r.body = []string{"Content-Length: 5"}, "hello"
	}
	return r.pieces(d)
}

// segment is a part of a path, or a value of a query.
func segment(d dice) string {
	return one(d, "a", ".", "..", "%2e", "%2E%2e", "%2f", "%5c", "\\", "%", "%4", "%zz", "%00", "%0a", "%0d%0a", "%20", "+", "%2B", "%25", "%7f",
		"%80", "%ff", "%c3%a4", "%c3", "%e2%82", "%f0%9f%98%80", "%ed%a0%80", "%c0%80",
		"\xc3\xa4", "\xff", "\x80", ";", ";a=b", "#", "#a", "?", "a=b", "&", "&&", "=", "'", "\"", "<", ">", "{", "}", "|", "^", "`", "[", "]", "~",
		"$", "@", ":", "*", character(d), "%u0041", "docs", "redoc", "openapi.json", "static")
}

func target(d dice) []string {
	path := "/"
	for range d.between(0, 3) {
		path += segment(d) + one(d, "", "", "/")
	}
	switch d.IntN(10) {
	case 0:
		path = strings.TrimPrefix(path, "/")
	case 1:
		path = "/" + path
	}
	if path == "" {
		path = "*"
	}
	r := request{method: one(d, "GET", "GET", "GET", "HEAD", "POST", "OPTIONS"), target: path + one(d, "", "?id=1", "?id=1", "?id=1", "?", "??id=1",
		"?id=1#a")}
	return r.pieces(d)
}

// query has odd names and values of the handler's parameter, and of others.
func query(d dice) []string {
	var parts []string
	for range d.between(1, 4) {
		name := one(d, "id", "id", "id", "ID", "i%64", "id[]", "id.x", " id", "id ", "+id", "x", "", "sleep", segment(d))
		parts = append(parts, name+one(d, "=", "=", "=", "=", "", "==", "%3d", "= ")+one(d, "1", "", "a b", "a+b", "a%20b", segment(d),
			segment(d)+segment(d), strings.Repeat(segment(d), 3)))
	}
	text := strings.Join(parts, one(d, "&", "&", "&", "&&", ";", "&amp;", "%26", ","))
	if d.chance(5) {
		text = strings.Repeat("x=y&", one(d, 98, 99, 100, 254, 255, 256, 998, 999, 1000)) + text
	}
	return request{method: one(d, "GET", "GET", "GET", "HEAD", "POST"), target: "/?" + text}.pieces(d)
}

// absolute has targets in absolute form, and others that are no path.
func absolute(d dice) []string {
	scheme := one(d, "http://", "http://", "http://", "https://", "HTTP://", "http:", "http:/", "http:///", "ftp://", "ws://", "x://", "1http://",
		"://", "//", "http:\\\\", "h+t.t-p://", "htt\xc3\xa4p://", "")
	authority := one(d, "lab", "lab", "lab:80", "lab:", "lab:x", "lab:99999", "lab:0", "lab:-1", "lab:٨٠", "u@lab", "u:p@lab", "@lab", "u@v@lab",
		"[::1]", "[::1]:80", "[::1", "::1]", "[", "]", "[v1.a]", "[::g]", "[1.2.3.4]", "127.0.0.1", "", "la b", "lab%", "l%61b", "lab\\a", "LAB",
		"l\xc3\xa4b", "lab"+character(d), ".", "a..b", "*")
	path := one(d, "/?id=1", "/?id=1", "?id=1", "", "/", "//", "/nowhere", "#a", "/?id=1#a", ";a", "/docs/")
	r := request{method: one(d, "GET", "GET", "GET", "HEAD", "OPTIONS", "CONNECT"), target: scheme + authority + path}
	if r.target == "" {
		r.target = "?"
	}
	if d.chance(30) {
		r.host = one(d, "Host: other", "Host:", "Host: lab:80", "X: y", "Host: [::1]", "Host: a b")
	}
	return r.pieces(d)
}

func protocol(d dice) []string {
	version := one(d, "HTTP/1.1", "HTTP/1.0", "HTTP/1.2", "HTTP/1.9", "HTTP/0.9", "HTTP/0.0", "HTTP/2.0", "HTTP/2", "HTTP/3.0", "HTTP/9.9",
		"HTTP/1", "HTTP/1.", "HTTP/.1", "HTTP/1.1.1", "HTTP/01.1", "HTTP/1.01", "HTTP/1.10", "HTTP/11.1", "HTTP/1,1",
		"HTTP/-1.1", "HTTP/+1.1", "HTTP/x.1", "HTTP/1.x", "HTTP 1.1", "HTTP", "HTTP/", "http/1.1", "Http/1.1", "HTTPS/1.1", "XTTP/1.1", "HTTP/1.1 ",
		" HTTP/1.1", "HTTP/1.1\t", "HTTP/1.1 x", "ICE/1.0", "RTSP/1.0", "HTTP//1.1", "HTTP/1.1"+character(d), "HTTP/1"+character(d)+"1",
		"HTTP/1.\xb9")
	r := ordinary(d)
	r.protocol = version
	r.fields = []string{one(d, "X: y", "X: y", "Connection: close", "Connection: keep-alive", "Content-Length: 0")}
	if d.chance(25) { // an unfinished head
		all := r.String()
		return []string{all[:len(all)-2-d.IntN(len(all)-2)]}
	}
	return r.pieces(d)
}

// line ends lines, and separates words, in odd ways, and has lines before the request.
func line(d dice) []string {
	end := func() string {
		if d.chance(70) {
			return "\r\n"
		}
		return one(d, "\n", "\r", "\r\r\n", "\n\r", "\r\n\r", "\x00\r\n", "\v\r\n", " \r\n", "\r \n")
	}
	space := func() string {
		if d.chance(75) {
			return " "
		}
		return one(d, "  ", "\t", "", "\v", "\f", "\r", " \t", "\xa0", "\x85", "\x1c")
	}
	before := one(d, "", "", "", "", "\r\n", "\n", "\r", " ", "\t", "\r\n\r\n", "\n\n", " \r\n", "\x00", "\xef\xbb\xbf", strings.Repeat("\r\n",
		one(d, 3, 10, 100)))
	request := fmt.Sprintf("%sGET%s/?id=1%sHTTP/1.1%sHost: lab%sX: y%s%s", before, space(), space(), end(), end(), end(), end())
	if d.chance(10) {
		request = one(d, "GET /?id=1"+end()+end(), "GET"+end()+end(), "GET /?id=1 "+end(), end()+end()+end(),
			"GET /?id=1 HTTP/1.1 HTTP/1.1"+end()+end(), "\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
			"PROXY TCP4 1.1.1.1 2.2.2.2 3 4\r\n"+request)
	}
	return []string{request + one(d, "", "", "GET /?id=2 HTTP/1.1\r\nHost: lab\r\n\r\n")}
}
