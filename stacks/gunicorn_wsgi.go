package stacks

import (
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/limiter"
	"github.com/target-server/target-server/modes"
	"github.com/target-server/target-server/server/flask"
	"github.com/target-server/target-server/server/gunicorn"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/supervisor"
	"github.com/target-server/target-server/server/threaded"
)

// gunicornSync202303 is Flask 2.2.3 on gunicorn 20.1.0 with its default worker, and
// gunicornSyncCurrent Flask 3.1.3 on gunicorn 27.0.1.
func gunicornSync202303() *Stack {
	return gunicornSync(config.Vintage202303, &flask.V22, gunicorn.Sync(gunicorn.V201), supervisor.Gunicorn201())
}

func gunicornSyncCurrent() *Stack {
	return gunicornSync(config.VintageCurrent, &flask.V31, gunicorn.Sync(gunicorn.V270), supervisor.Gunicorn270())
}

// gunicornGthread202303 and gunicornGthreadCurrent are the same with --worker-class
// gthread.
func gunicornGthread202303() *Stack {
	return gunicornGthread(config.Vintage202303, &flask.V22, gunicorn.Gthread(gunicorn.V201), supervisor.Gunicorn201(), Gunicorn{})
}

func gunicornGthreadCurrent() *Stack {
	// STOP_KEEPALIVE_LINGER
	return gunicornGthread(config.VintageCurrent, &flask.V31, gunicorn.Gthread(gunicorn.V270), supervisor.Gunicorn270(),
		Gunicorn{WakesAtEnd: true, IdleAtEnd: 2 * time.Second})
}

func gunicornSync(vintage string, app *flask.Version, server threaded.Behaviour, master supervisor.Policy) *Stack {
	s := onGunicorn("gunicorn-sync", vintage, "sync", app, server, master)
	s.Threads = modes.Pool{Name: "MainThread"}
	s.Heartbeat = HeartbeatBetweenRequests
	refuse := s.Defaults.Refuses
	refuse["limit"] = "a sync worker serves one request at a time, in its main thread; --workers is how many there are"
	refuse["queue"] = "who waits for a sync worker does so in the kernel, where nobody can be refused"
	refuse["keep-alive"] = "a sync worker closes every connection behind its answer"
	return s
}

func gunicornGthread(vintage string, app *flask.Version, server threaded.Behaviour, master supervisor.Policy, end Gunicorn) *Stack {
	s := onGunicorn("gunicorn-gthread", vintage, "gthread", app, server, master)
	s.Threads = modes.Pool{Name: "ThreadPoolExecutor-0_%d", Longest: true}
	s.Heartbeat = HeartbeatTurn
	end.Threads = true
	s.Lifecycle.Gunicorn = end
	return s
}

// onGunicorn is what gunicorn's own workers have in common.
func onGunicorn(name, vintage, class string, app *flask.Version, server threaded.Behaviour, master supervisor.Policy) *Stack {
	versions := map[string]string{
		config.Vintage202303:  "Flask 2.2.3 on " + class + " workers of gunicorn 20.1.0",
		config.VintageCurrent: "Flask 3.1.3 on " + class + " workers of gunicorn 27.0.1",
	}
	values := gunicornValues(name, vintage)
	values.App, values.Limit = "flask", 1 // of --threads
	master.Arbiter.Using = "Using worker: " + class
	return &Stack{
		Defaults: config.Defaults{
			Summary: versions[vintage],
			Values:  values,
			Refuses: map[string]string{
				"limit-concurrency": "gunicorn has no such option",
				"loop":              "gunicorn's own workers have no event loop",
				"http":              "gunicorn's own workers have one parser",
			},
			With: map[string]map[string]string{"app=flask": {
				"mode": "Flask's handler is a function, which the worker calls in a thread of its own: there is no event loop to block or to wait in",
			}},
		},
		Loops: map[string]eventloop.Flavour{"auto": eventloop.Blocking},
		HTTP:  map[string]http1.Protocol{"auto": server},
		Modes: append(modes.OnThreads(), // FastAPI starts in any mode, and fails before there is any work
			modes.Entry{Name: "async-misuse", Mode: modes.InConnectionThread}, modes.Entry{Name: "cooperative", Mode: modes.InConnectionThread}),
		Order: limiter.FIFO,
		Apps:  map[string]Application{"flask": app, "fastapi": fastapiOnWSGI},
		Life:  LifeGunicorn, Lines: map[string]Lines{config.Vintage202303: LinesGunicorn201, config.VintageCurrent: LinesGunicorn270}[vintage],
		Lifecycle: Lifecycle{Boots: gunicornBoots, Exits: gunicornExits, StartupFailure: 1},
		Parent:    master, Supervised: true,
	}
}
