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
	}
}
