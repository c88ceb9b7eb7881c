package stacks

import (
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/limiter"
	"github.com/target-server/target-server/modes"
	"github.com/target-server/target-server/server/flask"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/waitress"
)

// waitress202303 is Flask 2.2.3 on waitress 2.1.2, and waitressCurrent is Flask 3.1.3 on waitress 3.0.2, both on Python 3.11.
func waitress202303() *Stack {
	return onWaitress(config.Vintage202303, "Flask 2.2.3 on waitress 2.1.2, four threads", &flask.V22, waitress.V21)
}

func waitressCurrent() *Stack {
	return onWaitress(config.VintageCurrent, "Flask 3.1.3 on waitress 3.0.2, four threads", &flask.V31, waitress.V30)
}

func onWaitress(vintage, summary string, app *flask.Version, server waitress.Server) *Stack {
	values := flaskValues("waitress", vintage)
	values.Limit, values.Backlog, values.KeepAlive = 4, 1024, 120*time.Second // threads, backlog, channel_timeout
	const no = "waitress has no such option"
	return &Stack{
		Defaults: config.Defaults{
			Summary: summary, Values: values,
			Refuses: map[string]string{
				"app":                "waitress serves WSGI applications, and FastAPI is an ASGI one",
				"mode":               "waitress runs every handler in a thread",
				"workers":            "waitress is one process",
				"respawn":            "waitress has no parent",
				"limit-concurrency":  "waitress has connection_limit, which is 100 and lets clients wait in the kernel",
				"limit-max-requests": no,
				"timeout":            no + "; it is gunicorn's",
				"graceful-timeout":   "waitress waits five seconds for its threads and has no option for it",
				"loop":               "waitress has an event loop of its own and no other",
				"http":               "waitress has a parser of its own and no other",
			},
		},
		Loops: map[string]eventloop.Flavour{"auto": eventloop.Blocking},
		HTTP:  map[string]http1.Protocol{"auto": server.Behaviour()},
		Modes: modes.OnThreads(), Order: limiter.FIFO,
		Threads: modes.Pool{Name: "waitress-%d", Longest: true},
		Apps:    map[string]Application{"flask": app},
		Life:    LifeWaitress, Lines: LinesWaitress, Lifecycle: Lifecycle{StartupFailure: 1},
	}
}
