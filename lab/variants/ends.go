package variants

// ends has mistakes in how connections and servers end, and in limits.
func ends() []Variant {
	return []Variant{
		{
			Name: "keep-alive-a-second-late", About: "An idle connection lives a second longer.", Scenarios: []string{"idle-five-seconds"},
			Edits: []Edit{{"server/worker.go", "KeepAlive: w.cfg.KeepAlive,", "KeepAlive: w.cfg.KeepAlive + 1e9,"}},
		},
		{
			Name: "keep-alive-not-stopped-by-bytes", About: "A connection is closed although half of the next request has come.", Scenarios: []string{"idle-states"},
			Edits: []Edit{{"server/http1/conn.go", "	c.Loop().Cancel(&c.idle)\n	if len(c.rest) > 0 {", "	if len(c.rest) > 0 {"}},
		},
		{
			Name: "limit-concurrency-reached", About: "--limit-concurrency N serves N instead of N-1.", Scenarios: []string{"limit-concurrency-burst"},
			Edits: []Edit{{"server/http1/service.go", "len(s.connections) >= n || s.Tasks >= n", "len(s.connections) > n || s.Tasks > n"}},
		},
		{
			Name: "one-request-more-in-a-life", About: "--limit-max-requests N serves N+1.", Scenarios: []string{"limit-max-requests-in-work"},
			Edits: []Edit{{"server/life.go", "w.service.Served >= most", "w.service.Served > most"}},
		},
		{
			Name: "second-interrupt-ignored", About: "A second SIGINT changes nothing.", Scenarios: []string{"stop-twice-sigint"},
			Edits: []Edit{{"server/life.go", "w.life.forceExit || w.life.shouldExit && sig == syscall.SIGINT", "false && sig == syscall.SIGINT"}},
		},
		{
			Name: "exit-0-after-sigterm", About: "Uvicorn 0.54 dies by the SIGTERM that ended it; this exits with 0.", Scenarios: []string{"stop-idle-sigterm"},
			Edits: []Edit{{"stacks/uvicorn.go", "RaisesSignal: true,", "RaisesSignal: false,"}},
		},
		{
			Name: "idle-connections-kept-at-the-end", About: "Idle connections are not closed when the server stops.", Scenarios: []string{"stop-idle-sigint"},
			Edits: []Edit{{"server/http1/conn.go", "		c.cycle.keepAlive = false\n		return\n	}\n	c.Close()\n", "		c.cycle.keepAlive = false\n		return\n	}\n"}},
		},
		{
			Name: "requests-in-work-dropped-at-the-end", About: "A server that stops does not wait for the requests in work.", Scenarios: []string{"stop-in-work-sigterm"},
			Edits: []Edit{{"server/life.go", "	case w.service.Connections() > 0:\n", "	case w.service.Connections() > 1000:\n"}, {"server/life.go", "	case w.service.Tasks > 0:\n", "	case w.service.Tasks > 1000:\n"}},
		},
	}
}

// processes has mistakes of several workers and their parent.
func processes() []Variant {
	return []Variant{
		{
			Name: "workers-share-evenly", About: "Whoever has accepted a connection lets the others have the next.", Scenarios: []string{"workers-blocked"}, Processes: true,
			Edits: []Edit{
				{
					"eventloop/server.go", "		s.loop.Soon((*connect)(st))\n	}\n",
					"		s.loop.Soon((*connect)(st))\n		_ = s.loop.poller.Watch(s.handle, false, false)\n		s.loop.After(&s.rest, 30*time.Millisecond, (*acceptAgain)(s))\n		return\n	}\n",
				},
			},
		},
		{
			Name: "dead-worker-replaced", About: "Uvicorn 0.21 leaves a killed worker dead; this starts another.", Scenarios: []string{"workers-one-killed"}, Processes: true,
			Edits: []Edit{{"server/supervise.go", "	if cfg.Respawn {\n", "	if true {\n"}},
		},
	}
}
