package stacks

import (
	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/server/supervisor"
)

// gunicornUvicorn202303 is FastAPI on Uvicorn 0.21.1 (uvicorn.workers.UvicornWorker) under gunicorn 20.1.0.
func gunicornUvicorn202303() *Stack {
	s := underGunicorn(uvicorn202303(), "uvicorn.workers.UvicornWorker", supervisor.Gunicorn201())
	s.Defaults.Summary = "FastAPI 0.94.1 on Uvicorn 0.21.1 workers of gunicorn 20.1.0"
	return s
}

// gunicornUvicornCurrent is FastAPI on Uvicorn 0.54.0 (uvicorn_worker.UvicornWorker of uvicorn-worker 0.4.0) under gunicorn
// 27.0.1.
func gunicornUvicornCurrent() *Stack {
	s := underGunicorn(uvicornCurrent(), "uvicorn_worker.UvicornWorker", supervisor.Gunicorn270())
	s.Defaults.Summary = "FastAPI 0.165.0 on Uvicorn 0.54.0 workers of gunicorn 27.0.1"
	s.Lifecycle.RaisesInterrupt = true
	return s
}

// underGunicorn makes UvicornWorker of a Uvicorn: it speaks as before; its master has the timeouts and the socket.
func underGunicorn(s *Stack, class string, master supervisor.Policy) *Stack {
	s.Defaults = config.Defaults{
		Values: gunicornValues("gunicorn-uvicorn", s.Defaults.Values.Vintage),
		Refuses: map[string]string{
			"app=flask":         "UvicornWorker serves ASGI applications, and Flask is a WSGI one",
			"limit-concurrency": noLimitConcurrencyOnGunicorn,
			"loop":              noLoopOnGunicorn,
			"http":              noLoopOnGunicorn,
		},
	}
	master.Arbiter.Using = "Using worker: " + class
	s.Parent, s.Supervised = master, true
	s.Lines, s.Heartbeat = LinesUvicornWorker, HeartbeatDate
	s.Lifecycle.Boots, s.Lifecycle.Exits = gunicornBoots, gunicornExits
	s.Lifecycle.Closing = "Error while closing socket [Errno 9] Bad file descriptor" // uvloop has closed it
	s.Lifecycle.Deaf = []string{"QUIT", "USR1"}
	s.Lifecycle.EndsInItsOwnTime = true
	s.Lifecycle.StartupFailure = 1
	return s
}
