package flask

import (
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"

	"github.com/target-server/target-server/program"
	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/journal"
)

// Program is the article's program in a worker: one rule for "/", and Flask's answers to everything else.
type Program struct {
	worker *server.Worker
	app    *App
}

// New makes the program for a worker, or the one that a file describes: [server.NewApp].
func (v *Version) New(w *server.Worker) server.App {
	if p := w.Config().Program; p != nil {
		return newDescribed(w, v, p)
	}
	return &Program{worker: w, app: New(v, w.HashSeed(), Article())}
}

// Article is the routes of the article's program.
func Article() []*program.Route { return []*program.Route{{Method: http.MethodGet, Path: "/"}} }

// Handle implements [server.App].
func (p *Program) Handle(e http1.Exchange, head *http1.Head) {
	switch _, a, err := p.app.Route(p.app.environ(e, head)); {
	case err != nil:
		p.app.exception(p.worker, "flask_app", e, err.Error())
		e.Reply(internalServerError)
	case a != nil:
		e.Reply(a)
	default:
		p.view(e)
	}
}

// environ returns what Flask sees of a request. Fields with the same name are one, with commas, as WSGI servers pass
// them on.
func (v *Version) environ(e http1.Exchange, head *http1.Head) *Environ {
	host, named := head.Joined("host")
	switch {
	case named:
	case v.ServerName != "":
		host = net.JoinHostPort(v.ServerName, strconv.Itoa(int(e.Local().Port())))
	default:
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
		p.app.exception(p.worker, "flask_app", e, err.Error())
		e.Reply(InternalServerError())
		return
	}
	if !found {
		e.Reply(BadRequest())
		return
	}
	text, asked, _ := p.app.Arg(e.Query(), "sleep")
	sleep, problem := p.worker.Sleep(text, asked)
	if problem != "" {
		e.Reply(page(http.StatusBadRequest, problem))
		return
	}
	p.worker.Hold(e, id, sleep)
}

// exception logs an exception as Flask.handle_exception does. module is where the application is defined.
func (v *Version) exception(w *server.Worker, module string, e http1.Exchange, text string) {
	path := "/" + strings.TrimLeft(http1.Unquote(e.Path()), "/")
	line := fmt.Sprintf("Exception on %s [%s]\n%s%s", path, strings.ToUpper(e.Method()), journal.Traceback, text)
	if v.RootLogs {
		w.Log(journal.Unnamed, "ERROR:"+module+":"+line)
		return
	}
	now := w.Loop().Clock().Now().Format("2006-01-02 15:04:05.000")
	w.Log(journal.Unnamed, "["+strings.Replace(now, ".", ",", 1)+"] ERROR in app: "+line)
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
