package article

import (
	"time"

	"github.com/target-server/target-server/lab/scenarios"
	"github.com/target-server/target-server/lab/servers"
)

// gunicorn are the experiments with gunicorn as the parent, and the question of how to format access
// lines.
func gunicorn() []Experiment {
	const format = `%(h)s "%(r)s" %(s)s`
	deaf := shaped("gunicorn-uvicorn-log", "gunicorn-uvicorn", format, "gunicorn's log settings do not apply to Uvicorn's workers")
	deaf.OnPurpose = "`--access-log-format` works with every stack of target-server"
	return []Experiment{
		processes("gunicorn-uvicorn", "gunicorn-uvicorn", "as `uvicorn --workers=2`: gunicorn only manages the processes"),
		deaf,
		shaped("hypercorn-log", "hypercorn", format, "access lines are hard to format under Uvicorn; perhaps Hypercorn's formats help (an open question)"),
		{
			Name: "gunicorn-sync", Saw: "gunicorn's default worker starts, and every request fails: `TypeError: FastAPI.__call__() missing 1 required positional argument: 'send'`",
			Scale:  "5 requests",
			Server: servers.Config{Stack: "gunicorn-sync", App: "fastapi", Mode: threadpool, Sleep: time.Second},
			Play:   failing,
		},
	}
}

func shaped(name, stack, format, saw string) Experiment {
	return Experiment{
		Name: name, Saw: saw, Scale: "one request",
		Server: servers.Config{Stack: stack, Mode: threadpool, Sleep: 100 * ms, AccessLogFormat: format},
		Play: func(s *scenarios.Stage) {
			c := s.Connect()
			c.Get("1")
			c.Await(1, patience)
			s.Pause(200 * ms)
			s.Lines("access line", s.AccessLines())
		},
	}
}
