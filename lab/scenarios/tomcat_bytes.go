package scenarios

import (
	"fmt"
	"strings"
)

// tomcatBytes sends byte sequences, each on a connection of its own.
func tomcatBytes(name, about string, probes []probe, core bool) Scenario {
	return Scenario{
		Name: name, About: about, Server: onTomcat(20*ms, 0), Core: core,
		Play: func(s *Stage) {
			s.warm()
			s.Probe(probes)
		},
	}
}

func tomcatAnswers() []probe {
	return append(gets("/?id=1", "/nowhere", "/", "/nowhere/?id=1"),
		probe{"POST", "POST /?id=1 HTTP/1.1\r\nHost: lab\r\nContent-Length: 0\r\n\r\n"},
		probe{"without host in HTTP/1.0", "GET /?id=1 HTTP/1.0\r\n\r\n"},
		probe{"in HTTP/0.9", "GET /?id=1\r\n"},
		probe{"in German", "GET /nowhere HTTP/1.1\r\nHost: lab\r\nAccept-Language: de\r\n\r\n"})
}

func tomcatMethods() []probe {
	var probes []probe
	for _, method := range []string{"HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "FOO", "get"} {
		for _, path := range []string{"/?id=1", "/nowhere"} {
			probes = append(probes, probe{method + " " + path, method + " " + path + " HTTP/1.1\r\nHost: lab\r\n\r\n"})
		}
	}
	return append(probes, probe{"OPTIONS *", "OPTIONS * HTTP/1.1\r\nHost: lab\r\n\r\n"},
		probe{"GET *", "GET * HTTP/1.1\r\nHost: lab\r\n\r\n"},
		probe{"CONNECT", "CONNECT lab:443 HTTP/1.1\r\nHost: lab\r\n\r\n"},
		probe{"HEAD without id", "HEAD / HTTP/1.1\r\nHost: lab\r\n\r\n"},
		probe{"POST in HTTP/1.0", "POST /?id=1 HTTP/1.0\r\n\r\n"},
		probe{"POST in HTTP/0.9", "POST /?id=1\r\n"},
		probe{"POST of a form", "POST / HTTP/1.1\r\nHost: lab\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 4\r\n\r\nid=1"})
}

func tomcatIDs() []probe {
	return gets("/?", "/?x=1", "/?ID=1", "/?id", "/?id=", "/?id=&id=2", "/?id=1&id=2", "/?x=1&id=3", "/?id=a%20b", "/?id=a+b", "/?id=%2B1",
		"/?id=%E4%BD%A0", "/?id=%ff%fe", "/?id=%zz", "/?id=%", "/?id=1;x=2", "/?id=1&&x=2", "/?&id=1", "/?id=a=b", "/?%69d=1", "/?=1&id=2",
		"/?id=1%00", "/?id=%22%3C%3E", "/?id=1?id=2", "/?id=1/2", "/?id=:@!$'()*,", "/?id=[1]", "/?id={1}", "/?id=%F0%9F%98%80", "/?i%=1", "/?i%=1&id=4")
}

func tomcatPaths() []probe {
	return gets("//?id=1", "/./?id=2", "/x/../?id=3", "/../?id=4", "/;a=b?id=5", "/;jsessionid=1?id=6", "/%2e/?id=7", "/x/%2e%2e/?id=8", "/%2F?id=9",
		"/%5C?id=10", "/%?id=11", "/%zz?id=12", "/%00?id=13", "/%ff?id=14", "/x;y/../?id=15", "/./x/?id=16", "/index.html", "/\\?id=17", "/a[b]", "/a{b}",
		"/a|b", "/a\"b", "/a#b", "/é", "/%C3%A9", "?id=18", "x?id=19", "http://lab/?id=20", "http://lab?id=21", "http://other/?id=22", "HTTP://lab/?id=23",
		"https://lab/?id=24", "ftp://lab/?id=25", "http://a@lab/?id=26", "http://a[@lab/?id=27", "*?id=28", "http://lab", "/x/..;a/?id=29", "/..?id=30", "/.?id=31")
}

func tomcatLines() []probe {
	return append(requestLines(),
		probe{"no protocol", "GET /?id=1 \r\nHost: lab\r\n\r\n"},
		probe{"CR in the target", "GET /a\rb HTTP/1.1" + host},
		probe{"CR in the protocol", "GET /?id=1 HTTP\r/1.1" + host},
		probe{"method with a high byte", "G\xe4T /?id=1 HTTP/1.1" + host},
		probe{"method with a line end", "GET\n/ HTTP/1.1" + host},
		probe{"HTTP/0.9 with a line feed", "GET /nowhere\n"})
}

func tomcatFields() []probe {
	field := func(name, lines string) probe { return probe{name, "GET /?id=1 HTTP/1.1\r\n" + lines + "\r\n\r\n"} }
	return append(headerFields(),
		field("host with a port", "Host: lab:80"), field("host with a bad port", "Host: lab:x"), field("host an address", "Host: 127.0.0.1:1"),
		field("host of IPv6", "Host: [::1]:80"), field("host of bad IPv6", "Host: [::1"), field("host with underscore", "Host: a_b"),
		field("host with slash", "Host: a/b"), field("host of digits", "Host: 1.2.3"), field("host with percent", "Host: a%20"), field("host with a dot at the end", "Host: lab."),
		field("host with dots", "Host: a..b"), field("host with hyphen at the end", "Host: a-"), field("host with user", "Host: a@b"),
		field("double CR", "Host: lab\r\r\nX: y"), field("CR and a letter first", "Host: lab\r\n\rX: y"),
		field("connection of nonsense", "Host: lab\r\nConnection: ,,close"), field("cookie", "Host: lab\r\nCookie: a=b; =; c"))
}

func tomcatFraming() []probe {
	return append(bodyFraming(),
		probe{"POST of a form in chunks", "POST / HTTP/1.1\r\nHost: lab\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nid=1\r\n0\r\n\r\n"},
		probe{"chunks and then another", "GET /?id=1 HTTP/1.1\r\nHost: lab\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\nGET /x HTTP/1.1" + host})
}

// tomcatSizes are heads around the limits. The server may have closed before later segments arrive:
// then FIN or RST is random.
func tomcatSizes() []probe {
	var probes []probe
	for _, n := range []int{8000, 8100, 8191, 8192, 8193, 8300, 9000, 16000} {
		long := strings.Repeat("a", n)
		probes = append(probes,
			probe{fmt.Sprintf("path of %d bytes", n), "GET /" + long + " HTTP/1.1" + host},
			probe{fmt.Sprintf("query of %d bytes", n), "GET /x?" + long + " HTTP/1.1" + host},
			probe{fmt.Sprintf("method of %d bytes", n), long + " / HTTP/1.1" + host},
			probe{fmt.Sprintf("field of %d bytes", n), "GET /x HTTP/1.1\r\nHost: lab\r\nX: " + long + "\r\n\r\n"},
			probe{fmt.Sprintf("name of %d bytes", n), "GET /x HTTP/1.1\r\nHost: lab\r\n" + long + ": x\r\n\r\n"},
			probe{fmt.Sprintf("field of %d bytes, not finished", n), "GET /x HTTP/1.1\r\nHost: lab\r\nX: " + long})
	}
	whole := func(n int) string { // a head of exactly n bytes
		const around = "GET /x HTTP/1.1\r\nHost: lab\r\nX: \r\n\r\n"
		return "GET /x HTTP/1.1\r\nHost: lab\r\nX: " + strings.Repeat("a", n-len(around)) + "\r\n\r\n"
	}
	for _, n := range []int{8190, 8191, 8192, 8193, 8194, 8195} {
		probes = append(probes, probe{fmt.Sprintf("head of %d bytes", n), whole(n)})
	}
	for _, n := range []int{98, 99, 100, 101, 300} {
		probes = append(probes, probe{fmt.Sprintf("%d fields", n), "GET /x HTTP/1.1\r\nHost: lab\r\n" + strings.Repeat("X: y\r\n", n-1) + "\r\n"})
	}
	return probes
}
