package flask

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/journal"
)

// Program is the article's program in a worker: one rule for "/", and Flask's answers to everything else.
type Program struct {
	worker *server.Worker
	app    *App
}

// New makes the program for a worker: [server.NewApp].
func (v *Version) New(w *server.Worker) server.App {
	return &Program{worker: w, app: New(v, w.Random())}
}

// Handle implements [server.App].
func (p *Program) Handle(e http1.Exchange, head *http1.Head) {
	if a := p.app.Route(environ(e, head)); a != nil {
		e.Reply(a)
		return
	}
	p.view(e)
}

// environ returns what Flask sees of a request. Fields with the same name are one, with commas, as WSGI servers pass
// them on.
func environ(e http1.Exchange, head *http1.Head) *Environ {
	host, named := head.Joined("host")
	if !named {
		host = e.Local().String() // SERVER_NAME and SERVER_PORT
	}
	connection, _ := head.Joined("connection")
	upgrade, _ := head.Joined("upgrade")
	return &Environ{
		Method: e.Method(), Path: http1.Unquote(e.Path()), Query: e.Query(),
		Host: host, Connection: connection, Upgrade: upgrade,
	}
}

// view is the view function: request.args["id"], then the work.
func (p *Program) view(e http1.Exchange) {
	id, found, err := p.app.Arg(e.Query(), "id")
	if err != nil {
		p.exception(e, err)
		return
	}
	text, asked, _ := p.app.Arg(e.Query(), "sleep")
	sleep, problem := p.worker.Sleep(text, asked)
	switch {
	case !found:
		e.Reply(BadRequest())
		return
	case problem != "":
		e.Reply(page(http.StatusBadRequest, problem))
		return
	}
	p.worker.Hold(e, id, sleep)
}

// exception is Flask.handle_exception, with the lines that app.logger's own handler prints.
func (p *Program) exception(e http1.Exchange, err error) {
	now := p.worker.Loop().Clock().Now().Format("2006-01-02 15:04:05.000")
	p.worker.Log(journal.Unnamed, fmt.Sprintf("[%s] ERROR in app: Exception on / [%s]\n%s%v",
		strings.Replace(now, ".", ",", 1), strings.ToUpper(e.Method()), journal.Traceback, err))
	e.Reply(InternalServerError())
}

// ID implements [server.App].
func (p *Program) ID(e http1.Exchange) string {
	id, _, _ := p.app.Arg(e.Query(), "id")
	return id
}

// Hello implements [server.App].
func (p *Program) Hello(string) *http1.Answer { return hello }

// Failed implements [server.App].
func (p *Program) Failed() *http1.Answer { return internalServerError }

// QueueFull is our own (--queue).
func (p *Program) QueueFull() *http1.Answer { return Unavailable() }
