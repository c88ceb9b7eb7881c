package variants

// onTrio are mistakes in what Hypercorn does on trio.
func onTrio() []Variant {
	return []Variant{
		{
			Name: "trio-obeys-the-limit", About: "On trio, --limit changes the number of threads, as it does elsewhere.", Scenarios: []string{"hypercorn-trio-pool-limit-of-the-article"},
			Edits: []Edit{{"stacks/hypercorn/trio.go", "s.OwnThreads = modes.OnTrio(), limiter.FIFO, threads, trioThreads", "s.OwnThreads = modes.OnTrio(), limiter.FIFO, threads, 0"}},
		},
		{
			Name: "trio-serves-whom-it-should-close", About: "On trio, a request that came in time is answered although the loop was blocked for longer than the keep-alive timeout.",
			Scenarios: []string{"hypercorn-trio-idle-during-a-block"},
			Edits: []Edit{
				{"stacks/hypercorn/idle.go", "i.leave(idleLeaves, i.conn.library().Expired)", "i.leave(idleLeaves, i.conn.library().Expired+3)"},
				{
					"stacks/hypercorn/idle.go", "		i.phase = idleNone\n	case idleNone, idleLeaves, idleStops: // the closing is shielded\n",
					"		i.phase = idleNone\n	case idleLeaves:\n		i.phase = idleNone\n	case idleNone, idleStops:\n",
				},
			},
		},
		{
			Name: "trio-writes-an-answer-at-once", About: "On trio, the answers of a turn are sent as their handlers end, without the checkpoint before a write.",
			Scenarios: []string{"hypercorn-trio-blocked-connected"},
			Edits:     []Edit{{"stacks/hypercorn/library.go", "notAnswered: 1, headSent: 2, bodySent: 1, answered: 3", "notAnswered: 0, headSent: 0, bodySent: 0, answered: 0"}},
		},
		{
			Name: "trio-stops-threads", About: "On trio, a stop answers requests that run in a thread with 500, as on asyncio.", Scenarios: []string{"hypercorn-trio-stop-beyond-grace"},
			Edits:     []Edit{{"stacks/hypercorn/library.go", "ReadsItself: true, Shields: true,", "ReadsItself: true,"}},
			Processes: true,
		},
		{
			Name: "trio-counts-threads-from-one", About: "Trio's first thread is number 1.", Scenarios: []string{"hypercorn-trio-thread-names"},
			Edits: []Edit{{"stacks/hypercorn/trio.go", "Trio worker thread %d\", MaxIdle", "Trio worker thread %d\", First: 1, MaxIdle"}},
		},
		{
			Name: "trio-keeps-idle-threads", About: "Trio's idle threads never end.", Scenarios: []string{"hypercorn-trio-threads-expire", "hypercorn-trio-thread-names"},
			Edits: []Edit{{"stacks/hypercorn/trio.go", "	trioIdle    = 10 * time.Second", "	trioIdle    = time.Hour"}},
		},
		{
			Name: "trio-accepts-all", About: "Trio accepts all waiting connections in one turn.", Scenarios: []string{"hypercorn-trio-blocked-fresh", "hypercorn-trio-blocked-accepted"},
			Edits: []Edit{{"eventloop/flavour.go", "AcceptsPerTurn: 1, AcceptsOneAhead: true,", "AcceptsPerTurn: 0,"}},
		},
		{
			Name: "trio-warns-each-time", About: "On trio, Python's warning comes with every request.", Scenarios: []string{"hypercorn-trio-pool-waves", "hypercorn-trio-awaiting-fails"},
			Edits: []Edit{{"server/worker.go", "warning != \"\" && !slices.Contains(w.warned, warning)", "warning != \"\" && !slices.Contains(w.warned, warning+\" \")"}},
		},
	}
}
