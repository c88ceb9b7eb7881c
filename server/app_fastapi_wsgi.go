package server

import (
	"net/http"

	"github.com/target-server/target-server/server/flask"
	"github.com/target-server/target-server/server/http1"
)

// uncallable is an ASGI application that a WSGI server calls: the article's
// TypeError.
type uncallable struct{ exception string }

func (u uncallable) template() *http.Request { return new(http.Request) }

// ServeHTTP implements http.Handler.
func (u uncallable) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	w.(interface{ Fail(exception string) }).Fail(u.exception)
}

func (u uncallable) hello(string) *http1.Answer { return flask.InternalServerError() } // nothing is ever held

func (u uncallable) failed() *http1.Answer { return flask.InternalServerError() }

func (u uncallable) queueFull() *http1.Answer { return flask.Unavailable() }
