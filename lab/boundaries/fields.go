package boundaries

import (
	"strings"
)

func fieldFamilies() []Family {
	return []Family{
		{"host", hostField},
		{"field-name", fieldName},
		{"field-value", fieldValue},
		{"redirect", redirect},
	}
}

// hostField has odd hosts, none and several.
func hostField(d dice) []string {
	value := one(d, "lab", "lab:80", "lab:", "lab:x", "lab:0", "lab:65536", "lab:99999999999", "lab:-1", "lab:+1", "lab: 80", "", " ", "a b", "a,b",
		"a/b", "a?b", "a#b", "u@lab", "[::1]", "[::1]:80", "[::1]:x", "[::1", "::1", "[]", "[::g]", "[v1.a]", "127.0.0.1", "1.2.3",
		"256.1.1.1", "LAB", "lab.", ".lab", "a..b", "-a", "a_b", "l\xc3\xa4b", "l\xe4b", "%41", "a%", "*", "\"lab\"", "http://lab", "lab\r\n x",
		"a"+character(d)+"b", character(d), strings.Repeat("a", one(d, 63, 64, 255, 256, 1000, 5000)))
	r := ordinary(d)
	r.host = one(d, "Host: ", "Host: ", "Host: ", "host: ", "HOST:", "Host : ", "Host\t:", " Host: ") + value
	switch d.IntN(8) {
	case 0:
		r.host = "X: y"
	case 1:
		r.fields = []string{one(d, "Host: lab", "host: other", "Host:", "Host: "+value)}
	}
	return r.pieces(d)
}

func fieldName(d dice) []string {
	name := one(d, "X", "x-y", "X_Y", "X.Y", "X!Y", "X~", "1", "", " ", "X Y", " X", "X ", "X\t", "X"+character(d), character(d)+"X",
		"X"+character(d)+"Y", character(d), "X\xc3\xa4", "\"X\"", "X(Y)", "X:Y", "X::", "content-type", "Content_Type", "X-"+strings.Repeat("n",
			one(d, 60, 250, 255, 256, 1000, 4000)))
	text := name + one(d, ": y", ": y", ":y", ":", " : y", "\t: y", "", " y", "= y", ": y: z", ":\ty", ": y ")
	r := ordinary(d)
	r.fields = []string{text}
	switch d.IntN(6) {
	case 0:
		r.fields = []string{"A: b", text, "C: d"}
	case 1: // before the host
		r.host, r.fields = text, []string{"Host: lab"}
	}
	return r.pieces(d)
}

func fieldValue(d dice) []string {
	value := one(d, "y", "", " ", "\t", " y ", "y"+character(d), character(d)+"y", "y"+character(d)+"z", character(d), "\xc3\xa4", "\xe4",
		"y\r\n z", "y\r\n\tz", "y\r\n \r\n z", "y\n z", "y\r z", "y\n", "y\r", "\x00", "\x7f", "a\x1fb", "\r\n", "y\r\n", "y\r\n\x0bz",
		strings.Repeat("y", one(d, 100, 1000, 8000)))
	name := one(d, "X", "X", "X", "User-Agent", "Cookie", "Accept", "Referer", "Content-Type", "Authorization", "If-Modified-Since", "Range",
		"Date", "X-Forwarded-For", "Forwarded", "Accept-Encoding", "TE", "Trailer", "Via", "Origin")
	r := ordinary(d)
	r.fields = []string{name + ": " + value}
	if d.chance(30) {
		r.fields = append(r.fields, one(d, name+": again", "A: b", " folded", "Content-Length: 0"))
	}
	return r.pieces(d)
}

// redirect asks for what some frameworks redirect, with all that may become a part of the address.
func redirect(d dice) []string {
	path := one(d, "/docs/", "/docs/", "/redoc/", "/openapi.json/", "//", "//docs/", "/docs//", "/doc%73/", "/docs/?a=b", "/docs/?%ff",
		"/docs/?\xe4", "/docs/?a b", "/docs/#a", "http://other/docs/", "http://other:1/docs/", "https://other/docs/", "///other/")
	r := request{method: one(d, "GET", "GET", "HEAD", "POST"), target: strings.ReplaceAll(path, " ", "%20")}
	if d.chance(50) {
		r.host = "Host: " + one(d, "a:80", "a:443", "a:x", "A", "a/b", "a b", "a@b", "[::1]", "[::1]:80", "[::1", "", "a\x01", "a\x80", "\xc3\xa4",
			"a?b", "a:", "127.0.0.1:5", "a,b", "a"+character(d))
	}
	if d.chance(50) {
		r.fields = append(r.fields, "X-Forwarded-Proto: "+one(d, "https", "HTTPS", "http", "wss", "ws", "ftp", "", "https,http", " https ", "x y",
			"h\xe4", character(d)))
	}
	if d.chance(40) {
		r.fields = append(r.fields, one(d, "X-Forwarded-For: ", "X-Forwarded-Host: ", "X-Forwarded-Port: ", "X-Forwarded-Prefix: ", "Forwarded: ",
			"X-Forwarded-Ssl: ", "X-Forwarded-Protocol: ", "Front-End-Https: ")+one(d, "1.2.3.4", "1.2.3.4:5", "other", "on", "ssl", "443", "x", "",
			"::1", "[::1]:80", "for=1.2.3.4;proto=https", "a, b", "1.2.3.4, 127.0.0.1"))
	}
	return r.pieces(d)
}
