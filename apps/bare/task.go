package bare

import (
	"github.com/target-server/target-server/apps/functions"
	"github.com/target-server/target-server/modes"
	"github.com/target-server/target-server/server/http1"
)

// task is one call of a route's function.
type task struct {
	functions.Single
	app    *App
	route  *route
	values []string // of the route's parameters
}

// Start implements [server.Script].
func (t *task) Start() {
	t.BeginCall(t.Request, t.route.function, t.values)
	t.app.worker.Call(t.Request, "handler", t.app.server.Async)
}

// Next implements modes.Program.
func (t *task) Next() modes.Step {
	s := t.Single.Next()
	if s.Kind == modes.Sleep && t.app.server.Sleeps != nil {
		s.For = t.app.server.Sleeps(s.For)
	}
	return s
}

// Reply implements [functions.Replier].
func (t *task) Reply(f *functions.Failure) *http1.Answer {
	s := &t.app.server
	switch {
	case f == nil:
		return t.route.answer(s, t.values)
	case f.Status != 0:
		return s.Error(f.Status)
	default:
		return s.Failed(f.Name)
	}
}
