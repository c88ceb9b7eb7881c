package scenarios

// trustedProxies are requests through proxies that FORWARDED_ALLOW_IPS names, one after the other.
func trustedProxies(lists map[string]string) []Scenario {
	var all []Scenario
	for _, name := range []string{"networks", "all", "others", "nobody"} {
		list, ok := lists[name]
		if !ok {
			continue
		}
		cfg := quick()
		cfg.TrustedProxies = list
		all = append(all, Scenario{
			Name:   "proxies-trusted-" + name,
			About:  "Which proxies may name the client and the scheme of a request: redirects and access lines.",
			Server: cfg,
			Play: func(s *Stage) {
				s.awaitWorker()
				s.ProbeInTurn(proxied())
				s.Lines("log", s.said())
			},
		})
	}
	return all
}

// lists of FORWARDED_ALLOW_IPS. The client itself is 127.0.0.1.
func proxyLists() map[string]string {
	return map[string]string{"networks": "127.0.0.0/8, 10.0.0.0/8,2001:db8::/32", "all": "*", "others": "10.0.0.1, *.lab", "nobody": ","}
}

func proxied() []probe {
	var probes []probe
	for _, client := range []string{"9.9.9.9", "9.9.9.9:5, 10.1.2.3", "9.9.9.9, 10.0.0.1, 127.0.0.1", "10.0.0.2, 127.0.0.2", "[2001:db8::1]:7, 127.0.0.1", "a, b", ""} {
		probes = append(probes, probe{"client: " + client, "GET /x HTTP/1.1\r\nX-Forwarded-For: " + client + host})
	}
	for _, path := range []string{"/docs/", "//"} {
		probes = append(probes, probe{"scheme on " + path, "GET " + path + " HTTP/1.1\r\nX-Forwarded-Proto: https" + host})
	}
	// gunicorn refuses schemes that contradict each other, if it listens to them.
	return append(probes, probe{"schemes that differ", "GET /x HTTP/1.1\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Ssl: off" + host})
}
