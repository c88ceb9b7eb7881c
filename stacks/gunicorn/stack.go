package gunicorn

import (
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
	s.Threads = modes.Pool{Name: "MainThread"}
	s.Serve = v.serve(v.sync(), false)
	refuse := s.Defaults.Refuses
	refuse["limit"] = "a sync worker serves one request at a time, in its main thread; --workers is how many there are"
	refuse["queue"] = "who waits for a sync worker does so in the kernel, where nobody can be refused"
	refuse["keep-alive"] = "a sync worker closes every connection behind its answer"
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
		e := &threaded.Endpoint{Host: w.Host(), Behaviour: &b}
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
		Modes: append(modes.OnThreads(), // FastAPI starts in any mode, and fails before it matters
			modes.Entry{Name: "async-misuse", Mode: modes.InConnectionThread}, modes.Entry{Name: "cooperative", Mode: modes.InConnectionThread}),
		Order:  limiter.FIFO,
		Apps:   map[string]server.NewApp{"flask": app.New, "fastapi": newUncallable},
		Log:    lines(v.user),
		Parent: v.master().parent(class), Supervised: true, StartupFailure: 1,
	}
}

// values are the defaults of gunicorn.config for one of its stacks.
func values(stack, vintage string) config.Config {
	c := config.Common(stack, vintage)
	c.App, c.Limit = "fastapi", 40
	c.Backlog, c.KeepAlive = 2048, 2*time.Second
	c.Timeout, c.GracefulTimeout = 30*time.Second, 30*time.Second
	return c
}

var guideSync = server.Guide{
	For: "Gunicorn's default worker: one request a process, and every connection closed after its answer. A client that connects and says " +
		"nothing occupies a whole worker until the heartbeat kills it. With --app fastapi every request fails, as the article found.",
	Modes:   onlyFastAPI,
	Differs: differs,
}

var guideGthread = server.Guide{
	For: "Gunicorn's worker with threads: connections are accepted though every thread is busy, and wait for one. Take it as the WSGI " +
		"counterpart of FastAPI's pool, and give it threads: --limit is gunicorn's --threads, which is 1 unless somebody says more.",
	Modes: onlyFastAPI,
	Differs: append(differs[:1:1],
		"which of several idle threads works next is chance with the real one; here it is the one that has idled longest",
		"a client that leaves between two requests is seen at once; the real one needs a free thread for that"),
}

// differs is true of both stacks of gunicorn's own workers.
var differs = []string{
	"SCRIPT_NAME, as a field or in the environment, changes nothing; --forwarded-allow-ips is 127.0.0.0/8 and ::1",
	"the next worker serves at once; the real one loads the program first, for as long as that takes",
}

// onlyFastAPI describes the modes that Flask does not have.
var onlyFastAPI = map[string]string{
	"async-misuse": "with --app fastapi alone, where every request fails as in any mode",
	"cooperative":  "with --app fastapi alone, where every request fails as in any mode",
}
