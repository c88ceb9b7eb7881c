package server

import (
	"net/http"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/node"
)

// nodeApp is the article's program as a listener of Node's http server.
type nodeApp struct{ worker *Worker }

func (n *nodeApp) template() *http.Request { return new(http.Request) }

// ServeHTTP implements http.Handler.
func (n *nodeApp) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	e := w.(http1.Exchange)
	if e.Path() != "/" {
		e.Reply(node.NotFound)
		return
	}
	id, found := node.Get(e.Query(), "id")
	if !found {
		e.Reply(node.MissingID)
		return
	}
	sleep := n.worker.cfg.Sleep
	if text, asked := node.Get(e.Query(), "sleep"); asked {
		var err error
		if sleep, err = config.ParseDuration(text); err != nil || sleep < 0 || sleep > longestSleep {
			e.Reply(node.BadSleep)
			return
		}
	}
	n.worker.hold(e, id, sleep)
}

func (n *nodeApp) hello(id string) *http1.Answer { return node.Hello(id) }

// failed answers nothing: no handler here raises, and in Node the process would end.
func (n *nodeApp) failed() *http1.Answer { return nil }

func (n *nodeApp) queueFull() *http1.Answer { return node.Unavailable }
