package gunicorn

import (
	"net/netip"
	"time"

	"github.com/target-server/target-server/apps/flask"
	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/limiter"
	"github.com/target-server/target-server/modes"
	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/threaded"
)

// Sync202303 is Flask 2.2.3 on gunicorn 20.1.0 with its default worker class.
func Sync202303() *server.Stack {
	return syncStack(V201, &flask.V22, config.Vintage202303, "Flask 2.2.3 on sync workers of gunicorn 20.1.0")
}

// SyncCurrent is Flask 3.1.3 on gunicorn 27.0.1 with its default worker class.
func SyncCurrent() *server.Stack {
	return syncStack(V270, &flask.V31, config.VintageCurrent, "Flask 3.1.3 on sync workers of gunicorn 27.0.1")
}

// Gthread202303 is Sync202303 with --worker-class gthread.
func Gthread202303() *server.Stack {
	return gthreadStack(V201, &flask.V22, config.Vintage202303, "Flask 2.2.3 on gthread workers of gunicorn 20.1.0")
}

// GthreadCurrent is SyncCurrent with --worker-class gthread.
func GthreadCurrent() *server.Stack {
	return gthreadStack(V270, &flask.V31, config.VintageCurrent, "Flask 3.1.3 on gthread workers of gunicorn 27.0.1")
}

func syncStack(v Version, app *flask.Version, vintage, summary string) *server.Stack {
	s := ownWorkers(v, app, "sync", values("gunicorn-sync", vintage), summary)
	s.Guide = guideSync
	s.Threads, s.Alone = modes.Pool{Name: "MainThread"}, true
	s.Serve = v.serve(v.sync(), false)
	refuse := s.Defaults.Refuses
	refuse["limit"] = "a sync worker handles one request at a time, in its main thread; set --workers instead"
	refuse["queue"] = "connections wait for a sync worker in the kernel's backlog, where none can be refused with 503"
	refuse["keep-alive"] = "a sync worker closes every connection after its answer"
	return s
}

func gthreadStack(v Version, app *flask.Version, vintage, summary string) *server.Stack {
	s := ownWorkers(v, app, "gthread", values("gunicorn-gthread", vintage), summary)
	s.Guide = guideGthread
	s.Threads = modes.Pool{Name: "ThreadPoolExecutor-0_%d", Longest: true}
	s.Serve = v.serve(v.gthread(), true)
	return s
}

// serve returns [server.Stack.Serve] for a worker class. threads says that its main thread does not serve itself.
func (v Version) serve(b threaded.Behaviour, threads bool) func(*server.Worker) (http1.Endpoint, server.Life) {
	return func(w *server.Worker) (http1.Endpoint, server.Life) {
		behaviour, trusted := b, v.trusts(w.Config().ForwardedAllowIPs)
		behaviour.Trusts = func(peer netip.Addr) bool { return trusted.Has(peer.String()) }
		e := &threaded.Endpoint{Host: w.Host(), Behaviour: &behaviour}
		return e, newLife(w, e, &v, threads)
	}
}

// ownWorkers is what the stacks of gunicorn's own worker classes have in common.
func ownWorkers(v Version, app *flask.Version, class string, values config.Config, summary string) *server.Stack {
	values.App, values.Limit = "flask", 1 // of --threads
	return &server.Stack{
		Defaults: config.Defaults{
			Summary: summary,
			Values:  values,
			Offers:  []string{"access-log"},
			Refuses: map[string]string{
				"limit-concurrency": "gunicorn has no such option",
				"loop":              "gunicorn's own workers have no event loop",
				"http":              "gunicorn's own workers have a single parser",
			},
			With: map[string]map[string]string{"app=flask": {
				"mode": "Flask's handler is a plain function, and there is no event loop",
			}, "app=fastapi": {
				"program": "gunicorn's own workers run WSGI applications, and FastAPI is an ASGI application; drop --app fastapi, or use --stack gunicorn-uvicorn",
			}},
		},
		Loops: map[string]eventloop.Flavour{"auto": eventloop.Blocking},
		Modes: append(modes.OnThreads(), // FastAPI starts in any mode, and fails before it matters
			modes.Entry{Name: "async-misuse", Mode: modes.InConnectionThread}, modes.Entry{Name: "cooperative", Mode: modes.InConnectionThread}),
		Order:  limiter.FIFO,
		Apps:   map[string]server.NewApp{"flask": app.New, "fastapi": newUncallable},
		Terms:  flask.Terms(),
		Log:    v.lines(),
		Parent: v.master().parent(class), Supervised: true, StartupFailure: 1,
	}
}

// values are the defaults of gunicorn.config for one of its stacks.
func values(stack, vintage string) config.Config {
	c := config.Common(stack, vintage)
	c.App, c.Limit = "fastapi", 40
	c.Backlog, c.KeepAlive = 2048, 2*time.Second
	c.Timeout, c.GracefulTimeout = 30*time.Second, 30*time.Second
	c.ForwardedAllowIPs = "127.0.0.1"
	if vintage == config.VintageCurrent {
		c.ForwardedAllowIPs = "127.0.0.1,::1"
	}
	return c
}

var guideSync = server.Guide{
	For: "Flask on gunicorn's default worker class: each process handles one request at a time, and closes every connection after its answer. " +
		"A client that connects and sends nothing occupies a worker until the master kills it because it sends no heartbeat (--timeout). With " +
		"--app fastapi every request fails with a TypeError, because the worker calls an ASGI application as a WSGI one.",
	Options: options("", ""),
	Modes: map[string]string{
		"threadpool":   "the handler runs in the worker's main thread",
		"async-misuse": onlyFastAPI["async-misuse"], "cooperative": onlyFastAPI["cooperative"],
	},
	Differs: differs,
}

var guideGthread = server.Guide{
	For: "Flask on gunicorn's worker class with threads: connections are accepted even when every thread is busy, and wait for one. Choose it " +
		"as the WSGI counterpart of FastAPI's thread pool, and set --limit, because gunicorn's default is a single thread.",
	Options: options("gunicorn's --threads", "gunicorn's --keep-alive"),
	Modes:   onlyFastAPI,
	Differs: append(differs[:2:2],
		"of several idle threads, the one that has been idle longest takes the next connection; on the real server it is random",
		"a client that leaves between two requests is noticed at once; the real server needs a free thread to notice"),
}

const noControlSocket = "at --vintage current the log names a control socket, as gunicorn's does, but there is none for gunicornc to connect to"

// differs is true of both stacks of gunicorn's own workers.
var differs = []string{
	"SCRIPT_NAME has no effect, neither as a header nor in the environment",
	noControlSocket,
	"a new worker accepts connections at once; a real one loads the application first",
}

// options are gunicorn's own names of its settings. limit and keepAlive say what those two stand for.
func options(limit, keepAlive string) map[string]string {
	return map[string]string{
		"limit":               limit,
		"keep-alive":          keepAlive,
		"workers":             "gunicorn's --workers",
		"backlog":             "gunicorn's --backlog",
		"limit-max-requests":  "gunicorn's --max-requests",
		"timeout":             "gunicorn's --timeout",
		"graceful-timeout":    "gunicorn's --graceful-timeout",
		"forwarded-allow-ips": "gunicorn's --forwarded-allow-ips",
		"access-log":          "gunicorn's --access-logfile -, or off for its default",
	}
}

// onlyFastAPI describes the modes that Flask does not have.
var onlyFastAPI = map[string]string{
	"async-misuse": "only with --app fastapi, where every request fails in any mode",
	"cooperative":  "only with --app fastapi, where every request fails in any mode",
}
