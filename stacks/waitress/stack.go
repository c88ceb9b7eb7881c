package waitress

import (
	"time"

	"github.com/target-server/target-server/apps/flask"
	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/limiter"
	"github.com/target-server/target-server/modes"
	"github.com/target-server/target-server/server"
)

// Stack202303 is Flask 2.2.3 on waitress 2.1.2, on Python 3.11.
func Stack202303() *server.Stack {
	return stack(config.Vintage202303, "Flask 2.2.3 on waitress 2.1.2, four threads", &flask.V22, V21)
}

// StackCurrent is Flask 3.1.3 on waitress 3.0.2, on Python 3.11.
func StackCurrent() *server.Stack {
	return stack(config.VintageCurrent, "Flask 3.1.3 on waitress 3.0.2, four threads", &flask.V31, V30)
}

func stack(vintage, summary string, app *flask.Version, v Version) *server.Stack {
	const no = "waitress has no such option"
	return &server.Stack{
		Defaults: config.Defaults{
			Summary: summary, Values: values(vintage),
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
		Guide: guide,
		Loops: map[string]eventloop.Flavour{"auto": eventloop.Blocking},
		Modes: modes.OnThreads(), Order: limiter.FIFO,
		Threads: modes.Pool{Name: "waitress-%d", Longest: true},
		Apps:    map[string]server.NewApp{"flask": app.New},
		Serve:   v.Serve, Log: lines, StartupFailure: 1,
	}
}

// values are the defaults of waitress.adjustments: threads, backlog and channel_timeout.
func values(vintage string) config.Config {
	c := config.Common("waitress", vintage)
	c.App, c.Limit, c.Backlog, c.KeepAlive = "flask", 4, 1024, 120*time.Second
	return c
}

var guide = server.Guide{
	For: "A WSGI server with four threads and a main thread that reads for them: slow clients cost it no thread, and who waits does so with " +
		"its request read whole, refusals included.",
	Differs: []string{
		"a redirect for a client that names no host points to the address served, not to waitress.invalid",
		"a connection that is idle for 120 s is closed then, not when waitress looks next, up to 30 s later",
		"a chunk's line, or a trailer, of more than 64 KiB is refused; waitress reads on",
		"an address that cannot be had is told in two lines, without the rest of Python's traceback",
	},
}
