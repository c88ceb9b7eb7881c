package flask

import (
	"strconv"

	"github.com/target-server/target-server/apps/functions"
	"github.com/target-server/target-server/server/http1"
)

// task is one call of a view function, in the thread that has read the request.
type task struct {
	functions.Single
	program  *described
	view     *view
	exchange http1.Exchange
	values   []string // of the route's parameters
}

// Start implements [server.Script].
func (t *task) Start() {
	t.BeginCall(t.Request, t.view.function, t.values)
	t.program.worker.Call(t.Request, "handler", false)
}

// Reply implements [functions.Replier]: what Flask makes of the function's end, still in the thread
// (Flask.full_dispatch_request and handle_exception).
func (t *task) Reply(f *functions.Failure) *http1.Answer {
	if f == nil {
		return t.view.template.answer(t.values)
	}
	raised := f.Exception
	if f.Status != 0 {
		if answer := t.program.app.abort(f.Status); answer != nil {
			return answer
		}
		raised = noException(f.Status)
	}
	t.program.app.exception(t.program.worker, "app", t.exchange, raised)
	return internalServerError
}

// noException is what abort raises for a status that Werkzeug has no exception of.
func noException(status int) string { return "LookupError: no exception for " + strconv.Itoa(status) }
