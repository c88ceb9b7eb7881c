package scenarios

import (
	"fmt"
	"strings"
	"time"
)

// tomcatChunks are bodies whose end is hard to find, each with a request after it.
func tomcatChunks() []probe {
	const next = "GET /x HTTP/1.1" + host
	body := func(name, body string) probe {
		return probe{name, "GET /?id=1 HTTP/1.1\r\nHost: lab\r\nTransfer-Encoding: chunked\r\n\r\n" + body + next}
	}
	var probes []probe
	for _, extension := range []string{
		";", ";a", ";a=b", ";a=", "; a = b ; c", ";a b", " ;a", ";=b", ";a=\"b c\"", ";a=\"b", ";a=\"b\\\"c\"", ";a=\"\x7f\"", ";a=\"\xe4\"", ";\x80", ";a=b c", ";a==b", ";a=\"b\";c", ";a\n", ";a\r",
	} {
		probes = append(probes, body(fmt.Sprintf("extension %q", extension), "3"+extension+"\r\nabc\r\n0\r\n\r\n"))
	}
	for _, n := range []int{8190, 8191, 8192} {
		probes = append(probes, body(fmt.Sprintf("extension of %d bytes", n), "3;"+strings.Repeat("a", n)+"\r\nabc\r\n0\r\n\r\n"))
	}
	for _, trailer := range []string{
		"X: y\r\n", "X: y\n", "X:\r\n", "X: y\r\n z\r\n", "X\r\n", ": y\r\n", "X y: z\r\n", "X\x80: y\r\n", "X: a\x01b\r\n", "X: a\rb\r\n", "\rX: y\r\n", "X: y\r\r\n", "A: b\r\nC: d\r\n",
		"X: \xe4\r\n", "X: a\tb\r\n", "\n",
	} {
		probes = append(probes, body(fmt.Sprintf("trailer %q", trailer), "0\r\n"+trailer+"\r\n"))
	}
	for _, n := range []int{8182, 8185, 8186, 8187, 8188, 8190, 8191, 8192} {
		probes = append(probes, body(fmt.Sprintf("trailer with %d bytes", n), "0\r\nX: "+strings.Repeat("a", n)+"\r\n\r\n"))
	}
	for _, length := range []string{"-0", "+0", "00", "0 0", "9223372036854775807", "9223372036854775808"} {
		probes = append(probes, probe{"length " + length, "GET /x HTTP/1.1\r\nHost: lab\r\nContent-Length: " + length + "\r\n\r\n"})
	}
	return probes
}

// tomcatParameters are queries that are hard to decode.
func tomcatParameters() []probe {
	var paths []string
	for _, malformed := range []string{
		"%ff", "%ff%fe", "%c3", "%c3x", "%e4%bd", "%e4%bdx", "%e0%80", "%ed%a0", "%ed%a0%80", "%f0%9f%98", "%f0%9f", "%f0%9fx", "%f4%90", "%f5%80", "%c0%af", "%e4%bd%", "a%20b%zz", "%ff%zz", "%",
	} {
		paths = append(paths, "/?id=1"+malformed, "/?"+malformed+"=1&id=2")
	}
	paths = append(paths, "/?"+strings.Repeat("a&", 999)+"id=1", "/?"+strings.Repeat("a&", 1000)+"id=1", "/?id=1&"+strings.Repeat("&", 2000), "/?a%20b%zz=%zz&id=1")
	probes := gets(paths...)
	for _, path := range []string{"/?id=%zz", "/?id=%e4%bd", "/?=1", "/?" + strings.Repeat("a&", 1001)} {
		probes = append(probes, probe{"HEAD " + path, "HEAD " + path + " HTTP/1.1" + host})
	}
	return probes
}

// tomcatHosts are fields and targets at the edge of what is taken.
func tomcatHosts() []probe {
	var probes []probe
	for _, name := range []string{
		"lab:2147483647", "lab:2147483648", "lab:9223372036854775807", "lab:9223372036854775808", "1.2.3.4:99999999999999999999", "[::1]:99999999999999999999",
		"lab:99999999999999999999x", "lab: 80", "lab:\t80", "[::1]: 80", "1.2.3.4: 1", "lab:80 ",
	} {
		probes = append(probes, probe{"host " + name, "GET /?id=1 HTTP/1.1\r\nHost: " + name + "\r\n\r\n"})
	}
	for _, values := range [][]string{{"chunked", ""}, {"", "chunked"}, {"gzip", ""}, {"chunked", ","}, {""}, {"", ""}} {
		var fields strings.Builder
		for _, value := range values {
			fields.WriteString("Transfer-Encoding: " + value + "\r\n")
		}
		probes = append(probes, probe{fmt.Sprintf("encodings %q", values), "GET /?id=1 HTTP/1.1\r\nHost: lab\r\n" + fields.String() + "\r\n0\r\n\r\n"})
	}
	for _, n := range []int{500, 1000, 1600, 1900} {
		probes = append(probes, probe{fmt.Sprintf("target with %d ampersands", n), "GET /?" + strings.Repeat("a=b&", n) + "[ HTTP/1.1" + host})
	}
	return probes
}

// tomcatResumed has a thread stop in the middle of a head, and another one go on.
func tomcatResumed() Scenario {
	const (
		get     = "GET /?id=1 HTTP/1.1\r\nHost: lab\r\n"
		preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
	)
	return Scenario{
		Name:   "malformed-resumed",
		About:  "Malformed heads in two pieces: what is answered, and which line of Java does the report name?",
		Server: onTomcat(20*ms, 0),
		Play: func(s *Stage) {
			s.warm()
			const pause = 100 * time.Millisecond
			s.InTwo("unknown protocol", "GET / HTTP/1.2\r\nHo", "st: lab\r\n\r\n", pause)
			s.InTwo("unknown protocol, after the line", "GET / HTTP/2.0\r\n", "\r\n", pause)
			s.InTwo("unknown protocol, within it", "GET / HTTP/1.", "2\r\nHost: lab\r\n\r\n", pause)
			s.InTwo("unknown protocol after an answer", "GET /x HTTP/1.1"+host+"GET / HTTP/3\r\nX", ": y\r\n\r\n", pause)
			s.InTwo("space in a name", get+"X y", "z: a\r\n\r\n", pause)
			s.InTwo("control byte in a value", get+"X: a\x01", "b\r\n\r\n", pause)
			s.InTwo("CR in a value", get+"X: a\rb", "c\r\n\r\n", pause)
			s.InTwo("no name", get+": a", "b\r\n\r\n", pause)
			s.InTwo("no colon", get+"X\r", "\n\r\n", pause)
			s.InTwo("a bad line that does not end", get+"X y"+strings.Repeat("a", 5000), strings.Repeat("b", 5000), pause)
			s.InTwo("line end for a target", "GET ", "\r\n\r\n", pause)
			s.InTwo("blanks alone", "   \r\n\r\n", "", pause)
			s.InTwo("HTTP/2 after an answer", "GET /x HTTP/1.1"+host, preface, pause)
			s.InTwo("HTTP/2 in the same piece", "GET /x HTTP/1.1"+host+preface, "", pause)
		},
	}
}
