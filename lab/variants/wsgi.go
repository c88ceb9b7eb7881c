package variants

// wsgi are variants of the ends of gunicorn's workers, of the bytes that WSGI servers take, and of a lack of descriptors.
func wsgi() []Variant {
	return []Variant{
		{
			Name: "gthread-ends-at-the-signal", About: "A gthread worker of gunicorn 20 ends with its signal, and not with the next turn of its main thread.", Processes: true,
			Scenarios: []string{"gunicorn-gthread-last-turn-quiet", "gunicorn-gthread-last-turn-newcomer"},
			Edits:     []Edit{{"stacks/gunicorn/life.go", "	case l.version.wakesAtEnd:\n		l.leaveLoop()\n	default:", "	case l.threads:\n		l.leaveLoop()\n	default:"}},
		},
		{
			Name: "gthread-grace-by-ticks", About: "The grace of idle connections ends only with the next tick of gunicorn 27's main thread.", Processes: true,
			Scenarios: []string{"gunicorn-gthread-grace"},
			Edits: []Edit{
				{"server/threaded/main.go", "	if e.main.stops && len(e.main.idle) > 0 {", "	if false {"},
				{"server/threaded/endpoint.go", "	e.woken()\n}\n\n// Leave", "}\n\n// Leave"},
			},
		},
		{
			Name: "gunicorn-orders-of-their-own", About: "Each worker of gunicorn names the allowed methods in an order of its own.", Processes: true,
			Scenarios: []string{"gunicorn-sync-allow-in-one-order"},
			Edits:     []Edit{{"stacks/gunicorn/parent.go", "Forks: true,", "Forks: false,"}},
		},
		{
			Name: "gunicorn-outlives-a-lack-of-files", About: "A worker of gunicorn that can accept nothing more tries again.", Processes: true,
			Scenarios: []string{"gunicorn-gthread-hardship-no-files"},
			Edits:     []Edit{{"stacks/gunicorn/life.go", "	l.alive, l.left = false, true\n	l.endpoint.Leave()\n	l.raise(failed)\n", "	_ = failed\n"}},
		},
		{
			Name: "waitress-forgets-what-it-continued", About: "Waitress begins a new request after one that it has only told to continue.",
			Scenarios: []string{"waitress-expect", "waitress-expect-continued"},
			Edits:     []Edit{{"stacks/waitress/reader.go", "		r.sendContinue()\n		return http1.MessageDone, n\n	}\n	if !whole", "		r.sendContinue()\n		if whole {\n			*p = parsing{}\n		}\n		return http1.MessageDone, n\n	}\n	if !whole"}},
		},
		{
			Name: "waitress-splits-any-target", About: "Waitress answers a target that urlsplit refuses.", Scenarios: []string{"waitress-absolute-targets"},
			Edits: []Edit{{"stacks/waitress/reader.go", "		if u, err = http1.URLSplit(uri); err != nil {\n			return \"\", \"\", err\n		}\n", "		u, _ = http1.URLSplit(uri)\n"}},
		},
		{
			Name: "flask-logs-any-port", About: "Werkzeug logs, and so answers, a request for an impossible port.", Scenarios: []string{"flask-impossible-ports"},
			Edits: []Edit{{"stacks/flask/version.go", "b.Raises, b.Fails = raises, fails", "b.Fails = fails"}},
		},
		{
			Name: "tomcat-accepts-again-at-once", About: "Tomcat does not wait longer and longer between failures to accept.", Processes: true,
			Scenarios: []string{"tomcat-hardship-no-files"},
			Edits:     []Edit{{"stacks/tomcat/life.go", "min(max(2*delay, firstDelay), longestDelay)", "firstDelay"}},
		},
	}
}
