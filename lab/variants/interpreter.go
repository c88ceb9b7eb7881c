package variants

// interpreters are mistakes in how threads and the loop share the interpreter.
func interpreters() []Variant {
	return []Variant{
		{
			Name: "loop-without-the-interpreter", About: "The loop serves requests while threads compute.", Scenarios: []string{"program-interpreter-kept", "program-interpreter-health"},
			Edits: []Edit{{"eventloop/interpreter.go", "	if l.holds || !l.computing() {\n		return\n	}\n	l.stands()", "	if true {\n		return\n	}\n	l.stands()"}},
		},
		{
			Name: "interpreter-without-an-interval", About: "A thread that computes has the interpreter until it is done.", Scenarios: []string{"program-interpreter-health", "program-interpreter-threads"},
			Edits: []Edit{{"interpreter/lock.go", "	if l.holder.Keeps || len(l.waiting) == 0 || done <= switches {", "	if true || done <= switches {"}},
		},
		{
			Name: "interpreter-that-is-not-shared", About: "Threads compute at the same time, as without a lock.", Scenarios: []string{"program-interpreter-threads"},
			Edits: []Edit{{"modes/mode.go", "		case s.Kind == Compute && j.runtime.Alone:", "		case s.Kind == Compute || s.Kind == Keep:"}},
		},
		{
			Name: "threads-stand-still-while-the-loop-is-blocked", About: "A thread that has slept goes on only when the loop does.", Scenarios: []string{"program-interpreter-blocked"},
			Edits: []Edit{{"eventloop/loop.go", "	for l.Now() < until {\n		l.standUntil(until)\n	}\n", "	l.clock.Sleep(d)\n"}},
		},
		{
			Name: "ping-without-the-interpreter", About: "A worker whose interpreter is kept by C code still answers its parent.", Scenarios: []string{"program-interpreter-ping-gil"},
			Edits:     []Edit{{"server/child.go", "	child.BeforePong(w.loop.AwaitInterpreter)\n", ""}},
			Processes: true,
		},
	}
}
