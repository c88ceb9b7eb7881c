package gunicorn

import (
	"strconv"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/journal"
	"github.com/target-server/target-server/stacks/uvicorn"
)

// Uvicorn202303 is FastAPI on Uvicorn 0.21.1 (uvicorn.workers.UvicornWorker) under gunicorn 20.1.0.
func Uvicorn202303() *server.Stack {
	s := uvicorn.Stack202303()
	s.Serve = uvicorn.V021.Under(uvicornMaster()).Serve
	return under(s, V201, "uvicorn.workers.UvicornWorker", "FastAPI 0.94.1 on Uvicorn 0.21.1 workers of gunicorn 20.1.0")
}

// UvicornCurrent is FastAPI on Uvicorn 0.54.0 (uvicorn_worker.UvicornWorker of uvicorn-worker 0.4.0) under gunicorn
// 27.0.1.
func UvicornCurrent() *server.Stack {
	s, m := uvicorn.StackCurrent(), uvicornMaster()
	m.RaisesInterrupt = true
	s.Serve = uvicorn.V054.Under(m).Serve
	return under(s, V270, "uvicorn_worker.UvicornWorker", "FastAPI 0.165.0 on Uvicorn 0.54.0 workers of gunicorn 27.0.1")
}

func uvicornMaster() *uvicorn.Master {
	return &uvicorn.Master{
		Boots: boots, Exits: exits,
		Closing: "Error while closing socket [Errno 9] Bad file descriptor", // uvloop has closed it
		Deaf:    []string{"QUIT", "USR1"},
	}
}

// under turns a stack of Uvicorn into one of gunicorn: connections are served as before, and the master has the
// timeouts and the socket.
func under(s *server.Stack, v Version, class, summary string) *server.Stack {
	s.Defaults = config.Defaults{
		Summary: summary,
		Values:  values("gunicorn-uvicorn", s.Defaults.Values.Vintage),
		Offers:  []string{"access-log"},
		Refuses: map[string]string{
			"app=flask":         "UvicornWorker runs ASGI applications, and Flask is a WSGI application",
			"limit-concurrency": "gunicorn has no such option, and UvicornWorker does not set Uvicorn's",
			"loop":              noLoop,
			"http":              noLoop,
		},
	}
	s.Guide = guideUvicorn
	s.Parent, s.Supervised, s.StartupFailure = v.master().parent(class), true, 1
	s.Log = journal.Lines{Server: journal.Bracketed, Access: uvicornAccessLine}
	return s
}

const noLoop = "gunicorn has no such option; UvicornWorker uses what is installed, which is uvloop and httptools"

var guideUvicorn = server.Guide{
	For: "FastAPI on Uvicorn workers under gunicorn, the usual set-up in production: keep-alive is 2 s, a worker whose event loop is blocked for " +
		"longer than --timeout is killed because its heartbeat is missing, and signals add and remove workers.",
	Options: options("the limit of anyio's thread pool; gunicorn has no option for it", "gunicorn's --keep-alive"),
	Modes: map[string]string{
		"async-misuse": "the handler blocks the event loop; if it does so for longer than --timeout, its worker is killed with all its connections",
	},
	Differs: []string{
		"SIGUSR2 is logged but starts no second master, because there is no newer program to start",
		noControlSocket,
		"if the master is killed, the workers stop at once; real Uvicorn workers keep running, and workers of gunicorn's own classes stop within half of --timeout",
		"a worker boots in milliseconds; a real one takes 0.2 s or more, during which new connections wait in the kernel's backlog",
		"access lines are logged, as with --access-logfile -; by default the real gunicorn logs none, as with --no-access-log here",
		"gunicorn needs a Unix system, and so does this stack",
	},
}

// uvicornAccessLine is the message of uvicorn.access. The handler of gunicorn's access log adds nothing to it.
func uvicornAccessLine(b []byte, _ time.Time, e http1.Exchange, status int) []byte {
	b = append(append(e.AppendClient(b), ` - "`...), e.Method()...)
	b = append(append(append(append(b, ' '), e.LogTarget()...), " HTTP/"...), e.Version()...)
	return strconv.AppendInt(append(b, `" `...), int64(status), 10)
}
