package variants

// ends are mistakes in how connections end, and in limits.
func ends() []Variant {
	return []Variant{
		{
			Name: "keep-alive-a-second-late", About: "An idle connection stays open a second longer.", Scenarios: []string{"idle-five-seconds"},
			Edits: []Edit{{"server/worker.go", "KeepAlive: w.cfg.KeepAlive,", "KeepAlive: w.cfg.KeepAlive + 1e9,"}},
		},
		{
			Name: "keep-alive-not-stopped-by-bytes", About: "A connection is closed although half of the next request has come.", Scenarios: []string{"idle-states"},
			Edits: []Edit{{"stacks/uvicorn/conn.go", "	c.Loop().Cancel(&c.idle)\n	if len(c.rest) > 0 {", "	if len(c.rest) > 0 {"}},
		},
		{
			Name: "limit-concurrency-reached", About: "--limit-concurrency N accepts N instead of N-1.", Scenarios: []string{"limit-concurrency-burst"},
			Edits: []Edit{{"stacks/uvicorn/endpoint.go", "len(e.connections) >= n || e.Tasks >= n", "len(e.connections) > n || e.Tasks > n"}},
		},
		{
			Name: "one-request-more-in-a-life", About: "--limit-max-requests N accepts N+1.", Scenarios: []string{"limit-max-requests-in-work"},
			Edits: []Edit{{"stacks/uvicorn/life.go", "l.endpoint.Answered >= most", "l.endpoint.Answered > most"}},
		},
	}
}

// stopping are mistakes in how a server ends, and in its other limits.
func stopping() []Variant {
	return []Variant{
		{
			Name: "second-interrupt-ignored", About: "A second SIGINT has no effect.", Scenarios: []string{"stop-twice-sigint"},
			Edits: []Edit{{"stacks/uvicorn/life.go", "l.forceExit || l.shouldExit && sig == syscall.SIGINT", "false && sig == syscall.SIGINT"}},
		},
		{
			Name: "exit-0-after-sigterm", About: "Uvicorn 0.54 is killed by the SIGTERM that ended it; this exits with status 0.", Scenarios: []string{"stop-idle-sigterm"},
			Edits: []Edit{{"stacks/uvicorn/version.go", "raisesSignal: true,", "raisesSignal: false,"}},
		},
		{
			Name: "idle-connections-kept-at-the-end", About: "Idle connections are not closed when the server stops.", Scenarios: []string{"stop-idle-sigint"},
			Edits: []Edit{{"stacks/uvicorn/conn.go", "		c.cycle.keepAlive = false\n		return\n	}\n	c.Close()\n", "		c.cycle.keepAlive = false\n		return\n	}\n"}},
		},
		{
			Name: "requests-in-work-dropped-at-the-end", About: "A server that stops does not wait for running requests.", Scenarios: []string{"stop-in-work-sigterm"},
			Edits: []Edit{{"stacks/uvicorn/life.go", "	case l.endpoint.Connections() > 0:\n", "	case l.endpoint.Connections() > 1000:\n"}, {"stacks/uvicorn/life.go", "	case l.endpoint.Tasks > 0:\n", "	case l.endpoint.Tasks > 1000:\n"}},
		},
		{
			Name: "silent-closed-too", About: "The keep-alive timer also closes a connection that never sent anything.",
			Edits:     []Edit{{"stacks/uvicorn/conn.go", "func (c *Conn) ConnectionMade() { c.endpoint.connections.add(c) }", "func (c *Conn) ConnectionMade() {\n\tc.endpoint.connections.add(c)\n\tc.Loop().After(&c.idle, c.endpoint.KeepAlive, (*idleTimeout)(c))\n}"}},
			Scenarios: []string{"idle-states"},
		},
		{
			Name: "second-sigterm-forces", About: "A second SIGTERM forces the end, which only SIGINT should do.",
			Edits:     []Edit{{"stacks/uvicorn/life.go", "l.shouldExit && sig == syscall.SIGINT", "l.shouldExit"}},
			Scenarios: []string{"stop-twice-sigterm-threadpool"},
		},
		{
			Name: "late-connections-taken", About: "The server keeps listening while it waits for running requests.",
			Edits:     []Edit{{"stacks/uvicorn/life.go", "\tl.CloseListener()\n", ""}},
			Scenarios: []string{"stop-in-work-sigterm-threadpool"},
		},
		{
			Name: "line-dropped-at-stop", About: "Queued requests are dropped when the server is told to stop.",
			Edits:     []Edit{{"stacks/uvicorn/life.go", "\tl.endpoint.Shutdown()\n", "\tl.endpoint.Shutdown()\n\tl.Runtime().Limiter.Abandon()\n"}},
			Scenarios: []string{"stop-in-work-sigterm-threadpool"},
		},
		{
			Name: "tasks-not-counted", About: "--limit-concurrency does not count running requests whose clients have left.",
			Edits:     []Edit{{"stacks/uvicorn/endpoint.go", " || e.Tasks >= n)", ")"}},
			Scenarios: []string{"limit-concurrency-zombies"},
		},
		{
			Name: "graceful-timeout-late", About: "The graceful timeout ends running requests a second late.",
			Edits:     []Edit{{"stacks/uvicorn/life.go", "+ tick + l.Config().GracefulTimeout", "+ tick + time.Second + l.Config().GracefulTimeout"}},
			Scenarios: []string{"stop-graceful-timeout-threadpool"},
		},
	}
}

// processes are mistakes of several workers and their parent.
func processes() []Variant {
	return []Variant{
		{
			Name: "workers-share-evenly", About: "A worker that has accepted a connection leaves the next one to the others.", Scenarios: []string{"workers-blocked"}, Processes: true,
			Edits: []Edit{
				{
					"eventloop/server.go", "		s.loop.Soon((*connect)(st))\n	}\n",
					"		s.loop.Soon((*connect)(st))\n		_ = s.loop.poller.Watch(s.handle, false, false)\n		s.loop.After(&s.rest, 30*time.Millisecond, (*acceptAgain)(s))\n		return\n	}\n",
				},
			},
		},
		{
			Name: "dead-worker-replaced", About: "Uvicorn 0.21 does not replace a killed worker; this does.", Scenarios: []string{"workers-one-killed"}, Processes: true,
			Edits: []Edit{{"server/parent.go", "	if cfg.Respawn {\n", "	if true {\n"}},
		},
		{
			Name: "backlog-and-one", About: "The backlog holds one connection too many.",
			Edits:     []Edit{{"server/listen/socket_unix.go", "unix.Listen(fd, backlog)", "unix.Listen(fd, backlog+1)"}},
			Scenarios: []string{"blocked-backlog-5"}, Processes: true,
		},
		{
			Name: "sighup-ignored", About: "SIGHUP does not restart the current workers.",
			Edits:     []Edit{{"stacks/uvicorn/parent.go", `{Signal: "HUP", Action: supervisor.Restart`, `{Signal: "HUP", Action: supervisor.Ignore`}},
			Scenarios: []string{"workers-sighup"}, Processes: true,
		},
		{
			Name: "other-startup-status", About: "The current server exits with status 1 if its port is in use.",
			Edits:     []Edit{{"stacks/uvicorn/stack.go", "Policy: parent054()}, StartupFailure: 3,", "Policy: parent054()}, StartupFailure: 1,"}},
			Scenarios: []string{"log-port-in-use"}, Processes: true,
		},
		{
			Name: "limit-shared", About: "The workers share the limit of threads instead of each having it.",
			Edits:     []Edit{{"server/worker.go", "limiter.New(tokens(cfg, stack), stack.Order)", "limiter.New((cfg.Limit + cfg.Workers - 1) / cfg.Workers, stack.Order)"}},
			Scenarios: []string{"workers-pool-each"}, Processes: true,
		},
	}
}
