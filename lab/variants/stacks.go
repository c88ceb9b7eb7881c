package variants

// others has mistakes in the values of stacks other than Uvicorn.
func others() []Variant {
	return []Variant{
		{
			Name: "node-idles-no-longer-than-it-says", About: "Node closes an idle connection after the five seconds that it says, without the buffer of one more.",
			Scenarios: []string{"node-idle-five-seconds"},
			Edits:     []Edit{{"server/node/behaviour.go", "KeepAliveBuffer: time.Second, ", ""}},
		},
		{
			Name: "node-needs-no-host", About: "Node 26 takes a request of HTTP/1.1 without Host.", Scenarios: []string{"node-malformed-fields"},
			Edits: []Edit{{"server/node/behaviour.go", "RequiresHost: true, ", ""}},
		},
		{
			Name: "node-idle-timer-stops", About: "A byte that comes to an idle connection of Node 26 ends its keep-alive for good.", Scenarios: []string{"node-idle-states"},
			Edits: []Edit{{"server/node/behaviour.go", "RefreshesIdle: true,", ""}},
		},
		{
			Name: "flask-counts-threads-from-zero", About: "Flask's first thread is Thread-0.", Scenarios: []string{"flask-threads", "flask-log-whole-life"},
			Edits: []Edit{{"stacks/flask.go", "First: 1, Once: true", "First: 0, Once: true"}},
		},
		{
			Name: "flask-reuses-threads", About: "Flask's server takes a thread again instead of a new one for each connection.", Scenarios: []string{"flask-threads"},
			Edits: []Edit{{"stacks/flask.go", "First: 1, Once: true", "First: 1"}},
		},
		{
			Name: "flask-single-serves-two", About: "threaded=False is not heeded: a second connection is served beside the first.", Scenarios: []string{"flask-single-one-at-a-time"},
			Edits: []Edit{{"stacks/flask.go", "werkzeug.V31.Single()", "werkzeug.V31"}},
		},
		{
			Name: "gunicorn-without-a-heartbeat", About: "Gunicorn's workers never say that they live, and are killed though only their pool is busy.", Processes: true,
			Scenarios: []string{"gunicorn-uvicorn-heartbeat-busy-pool"},
			Edits:     []Edit{{"stacks/gunicorn_uvicorn.go", "LinesUvicornWorker, HeartbeatDate", "LinesUvicornWorker, HeartbeatNone"}},
		},
		{
			Name: "gunicorn-deaf-to-ttin", About: "TTIN brings no worker more.", Scenarios: []string{"gunicorn-uvicorn-master-sigttin"}, Processes: true,
			Edits: []Edit{{"server/supervisor/gunicorn.go", `{"TTIN", More, `, `{"TTIN", Ignore, `}},
		},
	}
}
