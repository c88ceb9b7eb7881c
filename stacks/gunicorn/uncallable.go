package gunicorn

import (
	"github.com/target-server/target-server/apps/flask"
	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/threaded"
)

// uncallable is FastAPI served as a WSGI application: every request ends in the article's TypeError.
type uncallable struct{}

// exception is the TypeError as Python 3.11 words it.
const exception = "TypeError: FastAPI.__call__() missing 1 required positional argument: 'send'"

func newUncallable(*server.Worker) server.App { return uncallable{} }

// Handle implements [server.App]. The workers that call it have no other exchange than threaded's.
func (uncallable) Handle(e http1.Exchange, _ *http1.Head) { e.(*threaded.Exchange).Fail(exception) }

// ID is empty: the application reads no parameter.
func (uncallable) ID(http1.Exchange) string { return "" }

// Hello is never called: no request is held.
func (uncallable) Hello(string) *http1.Answer { return flask.InternalServerError() }

// Failed is never called either.
func (uncallable) Failed() *http1.Answer { return flask.InternalServerError() }

// QueueFull is our own (--queue).
func (uncallable) QueueFull() *http1.Answer { return flask.Unavailable() }
