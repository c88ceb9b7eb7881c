package waitress

import (
	"math"
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

func stack(vintage, summary string, framework *flask.Version, v Version) *server.Stack {
	app := *framework
	app.ServerName, app.RootLogs = "waitress.invalid", true // Adjustments.server_name, and runner.run's logging.basicConfig
	loop := eventloop.Blocking
	loop.TellsEachRest = true
	const no = "waitress has no such option"
	return &server.Stack{
		Defaults: config.Defaults{
			Summary: summary, Values: values(vintage),
			Refuses: map[string]string{
				"app":                 "waitress runs WSGI applications, and FastAPI is an ASGI application",
				"mode":                "waitress runs every handler in a thread",
				"workers":             "waitress is one process",
				"respawn":             "waitress has no parent process",
				"limit-concurrency":   "waitress has connection_limit instead, which is 100; beyond it, clients wait in the kernel's backlog",
				"limit-max-requests":  no,
				"timeout":             no + "; it is gunicorn's",
				"graceful-timeout":    "waitress has no such option; it waits five seconds for its threads",
				"forwarded-allow-ips": "waitress has trusted_proxy instead, which is not imitated; by default it trusts none",
				"loop":                "waitress has a single event loop, its own",
				"http":                "waitress has a single parser, its own",
			},
		},
		Guide: guide,
		Loops: map[string]eventloop.Flavour{"auto": loop},
		Modes: modes.OnThreads(), Order: limiter.FIFO,
		Threads: modes.Pool{Name: "waitress-%d", Longest: true, Spare: math.MaxInt}, // all threads start at once
		Apps:    map[string]server.NewApp{"flask": app.New},
		Terms:   flask.Terms(),
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
	For: "Flask on waitress, a WSGI server with four threads and a main thread that reads requests for them. A slow client costs no thread. " +
		"Each request is read completely before it is queued for a thread. Even the refusal of a malformed request waits in that queue.",
	Options: map[string]string{"limit": "waitress's threads", "backlog": "waitress's backlog", "keep-alive": "waitress's channel_timeout"},
	Differs: []string{
		"a field of an answer that concerns the connection alone, such as te, is sent; waitress answers 500",
		"an idle connection is closed after exactly --keep-alive; waitress looks for idle connections only every 30 s",
		"a chunk header or a trailer of more than 64 KiB is refused; waitress keeps reading",
		"if the address cannot be opened, two lines are logged, without the rest of Python's traceback",
	},
}
