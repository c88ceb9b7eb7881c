package server

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/server/flask"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/journal"
)

// flaskApp is the article's program on Flask: one rule for "/", and Werkzeug's
// answers to everything else.
type flaskApp struct {
	worker *Worker
	app    *flask.App
}

func newFlask(w *Worker, v *flask.Version) *flaskApp {
	return &flaskApp{worker: w, app: flask.New(v, w.random)}
}

func (f *flaskApp) template() *http.Request { return new(http.Request) }

// ServeHTTP implements http.Handler.
func (f *flaskApp) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	e := w.(http1.Exchange)
	if a := f.app.Route(environ(e, req)); a != nil {
		e.Reply(a)
		return
	}
	f.view(e, req.URL.RawQuery)
}

// environ is what Flask sees of a request. A field that came twice is one, with commas, as WSGI servers have it.
func environ(e http1.Exchange, req *http.Request) *flask.Environ {
	host, named := req.Header["Host"]
	if !named {
		host = []string{e.Local().String()} // SERVER_NAME and SERVER_PORT
	}
	field := func(values []string) string { return strings.Join(values, ",") }
	return &flask.Environ{
		Method: req.Method, Path: req.URL.Path, Query: req.URL.RawQuery,
		Host: field(host), Connection: field(req.Header["Connection"]), Upgrade: field(req.Header["Upgrade"]),
	}
}

// view is the program: request.args["id"], then the work.
func (f *flaskApp) view(e http1.Exchange, query string) {
	id, found, err := f.app.Arg(query, "id")
	if err != nil {
		f.exception(e, err)
		return
	}
	sleep := f.worker.cfg.Sleep
	if text, asked, _ := f.app.Arg(query, "sleep"); asked {
		sleep, err = config.ParseDuration(text)
	}
	if !found || err != nil || sleep < 0 || sleep > longestSleep {
		e.Reply(flask.BadRequest())
		return
	}
	f.worker.hold(e, id, sleep)
}

// exception is Flask.handle_exception, with what app.logger prints by its own handler.
func (f *flaskApp) exception(e http1.Exchange, err error) {
	now := f.worker.loop.Clock().Now()
	f.worker.journal.Server(journal.Unnamed, fmt.Sprintf("[%s] ERROR in app: Exception on / [%s]\n%s%v",
		strings.Replace(now.Format("2006-01-02 15:04:05.000"), ".", ",", 1), strings.ToUpper(e.Method()), journal.Traceback, err))
	e.Reply(flask.InternalServerError())
}

func (f *flaskApp) hello(string) *http1.Answer { return flask.Hello() }

func (f *flaskApp) failed() *http1.Answer { return flask.InternalServerError() }

func (f *flaskApp) queueFull() *http1.Answer { return flask.Unavailable() }
