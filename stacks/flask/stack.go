package flask

import (
	app "github.com/target-server/target-server/apps/flask"
	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/modes"
	"github.com/target-server/target-server/server"
)

// Stack202303 is Flask 2.2.3 on the development server of Werkzeug 2.2.3, with a thread for each connection.
func Stack202303() *server.Stack { return stack("flask", config.Vintage202303, &app.V22, V22) }

// StackCurrent is Flask 3.1.3 on the development server of Werkzeug 3.1.9.
func StackCurrent() *server.Stack { return stack("flask", config.VintageCurrent, &app.V31, V31) }

// Single202303 is Stack202303 with threaded=False, processes=1: the main thread serves one connection at a time, from
// beginning to end.
func Single202303() *server.Stack {
	return stack("flask-single", config.Vintage202303, &app.V22, V22.Single())
}

// SingleCurrent is StackCurrent with threaded=False, processes=1.
func SingleCurrent() *server.Stack {
	return stack("flask-single", config.VintageCurrent, &app.V31, V31.Single())
}

func stack(name, vintage string, framework *app.Version, v Version) *server.Stack {
	threads, guide := modes.Pool{Name: "Thread-%d (process_request_thread)", First: 1, Once: true}, guideThreaded
	if !v.Threaded {
		threads, guide = modes.Pool{Name: "MainThread"}, guideSingle
	}
	return &server.Stack{
		Defaults: defaults(name, vintage, v), Guide: guide,
		Loops: map[string]eventloop.Flavour{"auto": eventloop.Blocking},
		Modes: modes.OnThreads(), Threads: threads, Alone: !v.Threaded,
		Apps:  map[string]server.NewApp{"flask": framework.New},
		Terms: app.Terms(),
		Serve: v.Serve, Log: v.lines(), StartupFailure: 1,
	}
}

const (
	noLoop   = "the development server has no event loop"
	noCounts = "the development server has no such option"
)

func defaults(name, vintage string, v Version) config.Defaults {
	d := config.Defaults{
		Summary: "Flask " + map[string]string{config.Vintage202303: "2.2.3", config.VintageCurrent: "3.1.3"}[vintage] +
			" on Werkzeug " + v.Werkzeug + "'s development server",
		Values: values(name, vintage),
		Refuses: map[string]string{
			"app":                 "the development server runs WSGI applications, and FastAPI is an ASGI application",
			"mode":                "Flask handlers are plain functions, and the development server has no event loop",
			"limit":               "the development server starts a thread for every connection, without a limit",
			"queue":               "no request waits for a thread, because every connection gets its own",
			"workers":             "the development server is one process",
			"respawn":             "the development server has no parent process",
			"backlog":             "the development server has no such option; its backlog is always 128 (werkzeug.serving.LISTEN_QUEUE)",
			"keep-alive":          "the development server closes every connection after its answer",
			"limit-concurrency":   noCounts,
			"limit-max-requests":  noCounts,
			"timeout":             "the development server has no such option; it is gunicorn's",
			"graceful-timeout":    "the development server has no such option; it stops at once",
			"loop":                noLoop,
			"forwarded-allow-ips": "the development server ignores what proxies say",
			"http":                "the development server has a single parser, that of Python's http.server",
		},
	}
	if !v.Threaded {
		d.Summary += ", one connection at a time"
		d.Values.Limit = 1
		d.Refuses["limit"] = "with threaded=False, the main thread handles one connection at a time"
		d.Refuses["queue"] = "with threaded=False, connections wait in the kernel's backlog, where none can be refused with 503"
	}
	return d
}

func values(name, vintage string) config.Config {
	c := config.Common(name, vintage)
	c.App, c.Limit, c.Backlog = "flask", config.Unlimited, 128
	return c
}

var guideThreaded = server.Guide{
	For: "Flask's development server: a thread for every connection, without a limit. Choose it to see what clients get where nothing " +
		"queues.",
	Differs: differs,
}

var guideSingle = server.Guide{
	For: "Flask's development server with threaded=False and processes=1: one connection at a time. Choose it to compare with an event " +
		"loop that a handler blocks (--stack uvicorn --mode async-misuse).",
	Differs: differs,
}

// differs is true of both stacks.
var differs = []string{
	"a request head of more than 1 MiB closes the connection; the real server reads up to a hundred lines of 64 KiB each",
	"SIGINT ends it at once; a Python process takes some 0.2 s more to exit",
	"exceptions in the log are printed without lines of Python source",
}
