package variants

// programs are mistakes in what surrounds the functions of a program.
func programs() []Variant {
	return []Variant{
		{
			Name: "program-one-token-for-a-request", About: "A request takes one token and keeps it from its first function to its answer.",
			Scenarios: []string{"program-trips-two", "program-model-second-token"},
			Edits: []Edit{
				{"modes/mode.go", "	if j.entry != Bypass {\n		j.runtime.Limiter.Release", "	if j.entry == Admitted {\n		j.runtime.Limiter.Release"},
				{
					"apps/fastapi/task.go", "	case t.admitted || c.kind == aTask:\n		t.request.Again(modes.Admitted)\n",
					"	case c.kind == aTask:\n		t.request.Again(modes.Admitted)\n	case t.admitted:\n		t.request.Again(modes.Bypass)\n",
				},
				{
					"apps/fastapi/task.go", "	v := t.program.version\n	switch {\n",
					"	v := t.program.version\n	if rt := t.program.worker.Runtime(); t.admitted {\n		rt.Limiter.Release(rt.Loop.Polled())\n	}\n	switch {\n",
				},
			},
		},
		{
			Name: "program-exits-through-the-limiter", About: "The exit of a dependency waits for a token, as its beginning does.",
			Scenarios: []string{"program-exits-past-limiter"},
			Edits:     []Edit{{"apps/fastapi/task.go", "t.request.Again(modes.Bypass)", "t.request.Again(modes.Admitted)"}},
		},
		{
			Name: "program-validation-without-a-token", About: "A response model is validated past the limiter.", Scenarios: []string{"program-model-second-token"},
			Edits: []Edit{{"apps/fastapi/task.go", "	case c.kind == anExit:\n", "	case c.kind == anExit, c.kind == aValidation:\n"}},
		},
		{
			Name: "program-uploads-without-threads", About: "What an upload writes to disk is written past the limiter.", Scenarios: []string{"program-upload-busy"},
			Edits: []Edit{{"apps/fastapi/task.go", "	case c.kind == anExit:\n", "	case c.kind == anExit, c.kind == anUpload:\n"}},
		},
		{
			Name: "program-forms-after-dependencies", About: "Dependencies run before the form is read.", Scenarios: []string{"program-forms-order"},
			Edits: []Edit{
				{"apps/fastapi/reading.go", "		t.abandonForm()\n		t.phase = replying\n", "		t.abandonForm()\n		t.phase = exiting\n"},
				{
					"apps/fastapi/task.go", "			if !t.read() {\n				return\n			}\n",
					"			if len(t.calls) > 0 && t.calls[0] != t.plan.handler() && t.Failure == nil {\n				c := t.calls[0]\n				t.calls = t.calls[1:]\n				t.start(c)\n				return\n			}\n			if !t.read() {\n				return\n			}\n",
				},
			},
		},
		{
			Name: "program-tasks-before-the-answer", About: "The client waits for the background tasks.", Scenarios: []string{"program-tasks-times"},
			Edits: []Edit{
				{"apps/fastapi/task.go", "		case checking:\n			t.phase = replying\n", "		case checking:\n			t.phase = afterward\n"},
				{"apps/fastapi/task.go", "		case afterward:\n			t.phase = exiting\n", "		case afterward:\n			t.phase = replying\n"},
				{"apps/fastapi/task.go", "	t.phase = afterward\n	if t.failed() {", "	t.phase = exiting\n	if t.failed() {"},
			},
		},
		{
			Name: "program-dependencies-not-cached", About: "A dependency that several others need is called for each of them.", Scenarios: []string{"program-order"},
			Edits: []Edit{{"apps/fastapi/plan.go", "if c := pl.known[d]; c != nil {", "if c := pl.known[d]; false {"}},
		},
		{
			Name: "program-dependencies-in-reverse", About: "A dependency is called before those that it needs.", Scenarios: []string{"program-order"},
			Edits: []Edit{{"apps/fastapi/plan.go", "	pl.known[d] = c\n	pl.calls = append(pl.calls, c)\n", "	pl.known[d] = c\n	pl.calls = append([]*call{c}, pl.calls...)\n"}},
		},
	}
}

// programFiles are mistakes in files and folders.
func programFiles() []Variant {
	return []Variant{
		{
			Name: "program-files-past-the-limiter", About: "The trips of a file or a folder to threads take no token.",
			Scenarios: []string{"program-files-pool", "program-folders-pool"},
			Edits:     []Edit{{"apps/fastapi/sequence.go", "t.request.Again(modes.Bounded)\n	if t.admitted || t.reply != nil {\n		t.request.Again(modes.Admitted)", "t.request.Again(modes.Bypass)\n	if false {\n		t.request.Again(modes.Admitted)"}},
		},
		{
			Name: "program-files-one-read-fewer", About: "A file that ends with a whole part is not read once more.",
			Scenarios: []string{"program-files-pool-whole"},
			Edits:     []Edit{{"apps/fastapi/files/sender.go", "more := s.read == ChunkSize && (len(s.Spans) == 0 || s.at < s.end())", "more := s.read == ChunkSize && s.at < s.end()"}},
		},
	}
}

// programEnds are mistakes in what follows a handler, and in failures.
func programEnds() []Variant {
	return []Variant{
		{
			Name: "program-exits-in-order-of-entry", About: "The dependency that was entered first exits first.", Scenarios: []string{"program-order"},
			Edits: []Edit{{
				"apps/fastapi/task.go", "			c := t.entered[last]\n			t.entered = t.entered[:last]\n", "			c := t.entered[0]\n			t.entered = t.entered[1:]\n",
			}},
		},
		{
			Name: "program-exits-before-tasks", About: "Dependencies exit before the background tasks run.", Scenarios: []string{"program-order"},
			Edits: []Edit{
				{"apps/fastapi/task.go", "	t.phase = afterward\n	if t.failed() {", "	t.phase = exiting\n	if t.failed() {"},
				{
					"apps/fastapi/task.go", "		default:\n			t.exited()\n",
					"		default:\n			if t.reply != nil && t.next < len(t.plan.background) && t.Failure == nil {\n				t.phase = afterward\n				continue\n			}\n			t.exited()\n",
				},
			},
		},
		{
			Name: "program-own-parameters-first", About: "A wrong parameter of the route is answered before its dependencies are called.",
			Scenarios: []string{"program-parameters-dependencies", "program-busy-health"},
			Edits: []Edit{{
				"apps/fastapi/plan.go", "	for _, d := range p.route.Depends {\n		s.walk(p.find(d))\n	}\n	s.take(p.handler())\n",
				"	if !s.take(p.handler()) {\n		return s.values, nil, s.errs\n	}\n	for _, d := range p.route.Depends {\n		s.walk(p.find(d))\n	}\n",
			}},
		},
		{
			Name: "program-no-exits-after-a-422", About: "Dependencies that were entered before a wrong parameter was found do not exit.",
			Scenarios: []string{"program-parameters-dependencies"},
			Edits: []Edit{{
				"apps/fastapi/task.go", "			if t.Failure != nil || len(t.errs) > 0 {\n",
				"			if len(t.errs) > 0 {\n				t.entered = nil\n			}\n			if t.Failure != nil || len(t.errs) > 0 {\n",
			}},
		},
		{
			Name: "program-traceback-of-the-last-alone", About: "A traceback does not show the exception during whose handling another was raised.",
			Scenarios: []string{"program-errors-exits"},
			Edits:     []Edit{{"apps/fastapi/traceback.go", "	if f.Earlier != nil {", "	if f.Earlier != nil && f.Earlier == f {"}},
		},
		{
			Name: "program-an-exception-keeps-the-connection", About: "The connection stays open after an exception.",
			Scenarios: []string{"program-errors-handlers", "program-errors-tasks"},
			Edits: []Edit{{
				"stacks/uvicorn/cycle.go", "		c.conn.endpoint.Log.Error(failed + journal.Raised(exception))\n		c.conn.Close()\n	}\n	if c.parts",
				"		c.conn.endpoint.Log.Error(failed + journal.Raised(exception))\n	}\n	if c.parts",
			}},
		},
		{
			Name: "program-tasks-not-counted", About: "--limit-concurrency does not count requests that have been answered and go on.",
			Scenarios: []string{"program-tasks-limit-concurrency"},
			Edits:     []Edit{{"stacks/uvicorn/endpoint.go", "|| e.Tasks >= n)", "|| e.Tasks-len(e.lasting) >= n)"}},
		},
	}
}

// programPools are mistakes in who gets a connection.
func programPools() []Variant {
	return []Variant{
		{
			Name: "program-newest-waiter-first", About: "The function that has waited for the shortest time gets the connection.",
			Scenarios: []string{"program-pool-order", "program-awaited-order"},
			Edits:     []Edit{{"connections/pool.go", "if w := p.waiters.first; w != nil {", "if w := p.waiters.last; w != nil {"}},
		},
		{
			Name: "program-newcomers-wait", About: "A connection goes to those that wait, also before a thread that asks for it at that moment.",
			Scenarios: []string{"program-pool-robbed"},
			Edits:     []Edit{{"modes/connection.go", "	if s.Pool.Take() {\n", "	if s.Pool.Statistics(0).Waiting == 0 && s.Pool.Take() {\n"}},
		},
		{
			Name: "program-robbed-waiter-keeps-its-place", About: "A thread that was woken and finds the connection taken is first in the queue again.",
			Scenarios: []string{"program-pool-robbed"},
			Edits: []Edit{{
				"connections/pool.go", "	p.waiters.push(w)\n",
				"	if f := p.waiters.first; f != nil && since < f.since {\n		w.next, f.previous, p.waiters.first = f, w, w\n		p.waiters.n++\n		return\n	}\n	p.waiters.push(w)\n",
			}},
		},
		{
			Name: "program-session-for-each-query", About: "Each query takes a connection of its own, also with a session.",
			Scenarios: []string{"program-session-deadlock", "program-session-handler"},
			Edits:     []Edit{{"apps/functions/function.go", "			u.session = session(pool)\n", "			_, u.session = session(pool), -1\n"}},
		},
		{
			Name: "program-session-kept", About: "A session does not give its connection back.", Scenarios: []string{"program-session-handler"},
			Edits: []Edit{{"apps/functions/call.go", "		c.put(c.sessions[s])\n", ""}},
		},
		{
			Name: "program-coroutines-look-first", About: "In SQLAlchemy 2.0, a coroutine takes an idle connection at once, also after the pool has made all that it may.",
			Scenarios: []string{"program-awaited"},
			Edits:     []Edit{{"modes/connection.go", "s.Pool.Version().WaitsInTask && s.Pool.Exhausted()", "s.Pool.Version().WaitsInTask && false"}},
		},
		{
			Name: "program-pool-timeout-begins-again", About: "The timeout of a pool begins again whenever a thread is woken in vain.", Scenarios: []string{"program-pool-robbed-late"},
			Edits: []Edit{{"modes/connection.go", "	default:\n		w.wait()\n		return\n", "	default:\n		w.deadline = w.job.runtime.Loop.Now() + pool.Timeout()\n		w.wait()\n		return\n"}},
		},
	}
}

// programStreams are mistakes in answers that a generator makes.
func programStreams() []Variant {
	return []Variant{
		{
			Name: "program-stream-past-the-limiter", About: "A stream takes a token for its first chunk only.",
			Scenarios: []string{"program-streams-tokens"},
			Edits: []Edit{{
				"apps/fastapi/generator.go", "	t.GoOn(t.request)\n	t.enter(t.running)\n",
				"	t.GoOn(t.request)\n	t.request.SetHolding(modes.HoldNowhere)\n	t.request.Again(modes.Bypass)\n	t.program.worker.Call(t.request, t.running.name, t.running.async)\n",
			}},
		},
		{
			Name: "program-stream-not-cancelled", About: "A stream goes on when its client has left.", Scenarios: []string{"program-streams-left-rst"},
			Edits: []Edit{{"apps/fastapi/stream.go", "	case s.state != streamHasEnded:\n		s.cancel()\n", ""}},
		},
		{
			Name: "program-events-without-comments", About: "An idle stream of events sends nothing.", Scenarios: []string{"program-events-quiet"},
			Edits: []Edit{{"apps/fastapi/events.go", "	e.inserter.loop.After(&e.timer, pingInterval, (*pinging)(e))\n", ""}},
		},
		{
			Name: "program-stream-ignores-slow-readers", About: "A stream does not wait for a client that does not read.", Processes: true,
			Scenarios: []string{"program-streams-slow-asyncio"},
			Edits:     []Edit{{"stacks/uvicorn/asgi.go", "	case c.conn.WritingPaused() && !c.disconnected:\n", "	case false:\n"}},
		},
	}
}
