package boundaries

import (
	"fmt"
	"strings"
)

func bodyFamilies() []Family {
	return []Family{
		{"length", length},
		{"lengths", lengths},
		{"body", body},
		{"expect", expect},
	}
}

// length writes Content-Length in odd ways.
func length(d dice) []string {
	value := one(d, "5", "0", "00", "05", "+5", "-5", "-0", "+0", "5.0", "5e0", "0x5", "5 ", " 5", "\t5\t", "5\x0b", "\x0b5", "", " ", "x", "5x",
		"x5", "5 5", "5,5", "5, 5", "5,6", ",5", "5,", "5;a", "5_0", "1_0", "\"5\"",
		"\xb2", "\xd9\xa5", "\xef\xbc\x95", "2147483647", "2147483648", "4294967295", "4294967296", "9223372036854775807", "9223372036854775808",
		"18446744073709551615", "18446744073709551616",
		"99999999999999999999999999", "5\r\n ", "\r\n 5", "5"+character(d), character(d)+"5")
	if d.chance(12) {
		value = strings.Repeat("0", one(d, 5, 10, 18, 19, 20, 21, 50, 300, 4290, 4300, 4301)) + value
	}
	r := ordinary(d)
	r.fields = []string{one(d, "Content-Length: ", "Content-Length: ", "Content-Length:", "content-length: ", "Content-Length : ",
		"Content_Length: ", "Content-Length\t: ", "CONTENT-LENGTH: ") + value}
	r.body = one(d, "hello", "hello", "", "hell", "hello!")
	return r.pieces(d)
}

// lengths has several, or a length and an encoding.
func lengths(d dice) []string {
	r := ordinary(d)
	for range d.between(2, 3) {
		r.fields = append(r.fields, one(d, "Content-Length: 5", "Content-Length: 5", "Content-Length: 05", "Content-Length: 6", "Content-Length: 0",
			"Content-Length:", "Content-Length: -5", "Content-Length: x",
			"content-length: 5", chunked, "X: y", "Content_Length: 6", "Transfer-Encoding: identity"))
	}
	r.body = one(d, "hello", "hello!", "", "5\r\nhello\r\n0\r\n\r\n")
	return r.pieces(d)
}

// body has bodies of various sizes: more and less than was said, and in pieces.
func body(d dice) []string {
	r := ordinary(d)
	size := one(d, 0, 1, 2, 100, 8191, 8192, 8193, 16384, 40000)
	said := size + one(d, 0, 0, 0, 0, 1, -1, 5)
	r.fields = []string{fmt.Sprintf("Content-Length: %d", max(0, said))}
	if d.chance(30) {
		r.fields = append(r.fields, one(d, "Connection: close", "Connection: keep-alive", "Content-Type: application/x-www-form-urlencoded",
			"Content-Type: application/json", "Content-Type: multipart/form-data; boundary=x", "Expect: 100-continue"))
	}
	all := r.String()
	content := strings.Repeat("b", size) + one(d, "", "", request{target: "/?id=2"}.String())
	switch d.IntN(4) {
	case 0:
		return []string{all, content}
	case 1:
		at := d.IntN(len(content) + 1)
		return []string{all + content[:at], content[at:]}
	}
	return []string{all + content}
}

// expect has odd expectations, with bodies that come at once, later or never.
func expect(d dice) []string {
	r := ordinary(d)
	value := one(d, "100-continue", "100-continue", "100-Continue", "100-CONTINUE", "100-continue ", " 100-continue", "100-continue,",
		"100-continue, 100-continue", "100-continue;a=b", "tea", "", "100", "200-ok", "\"100-continue\"", "100-continue"+character(d))
	r.fields = []string{one(d, "Expect: ", "Expect: ", "expect: ", "EXPECT:", "Expect : ") + value}
	if d.chance(15) {
		r.fields = append(r.fields, one(d, "Expect: 100-continue", "Expect: tea"))
	}
	sent := one(d, "", "hello")
	switch d.IntN(4) {
	case 0, 1:
		r.fields = append(r.fields, "Content-Length: "+one(d, "5", "5", "0", "x"))
	case 2:
		r.fields, sent = append(r.fields, chunked), one(d, "5\r\nhello\r\n0\r\n\r\n", "5\r\nhel", "0\r\n\r\n", "x\r\n", "")
	}
	if d.chance(30) {
		r.fields = append(r.fields, one(d, "Connection: close", "Connection: keep-alive", "Connection: Upgrade"))
	}
	if sent == "" || d.chance(40) {
		r.body = sent
		return r.pieces(d)
	}
	if d.chance(30) {
		return []string{r.String(), sent[:1], sent[1:]}
	}
	return []string{r.String(), sent}
}
