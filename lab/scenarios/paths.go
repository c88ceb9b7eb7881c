package scenarios

// paths shows how a path is parsed, matched, redirected and logged.
func paths() []Scenario {
	return append(forParsers(oddPaths), forParsers(redirects)...)
}

func oddPaths(string) Scenario {
	return Scenario{
		Name:   "odd-paths",
		About:  "Encoded, doubled, dotted, empty and unusual paths: status, location, and the access line.",
		Server: quick(),
		Core:   true,
		Play: func(s *Stage) {
			s.Probe(append(gets("//?id=1", "/.?id=1", "/./?id=1", "/../?id=1", "/%2e?id=1", "/%2f?id=1", "/%2F", "/%?id=1", "/%zz", "/a%20b",
				"/a b", "/a+b", "/%C3%A4", "/ä", "/%ff", "/a;b=c", "/a:b", "/a@b", "/a~b", "/a'b", `/a"b`, "/a<b>", "/a|b", "/a\\b", "/{id}",
				"/a#b", "/?id=1#frag", "/#?id=1", "/nowhere/", "/nowhere/?id=1", "/docs/x", "/DOCS", "/docs%2f", "/do%63s", "/openapi.json/",
				"/index", "/favicon.ico", "/*", "/!$&'()*,=", "/%E4%BD%A0", "/a%0ab", "/a%00b", "/a%25b"),
				probe{"no slash", "GET docs HTTP/1.1\r\nHost: lab\r\n\r\n"},
				probe{"query alone", "GET ?id=1 HTTP/1.1\r\nHost: lab\r\n\r\n"},
				probe{"absolute form", "GET http://lab/?id=1 HTTP/1.1\r\nHost: lab\r\n\r\n"},
				probe{"absolute form, no path", "GET http://lab?id=1 HTTP/1.1\r\nHost: lab\r\n\r\n"},
				probe{"absolute form, https", "GET https://other:1/docs HTTP/1.1\r\nHost: lab\r\n\r\n"}))
		},
	}
}

func redirects(string) Scenario {
	return Scenario{
		Name:   "redirects",
		About:  "A superfluous trailing slash: where does the redirect point, for each way of naming the host?",
		Server: quick(),
		Core:   true,
		Play: func(s *Stage) {
			probes := gets("/docs/", "/docs/?a=1&b=%20", "/redoc/", "/openapi.json/", "/docs//", "//docs", "/docs/oauth2-redirect/")
			for _, host := range []string{"lab:81", "example.org", "", "a b", "[::1]:80", "LAB", "lab/x", "u@lab"} {
				probes = append(probes, probe{"host: " + host, "GET /docs/?x HTTP/1.1\r\nHost: " + host + "\r\n\r\n"})
			}
			s.Probe(append(probes,
				probe{"no host", "GET /docs/ HTTP/1.0\r\n\r\n"},
				probe{"no host, query", "GET /docs/?q=1 HTTP/1.0\r\n\r\n"},
				probe{"two hosts", "GET /docs/ HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"},
				probe{"HEAD", "HEAD /docs/ HTTP/1.1\r\nHost: lab\r\n\r\n"},
				probe{"POST", "POST /docs/ HTTP/1.1\r\nHost: lab\r\nContent-Length: 0\r\n\r\n"},
				probe{"forwarded", "GET /docs/ HTTP/1.1\r\nHost: lab\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: else\r\n\r\n"},
				probe{"forwarded for", "GET /docs HTTP/1.1\r\nHost: lab\r\nX-Forwarded-For: 9.8.7.6\r\nX-Forwarded-Proto: https\r\n\r\n"}))
		},
	}
}
