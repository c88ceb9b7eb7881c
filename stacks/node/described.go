package node

import (
	"net/http"
	"strings"
	"time"

	"github.com/target-server/target-server/apps/bare"
	"github.com/target-server/target-server/internal/pyvalue"
	"github.com/target-server/target-server/program"
	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/journal"
)

// described is a program that a file describes, as it is written for Node: one listener for requests, with async functions
// and without a framework.
type described struct{ app *bare.App }

func newDescribed(w *server.Worker, p *program.Program) *described {
	return &described{bare.New(w, p, bare.Server{
		Async: true, Sleeps: timeout, Missing: "null", Escape: escapeJSON, Answer: answer,
		Error: func(status int) *http1.Answer { return page(status, statusText(status)) },
		Failed: func(exception string) *http1.Answer { // console.error(error)
			w.Log(journal.Error, "Error: "+exception)
			return page(http.StatusInternalServerError, statusText(http.StatusInternalServerError))
		},
		Wrong: func(problem string) *http1.Answer { return page(http.StatusBadRequest, problem) },
	})}
}

// terms are what a program cannot have.
func terms() program.Terms {
	const instead = ", or a stack of Python"
	return program.Terms{
		program.DefFunctions: {
			Reason:   "JavaScript runs on the event loop, where no function has a thread",
			Accepted: "async" + instead,
		},
		program.Pools: {Reason: "the pools are those of SQLAlchemy", Accepted: "sleep" + instead},
		program.Dependencies: {
			Reason:   "Node's http server has no dependencies",
			Accepted: "the same steps in the routes" + instead,
		},
		program.ResponseModel: {Reason: "Node's http server has no response models", Accepted: "a route without it" + instead},
		program.Background:    {Reason: "Node's http server has no background tasks", Accepted: "a route without it" + instead},
		program.Streams:       {Reason: "streams are those of FastAPI", Accepted: "a body" + ", or a FastAPI stack such as --stack uvicorn"},
		program.Files:         {Reason: "files are those of FastAPI", Accepted: "a body" + ", or a FastAPI stack such as --stack uvicorn"},
		program.Forms:         {Reason: "forms are those of FastAPI", Accepted: "parameters of the query" + ", or a FastAPI stack such as --stack uvicorn"},
		program.Static:        {Reason: "static files are those of FastAPI", Accepted: "routes with a body" + ", or a FastAPI stack such as --stack uvicorn"},
		program.Interpreter:   {Reason: "JavaScript has no lock of an interpreter: it computes in the only thread there is", Accepted: "block" + instead},
	}
}

// Handle implements [server.App].
func (d *described) Handle(e http1.Exchange, _ *http1.Head) {
	switch m := d.app.Find(e.Path(), e.Method()); {
	case m.Found():
		d.app.Run(e, m, unescape, func(name string) (string, bool) { return Get(e.Query(), name) })
	case m.Allowed != nil:
		a := *page(http.StatusMethodNotAllowed, statusText(http.StatusMethodNotAllowed))
		a.Lines = []http1.Line{{Name: "Allow", Value: strings.Join(m.Allowed, ", ")}}
		e.Reply(&a)
	default:
		e.Reply(NotFound)
	}
}

// ID implements [server.App].
func (d *described) ID(e http1.Exchange) string {
	id, _ := Get(e.Query(), "id")
	return id
}

// Hello is never called: every request has a script.
func (d *described) Hello(string) *http1.Answer { return nil }

// Failed is never called either.
func (d *described) Failed() *http1.Answer { return nil }

// QueueFull is for our own --queue.
func (d *described) QueueFull() *http1.Answer { return Unavailable }

// answer is what a listener sends with setHeader and end: Node adds the length.
func answer(r *program.Route, body string) *http1.Answer {
	a := &http1.Answer{Status: r.Status, Body: body}
	for _, h := range r.Headers {
		a.Lines = append(a.Lines, http1.Line{Name: h.Name, Value: h.Value})
	}
	if r.Type != "" {
		a.Lines = append(a.Lines, http1.Line{Name: "Content-Type", Value: r.Type})
	}
	return a
}

// timeout is how long a timer runs: whole milliseconds, at least one (internal/timers.Timeout).
func timeout(d time.Duration) time.Duration {
	return max(d.Truncate(time.Millisecond), time.Millisecond)
}

// escapeJSON is JSON.stringify without the quotation marks, which escapes as Python's json.dumps does.
func escapeJSON(text string) string {
	quoted := pyvalue.JSON(text)
	return quoted[1 : len(quoted)-1]
}

// statusText is http.STATUS_CODES, with what Node says of a status that is not in it.
func statusText(status int) string {
	switch status {
	case http.StatusRequestEntityTooLarge:
		return "Payload Too Large"
	case http.StatusRequestURITooLong:
		return "URI Too Long"
	case http.StatusRequestedRangeNotSatisfiable:
		return "Range Not Satisfiable"
	case http.StatusTeapot:
		return "I'm a Teapot"
	case 509:
		return "Bandwidth Limit Exceeded"
	}
	if text := http.StatusText(status); text != "" {
		return text
	}
	return "unknown"
}
