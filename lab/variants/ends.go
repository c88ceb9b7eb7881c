package variants

// ends has mistakes in how connections end, and in limits.
func ends() []Variant {
	return []Variant{
		{
			Name: "keep-alive-a-second-late", About: "An idle connection lives a second longer.", Scenarios: []string{"idle-five-seconds"},
			Edits: []Edit{{"server/worker.go", "KeepAlive: w.cfg.KeepAlive,", "KeepAlive: w.cfg.KeepAlive + 1e9,"}},
		},
		{
			Name: "keep-alive-not-stopped-by-bytes", About: "A connection is closed although half of the next request has come.", Scenarios: []string{"idle-states"},
			Edits: []Edit{{"stacks/uvicorn/conn.go", "	c.Loop().Cancel(&c.idle)\n	if len(c.rest) > 0 {", "	if len(c.rest) > 0 {"}},
		},
		{
			Name: "limit-concurrency-reached", About: "--limit-concurrency N serves N instead of N-1.", Scenarios: []string{"limit-concurrency-burst"},
			Edits: []Edit{{"stacks/uvicorn/endpoint.go", "len(e.connections) >= n || e.Tasks >= n", "len(e.connections) > n || e.Tasks > n"}},
		},
		{
			Name: "one-request-more-in-a-life", About: "--limit-max-requests N serves N+1.", Scenarios: []string{"limit-max-requests-in-work"},
			Edits: []Edit{{"stacks/uvicorn/life.go", "l.endpoint.Answered >= most", "l.endpoint.Answered > most"}},
		},
	}
}

// stopping has mistakes in how a server ends, and in what is left of its limits.
func stopping() []Variant {
	return []Variant{
		{
			Name: "second-interrupt-ignored", About: "A second SIGINT changes nothing.", Scenarios: []string{"stop-twice-sigint"},
			Edits: []Edit{{"stacks/uvicorn/life.go", "l.forceExit || l.shouldExit && sig == syscall.SIGINT", "false && sig == syscall.SIGINT"}},
		},
		{
			Name: "exit-0-after-sigterm", About: "Uvicorn 0.54 dies by the SIGTERM that ended it; this exits with 0.", Scenarios: []string{"stop-idle-sigterm"},
			Edits: []Edit{{"stacks/uvicorn/version.go", "raisesSignal: true,", "raisesSignal: false,"}},
		},
		{
			Name: "idle-connections-kept-at-the-end", About: "Idle connections are not closed when the server stops.", Scenarios: []string{"stop-idle-sigint"},
			Edits: []Edit{{"stacks/uvicorn/conn.go", "		c.cycle.keepAlive = false\n		return\n	}\n	c.Close()\n", "		c.cycle.keepAlive = false\n		return\n	}\n"}},
		},
		{
			Name: "requests-in-work-dropped-at-the-end", About: "A server that stops does not wait for the requests in work.", Scenarios: []string{"stop-in-work-sigterm"},
			Edits: []Edit{{"stacks/uvicorn/life.go", "	case l.endpoint.Connections() > 0:\n", "	case l.endpoint.Connections() > 1000:\n"}, {"stacks/uvicorn/life.go", "	case l.endpoint.Tasks > 0:\n", "	case l.endpoint.Tasks > 1000:\n"}},
		},
		{
			Name: "silent-closed-too", About: "A connection that never sent anything is closed by the keep-alive timer as well.",
			Edits:     []Edit{{"stacks/uvicorn/conn.go", "func (c *Conn) ConnectionMade() { c.endpoint.connections.add(c) }", "func (c *Conn) ConnectionMade() {\n\tc.endpoint.connections.add(c)\n\tc.Loop().After(&c.idle, c.endpoint.KeepAlive, (*idleTimeout)(c))\n}"}},
			Scenarios: []string{"idle-states"},
		},
		{
			Name: "second-sigterm-forces", About: "A second SIGTERM forces the end, as only SIGINT does.",
			Edits:     []Edit{{"stacks/uvicorn/life.go", "l.shouldExit && sig == syscall.SIGINT", "l.shouldExit"}},
			Scenarios: []string{"stop-twice-sigterm-threadpool"},
		},
		{
			Name: "late-connections-taken", About: "The server listens on while it waits for the requests in work.",
			Edits:     []Edit{{"stacks/uvicorn/life.go", "\tl.CloseListener()\n", ""}},
			Scenarios: []string{"stop-in-work-sigterm-threadpool"},
		},
		{
			Name: "line-dropped-at-stop", About: "Requests that wait for a thread are dropped when the server is told to stop.",
			Edits:     []Edit{{"stacks/uvicorn/life.go", "\tl.endpoint.Shutdown()\n", "\tl.endpoint.Shutdown()\n\tl.Runtime().Limiter.Abandon()\n"}},
			Scenarios: []string{"stop-in-work-sigterm-threadpool"},
		},
		{
			Name: "tasks-not-counted", About: "--limit-concurrency does not count the work of clients that have left.",
			Edits:     []Edit{{"stacks/uvicorn/endpoint.go", " || e.Tasks >= n)", ")"}},
			Scenarios: []string{"limit-concurrency-zombies"},
		},
		{
			Name: "graceful-timeout-late", About: "The graceful timeout ends the requests in work a second late.",
			Edits:     []Edit{{"stacks/uvicorn/life.go", "+ tick + l.Config().GracefulTimeout", "+ tick + time.Second + l.Config().GracefulTimeout"}},
			Scenarios: []string{"stop-graceful-timeout-threadpool"},
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
			Edits: []Edit{{"server/parent.go", "	if cfg.Respawn {\n", "	if true {\n"}},
		},
		{
			Name: "backlog-and-one", About: "The kernel holds one connection more than the backlog says.",
			Edits:     []Edit{{"server/listen/socket_unix.go", "unix.Listen(fd, backlog)", "unix.Listen(fd, backlog+1)"}},
			Scenarios: []string{"blocked-backlog-5"}, Processes: true,
		},
		{
			Name: "sighup-ignored", About: "SIGHUP does not restart the current workers.",
			Edits:     []Edit{{"stacks/uvicorn/parent.go", `{Signal: "HUP", Action: supervisor.Restart`, `{Signal: "HUP", Action: supervisor.Ignore`}},
			Scenarios: []string{"workers-sighup"}, Processes: true,
		},
		{
			Name: "other-startup-status", About: "The current server ends with status 1 when its port is taken.",
			Edits:     []Edit{{"stacks/uvicorn/stack.go", "Policy: parent054()}, StartupFailure: 3,", "Policy: parent054()}, StartupFailure: 1,"}},
			Scenarios: []string{"log-port-in-use"}, Processes: true,
		},
		{
			Name: "limit-shared", About: "The workers share the limit of threads instead of having it each.",
			Edits:     []Edit{{"server/worker.go", "limiter.New(tokens(cfg, stack), stack.Order)", "limiter.New((cfg.Limit + cfg.Workers - 1) / cfg.Workers, stack.Order)"}},
			Scenarios: []string{"workers-pool-each"}, Processes: true,
		},
	}
}
