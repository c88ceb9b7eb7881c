package server

import (
	"fmt"
	"net/http"
	"time"

	"github.com/target-server/target-server/server/flask"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/node"
	"github.com/target-server/target-server/server/tomcat"
	"github.com/target-server/target-server/stacks"
)

// application is the article's program in a framework: it answers at once what
// needs no work, and holds the rest (Worker.hold).
type application interface {
	http.Handler
	// template is what requests are made of, see http1.Host.
	template() *http.Request
	// hello answers a request whose work is done.
	hello(id string) *http1.Answer
	// failed answers one whose handler has raised.
	failed() *http1.Answer
	// queueFull answers one for which there is no place in line (--queue).
	queueFull() *http1.Answer
}

// newApplication is the program in the framework that the stack and --app name.
func newApplication(w *Worker) application {
	switch app := w.stack.Apps[w.cfg.App].(type) {
	case stacks.FastAPI:
		return newFastAPI(w, app)
	case node.Program:
		return &nodeApp{w}
	case stacks.Uncallable:
		return uncallable{app.Exception}
	case *tomcat.Version:
		return &servlet{w, app}
	case *flask.Version:
		return newFlask(w, app)
	default:
		panic(fmt.Sprintf("no application for %T", app)) // cannot be: config refuses what the stack has not
	}
}

// reply answers a request that needs no work.
func reply(w http.ResponseWriter, a *http1.Answer) { w.(http1.Exchange).Reply(a) }

// longestSleep is the most that a request may ask for, as for --sleep.
const longestSleep = 365 * 24 * time.Hour
