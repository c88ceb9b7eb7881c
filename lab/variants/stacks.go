package variants

// others are mistakes in the values of stacks other than Uvicorn.
func others() []Variant {
	return []Variant{
		{
			Name: "node-idles-no-longer-than-it-says", About: "Node closes an idle connection after the announced five seconds, without the extra second.",
			Scenarios: []string{"node-idle-five-seconds"},
			Edits:     []Edit{{"stacks/node/version.go", "KeepAliveBuffer: time.Second, ", ""}},
		},
		{
			Name: "node-needs-no-host", About: "Node 26 accepts an HTTP/1.1 request without Host.", Scenarios: []string{"node-malformed-fields"},
			Edits: []Edit{{"stacks/node/version.go", "RequiresHost: true, ", ""}},
		},
		{
			Name: "node-idle-timer-stops", About: "A byte on an idle connection of Node 26 stops its keep-alive timer for good.", Scenarios: []string{"node-idle-states"},
			Edits: []Edit{{"stacks/node/version.go", "RefreshesIdle: true,", ""}},
		},
		{
			Name: "node-answers-as-they-are-ready", About: "Node sends the answers to pipelined requests out of order.", Scenarios: []string{"node-pipeline-mixed"},
			Edits: []Edit{{"stacks/node/message.go", "c.current != m {", "false {"}},
		},
		{
			Name: "node-refuses-behind-an-answer", About: "Node always answers malformed input, even after an answer in the same read.", Scenarios: []string{"node-pipeline-many-fields"},
			Edits: []Edit{{"stacks/node/conn.go", "c.current == nil || !c.current.ended", "true"}},
		},
		{
			Name: "node-stays-half-open", About: "Node still answers a client that has sent a FIN.", Scenarios: []string{"node-half-close"},
			Edits: []Edit{{"stacks/node/conn.go", "		c.clientError(badRequest)\n	}\n	return false\n", "		c.clientError(badRequest)\n	}\n	return true\n"}},
		},
		{
			Name: "node-takes-a-byte-more", About: "Node accepts a head that is one byte too long.", Scenarios: []string{"node-exchanges"},
			Edits: []Edit{{"server/http1/scan.go", "int(s.tracked)+length >= s.d.MaxHead", "int(s.tracked)+length > s.d.MaxHead"}},
		},
	}
}

// pythons are the same for the Python servers.
func pythons() []Variant {
	return []Variant{
		{
			Name: "flask-counts-threads-from-zero", About: "Flask's first thread is Thread-0.", Scenarios: []string{"flask-threads", "flask-log-whole-life"},
			Edits: []Edit{{"stacks/flask/stack.go", "First: 1, Once: true", "First: 0, Once: true"}},
		},
		{
			Name: "flask-reuses-threads", About: "Flask's server reuses threads instead of starting a new one for each connection.", Scenarios: []string{"flask-threads"},
			Edits: []Edit{{"stacks/flask/stack.go", "First: 1, Once: true", "First: 1"}},
		},
		{
			Name: "flask-single-serves-two", About: "threaded=False has no effect: a second connection is handled at the same time as the first.", Scenarios: []string{"flask-single-one-at-a-time"},
			Edits: []Edit{{"stacks/flask/stack.go", "&app.V31, V31.Single()", "&app.V31, V31"}},
		},
		{
			Name: "gunicorn-threads-do-not-wait-to-write", About: "A thread continues although its client has not read the answer.", Processes: true,
			Scenarios: []string{"gunicorn-gthread-unread-answers"},
			Edits:     []Edit{{"server/threaded/writing.go", "if c.Unsent() <= c.endpoint.Behaviour.Buffers {", "if true {"}},
		},
		{
			Name: "waitress-reads-although-answers-wait", About: "waitress keeps reading while its client does not read answers.", Processes: true,
			Scenarios: []string{"waitress-unread-answers"},
			Edits:     []Edit{{"server/threaded/conn.go", "if c.Unsent() == 0 { // otherwise ResumeWriting does", "if true {"}},
		},
		{
			Name: "waitress-threads-wait-to-write", About: "waitress's threads wait for a client that does not read answers.", Processes: true,
			Scenarios: []string{"waitress-unread-answers"},
			Edits:     []Edit{{"stacks/waitress/version.go", "Buffers:        outbufHighWatermark,", ""}},
		},
		{
			Name: "http2-reads-although-acknowledgements-wait", About: "Hypercorn keeps reading HTTP/2 while its client does not read acknowledgements.", Processes: true,
			Scenarios: []string{"hypercorn-http2-unread-pings"},
			Edits:     []Edit{{"stacks/hypercorn/h2.go", "	h.drains = h.drains || h.reads && h.Full()\n", ""}},
		},
		{
			Name: "gunicorn-without-a-heartbeat", About: "Gunicorn's workers send no heartbeat, and are killed although only their pool is busy.", Processes: true,
			Scenarios: []string{"gunicorn-uvicorn-heartbeat-busy-pool"},
			Edits:     []Edit{{"stacks/uvicorn/life.go", "		l.Beat()\n", ""}},
		},
		{
			Name: "gunicorn-does-not-linger", About: "Gunicorn 27's sync worker closes at once, and accepts the next connection without waiting for the client to close.",
			Scenarios: []string{"gunicorn-sync-lingering"},
			Edits:     []Edit{{"stacks/gunicorn/version.go", "Lingers: 2 * time.Second, ", ""}},
		},
		{
			Name: "gthread-overlooks-what-is-pipelined", About: "Gunicorn 27 ignores a second request that came with the first, as gunicorn 20 does.",
			Scenarios: []string{"gunicorn-gthread-pipeline-two"},
			Edits:     []Edit{{"stacks/gunicorn/version.go", "Between: threaded.QueuesAgain", "Between: threaded.Overlooked"}},
		},
		{
			Name: "gthread-waits-for-silent-clients", About: "A silent client occupies a thread of gunicorn 27 for ever.", Scenarios: []string{"gunicorn-gthread-silent-client"},
			Edits: []Edit{{"stacks/gunicorn/version.go", "AwaitsData: 5 * time.Second, ", ""}},
		},
		{
			Name: "gunicorn-deaf-to-ttin", About: "SIGTTIN does not add a worker.", Scenarios: []string{"gunicorn-uvicorn-master-sigttin"}, Processes: true,
			Edits: []Edit{{"stacks/gunicorn/parent.go", `{Signal: "TTIN", Action: supervisor.More`, `{Signal: "TTIN", Action: supervisor.Ignore`}},
		},
	}
}
