package variants

// pool are mistakes in which request gets a thread, and when.
func pool() []Variant {
	return []Variant{
		{
			Name: "line-served-from-the-other-end", About: "First in, first out where the real server runs the newest request first, and the reverse.",
			Scenarios: []string{"pool-of-one", "pool-order-four"},
			Edits:     []Edit{{"limiter/queue.go", "if q.order == LIFO {", "if q.order == FIFO {"}},
		},
		{
			Name: "one-thread-too-many", About: "The limit is one too high.", Scenarios: []string{"pool-of-one", "pool-default-ceiling"},
			Edits: []Edit{{"server/worker.go", "limiter.New(tokens(cfg, stack), stack.Order)", "limiter.New(tokens(cfg, stack)+1, stack.Order)"}},
		},
		{
			Name: "one-thread-too-few", About: "The limit is one too low.", Scenarios: []string{"pool-order-four", "pool-default-ceiling"},
			Edits: []Edit{{"server/worker.go", "limiter.New(tokens(cfg, stack), stack.Order)", "limiter.New(tokens(cfg, stack)-1, stack.Order)"}},
		},
		{
			Name: "token-freed-when-its-client-leaves", About: "A client that leaves frees its thread for the next request.", Scenarios: []string{"leave-running"},
			Edits: append(leave(), Edit{
				"modes/threadpool.go", "	(*Job)(d).release()\n",
				"	if !d.left {\n\t\t(*Job)(d).release()\n\t}\n",
			}, Edit{
				"modes/threadpool.go", "func (j *Job) Granted() {",
				"func (j *Job) Leave() {\n\tif j.thread != nil {\n\t\tj.left = true\n\t\tj.runtime.Limiter.Release(j.runtime.Loop.Polled())\n\t}\n}\n\nfunc (j *Job) Granted() {",
			}),
		},
		{
			Name: "queued-request-forgotten-when-its-client-leaves", About: "A client that leaves while its request is queued cancels the request.",
			Scenarios: []string{"leave-queued"},
			Edits: append(leave(), Edit{
				"modes/threadpool.go", "func (j *Job) Granted() {\n\tj.shielded = true\n\tj.runtime.Loop.Soon((*work)(j))\n}",
				"func (j *Job) Leave() { j.left = true }\n\nfunc (j *Job) Granted() {\n\tif !j.left {\n\t\tj.runtime.Loop.Soon((*work)(j))\n\t\treturn\n\t}\n" +
					"\tj.runtime.Loop.Soon(eventloop.Func(func() { j.runtime.Limiter.Release(j.runtime.Loop.Polled()) }))\n}",
			}, Edit{
				"modes/threadpool.go", `import "github.com/target-server/target-server/limiter"`,
				"import (\n\t\"github.com/target-server/target-server/eventloop\"\n\t\"github.com/target-server/target-server/limiter\"\n)",
			}),
		},
		{
			Name: "started-before-its-token", About: "The log line \"processing\" comes when a request is queued instead of when it starts.",
			Edits: []Edit{
				{"modes/threadpool.go", "\tswitch (*Job)(a).acquire(", "\ta.thread = a.runtime.Threads.Take(a.runtime.Loop.Polled())\n\ta.Program.Begin(a.thread)\n\tswitch (*Job)(a).acquire("},
				{"modes/threadpool.go", "\tk.thread = k.runtime.Threads.Take(k.runtime.Loop.Polled())\n", ""},
				{"modes/threadpool.go", "\tb.Program.Begin(b.thread)\n", ""},
			},
			Scenarios: []string{"pool-order-four", "pool-of-one"},
		},
	}
}

// threads are mistakes in which thread runs, for how long, and for which request.
func threads() []Variant {
	return []Variant{
		{
			Name: "oldest-thread-first", About: "Of several idle threads, the one that finished first is used.", Scenarios: []string{"threads-reused"},
			Edits: []Edit{{"modes/threads.go", "	if p.pool.Longest {", "	if !p.pool.Longest {"}},
		},
		{
			Name: "threads-never-expire", About: "Idle threads never end.", Scenarios: []string{"threads-expire"},
			Edits: []Edit{{"modes/threads.go", "MaxIdle: 10 * time.Second", "MaxIdle: 10 * time.Hour"}},
		},
		{
			Name: "work-too-short", About: "A handler takes only half its time.", Scenarios: []string{"pool-trickle"},
			Edits: []Edit{{"modes/mode.go", "Meter.Sleep(s.For)", "Meter.Sleep(s.For/2)"}},
		},
		{
			Name: "awaiting-takes-a-thread", About: "Handlers that await are limited by the thread pool.", Scenarios: []string{"awaiting-beyond-the-pool"},
			Edits: []Edit{{"modes/mode.go", `{"cooperative", Cooperative},`, `{"cooperative", Threadpool},`}},
		},
		{
			Name: "not-found-waits-for-a-thread", About: "A 404 is queued with the requests that need a thread.", Scenarios: []string{"pool-saturated-others"},
			Edits: []Edit{
				{"apps/fastapi/app.go", "	}\n	e.Reply(a.version.notFound)\n", "	}\n	a.worker.Hold(e, \"\\x00\", 0)\n"},
				{"apps/fastapi/app.go", "	if a.greets {\n", "	if id == \"\\x00\" {\n\t\treturn a.version.notFound\n\t}\n	if a.greets {\n"},
			},
		},
	}
}

// leave makes a connection tell the running request that the client has left, which nothing in the
// imitated servers does.
func leave() []Edit {
	return []Edit{
		{
			"stacks/uvicorn/conn.go", "		c.endpoint.orphans.add(c)\n",
			"		c.endpoint.orphans.add(c)\n\t\tif w, ok := c.working.Held().(interface{ Leave() }); ok {\n\t\t\tw.Leave()\n\t\t}\n",
		},
		{"modes/mode.go", "	cancelled bool\n", "	cancelled bool\n\tleft      bool\n"},
	}
}
