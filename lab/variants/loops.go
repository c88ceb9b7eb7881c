package variants

// loops are mistakes in what a turn of the loop does, and what a blocked loop does not do.
func loops() []Variant {
	return []Variant{
		{
			Name: "one-connection-accepted-while-blocked", About: "A blocked loop accepts one more connection, like a server that accepts in another thread.",
			Scenarios: []string{"blocked-fresh", "blocked-backlog-20"},
			Edits: []Edit{{
				"eventloop/loop.go", "	until := l.in(d)\n",
				"	until := l.in(d)\n	l.BeforeWait()\n	l.clock.Sleep(d / 20)\n\taccepts := l.flavour.AcceptsPerTurn\n\tl.flavour.AcceptsPerTurn = 1\n\tfor _, s := range l.servers {\n" +
					"\t\t(*acceptReady)(s).Run()\n\t}\n\tl.flavour.AcceptsPerTurn = accepts\n",
			}},
		},
		{
			Name: "blocking-does-not-block", About: "A handler that should block the loop does not.", Scenarios: []string{"blocked-connected"},
			Edits: []Edit{
				{"modes/asyncmisuse.go", "package modes\n", "package modes\n\nimport \"github.com/target-server/target-server/eventloop\"\n"},
				{
					"modes/asyncmisuse.go", "	rt.blocks(j, true)\n	if s := j.Program.Next(); !rt.Gate.shut.Load() {\n		rt.Loop.Block(s.For)\n	}\n	rt.Gate.blockLoop(rt.Loop, j)\n	rt.blocks(j, false)\n	j.Program.End(MainThread)\n	j.Program.Resume()\n",
					"	rt.Loop.After(&j.timer, j.Program.Next().For, eventloop.Func(func() {\n\t\tj.Program.End(MainThread)\n\t\tj.Program.Resume()\n\t}))\n",
				},
			},
		},
		{
			Name: "answers-of-a-turn-sent-together", About: "asyncio's loop holds what is written until the turn ends, as uvloop 0.17 does.",
			Scenarios: []string{"blocked-connected-asyncio"},
			Edits:     []Edit{{"eventloop/flavour.go", "TimersAfterPoll: true, FreesSignals: true,", "TimersAfterPoll: true, FreesSignals: true, HoldsWrites: true,"}},
		},
		{
			Name: "answers-of-a-turn-sent-at-once", About: "uvloop 0.17 sends what is written at once, as asyncio does.", Scenarios: []string{"blocked-connected-uvloop"},
			Edits: []Edit{{"eventloop/flavour.go", "		HoldsWrites: true, EndsOnHangUp: true,", "		EndsOnHangUp: true,"}},
		},
		{
			Name: "asyncio-accepts-one-connection-a-turn", About: "asyncio's loop accepts one connection per turn instead of all that wait.",
			Scenarios: []string{"blocked-accepted-asyncio"},
			Edits:     []Edit{{"server/worker.go", "flavour.AcceptsPerTurn = cfg.Backlog", "flavour.AcceptsPerTurn = 1"}},
		},
		{
			Name: "uvloop-accepts-one-connection-a-turn", About: "uvloop 0.17's loop accepts one connection per turn instead of all that wait.",
			Scenarios: []string{"blocked-fresh-uvloop", "blocked-accepted-uvloop"},
			Edits:     []Edit{{"eventloop/flavour.go", "		HoldsWrites: true, EndsOnHangUp: true,", "		HoldsWrites: true, AcceptsPerTurn: 1, EndsOnHangUp: true,"}},
		},
		{
			Name: "date-stands-still", About: "The Date header is never updated.", Scenarios: []string{"date-tick"},
			Edits: []Edit{{"stacks/uvicorn/life.go", "ticksPerDate = 10", "ticksPerDate = 10_000"}},
		},
	}
}
