package variants

// http2 are mistakes in how streams end.
func http2() []Variant {
	return []Variant{
		{
			Name: "reset-streams-outlive-the-server", About: "A stream that is reset while its answer waits for a window is held for ever, and prevents the server from ending.",
			Scenarios: []string{"hypercorn-http2-streams-stop"},
			Edits: []Edit{{
				"stacks/hypercorn/stream.go", "	case s.closed, s.stage == answered:\n		s.end(false)\n",
				"	case s.closed, s.stage == answered:\n",
			}},
		},
		{
			Name: "reset-streams-end-at-once", About: "A reset ends an answer that waits for a window at once; with h2 that takes another attempt to send, and only then does the connection's idle time begin.",
			Scenarios: []string{"hypercorn-http2-streams-waiting"},
			Edits:     []Edit{{"server/http2/stream.go", "	s.closed = true\n	if len", "	s.closed = true\n	delete(c.streams, s.id)\n	if len"}},
		},
		{
			Name: "waiting-streams-end-with-their-connection", About: "Answers that wait for a window are dropped with their connection; in Hypercorn their tasks keep waiting, and the stop waits for them.",
			Scenarios: []string{"hypercorn-http2-streams-waiting"},
			Edits: []Edit{{
				"stacks/hypercorn/h2.go", "	for _, id := range slices.Sorted(maps.Keys(h.streams)) {\n		h.Reset(id)\n	}\n	h.conn.Exit()\n",
				"	for _, id := range slices.Sorted(maps.Keys(h.tasks)) {\n		h.tasks[id].end(false)\n	}\n	h.conn.Exit()\n",
			}},
		},
		{
			Name: "data-for-a-whole-request-costs-the-connection", About: "Data after the end of a request ends the connection instead of only the stream.",
			Scenarios: []string{"hypercorn-http2-streams-waiting"},
			Edits: []Edit{{
				"server/http2/receive.go", "		c.openWindow(0, c.in.process(n))\n		c.breakStream(s, codeStreamClosed)\n		return nil\n",
				"		return codeStreamClosed\n",
			}},
		},
		{
			Name: "settings-of-an-upgrade-are-not-heard", About: "HTTP2-Settings of a request that asks for h2c have no effect.",
			Scenarios: []string{"hypercorn-http2-streams-upgraded"},
			Edits:     []Edit{{"stacks/hypercorn/h2.go", "h.http2.Upgrade(asked, settings)", "h.http2.Upgrade(asked, settings[:0])"}},
		},
		{
			Name: "streams-exceed-their-windows", About: "Parts of a stream are sent at once, whatever windows its client has opened.",
			Scenarios: []string{"hypercorn-program-flow-window"},
			Edits: []Edit{{
				"server/http2/send.go", "max(0, min(s.window, c.window, int64(c.largest)))", "min(int64(len(b.out)), int64(c.largest))",
			}},
		},
	}
}

// hypercornRules are mistakes in what Hypercorn and its libraries accept.
func hypercornRules() []Variant {
	return []Variant{
		{
			Name: "trailers-count-against-the-length", About: "Trailers of a request without the body that its length announces end the connection; h2 compares nothing then.",
			Scenarios: []string{"hypercorn-http2-frames"},
			Edits:     []Edit{{"server/http2/receive.go", "	c.ended(s)\n	return c.weigh(s.id)\n", "	return c.checkLength(s, true)\n"}},
		},
		{
			Name: "one-h2-at-both-vintages", About: "h2 4.1.0 judges the characters and lengths of a head as 4.4.1 does.",
			Scenarios: []string{"hypercorn-http2-headers"},
			Edits:     []Edit{{"server/http2/rules.go", "	V41 = Rules{Streams: mostStreams}\n", "	V41 = Rules{Streams: mostStreams, Characters: true, Digits: true, OneHost: true, Connect: true}\n"}},
		},
		{
			Name: "bytes-after-a-handshake-are-dropped", About: "Bytes after a WebSocket handshake in the same read are dropped, instead of ending it.",
			Scenarios: []string{"hypercorn-handshakes"},
			Edits:     []Edit{{"stacks/hypercorn/events.go", "x.followed = x.socket && len(c.buffer) > c.used", "x.followed = false"}},
		},
		{
			Name: "exceptions-end-only-their-connection", About: "On trio, an exception of a connection's task ends only the connection, as on asyncio.",
			Scenarios: []string{"hypercorn-trio-falls-settings"}, Processes: true,
			Edits: []Edit{{
				"stacks/hypercorn/life.go", "e.Crashed, e.Uncaught = l.requested, l.emptied, l.crash, l.fall", "e.Crashed = l.requested, l.emptied, l.crash",
			}},
		},
		{
			Name: "trio-closes-after-streams", About: "On trio, a stream's connection is closed or idle after it, although Starlette has cancelled the task that would do that.",
			Scenarios: []string{"hypercorn-trio-program-flow-answers"},
			Edits: []Edit{
				{
					"stacks/hypercorn/sendhttp1.go", "		c.idle.forget()\n		c.unshut = c.server != stateIdle && !c.Closing()\n",
					"		p.cancelled = false\n",
				},
				{"stacks/hypercorn/sendhttp1.go", "	case p.cancelled:\n		return false\n", ""},
			},
		},
	}
}
