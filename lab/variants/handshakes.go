package variants

// handshakes are mistakes in WebSocket handshakes, and in what else surrounds a request on Uvicorn.
func handshakes() []Variant {
	return []Variant{
		{
			Name: "unread-handshake-refused", About: "A WebSocket handshake that the library cannot read is closed.", Scenarios: []string{"handshake-unread-httptools"},
			Edits: []Edit{{"stacks/uvicorn/websocket.go", "		c.webSocket = unheard\n", "		c.webSocket = unheard\n		c.Close()\n"}},
		},
		{
			Name: "no-cause-in-the-refusal", About: "A refused WebSocket key is named without the error in it.", Scenarios: []string{"malformed-handshakes-httptools"},
			Edits: []Edit{{"stacks/uvicorn/handshake.go", "			reason += \"; \" + o.cause\n", "			reason += \"\"\n"}},
		},
		{
			Name: "trailers-ignored", About: "What trailers say is not part of the request.", Scenarios: []string{"malformed-trailers-httptools"},
			Edits: []Edit{{"stacks/uvicorn/trailers.go", "	e.head.Fields = append(e.head.Fields, e.trailers.Fields...)\n", ""}},
		},
		{
			Name: "no-warning-before-the-refusal", About: "CONNECT with a target that is no path is refused without a warning.", Scenarios: []string{"upgrade-warnings-httptools"},
			Edits: []Edit{{"stacks/uvicorn/conn.go", "if c.parser.BadTarget() && c.parser.Upgrade() {", "if c.parser.BadTarget() && !c.parser.Upgrade() {"}},
		},
		{
			Name: "default-proxies", About: "Only the default proxies are trusted, whatever FORWARDED_ALLOW_IPS says.", Scenarios: []string{"proxies-trusted-networks"},
			Edits: []Edit{{"stacks/uvicorn/version.go", "class.Forwarded.Trusts(cfg.ForwardedAllowIPs)", "class.Forwarded.Trusts(\"127.0.0.1\")"}},
		},
		{
			Name: "last-of-trusted-clients", About: "If every proxy is trusted, the last address is the client's, not the first.", Scenarios: []string{"proxies-trusted-all"},
			Edits: []Edit{{"stacks/uvicorn/forwarded.go", "f.show(f.split(strip(hosts[0])))\n	}\n	for", "f.show(f.split(strip(hosts[len(hosts)-1])))\n	}\n	for"}},
		},
		{
			Name: "loopback-proxies", About: "gunicorn trusts every client on the same machine.", Scenarios: []string{"gunicorn-sync-proxies-trusted-others"},
			Edits: []Edit{{"stacks/gunicorn/stack.go", "return trusted.Has(peer.String())", "return trusted.Has(peer.String()) || peer.IsLoopback()"}},
		},
	}
}
