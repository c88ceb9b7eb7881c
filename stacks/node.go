package stacks

import (
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/modes"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/node"
)

// node202303 is the article's program on the http server of Node.js 18.15.0 (llhttp 6.0.10, libuv 1.44.2).
func node202303() *Stack {
	return nodeStack(config.Vintage202303, "Node.js 18.15.0, its http server alone", node.V18, eventloop.Libuv144)
}

// nodeCurrent is the same on Node.js 26.12.1 (llhttp 9.4.3, libuv 1.52.1).
func nodeCurrent() *Stack {
	return nodeStack(config.VintageCurrent, "Node.js 26.12.1, its http server alone", node.V26, eventloop.Libuv152)
}

func nodeStack(vintage, summary string, protocol node.Behaviour, loop eventloop.Flavour) *Stack {
	return &Stack{
		Defaults:  config.Defaults{Summary: summary, Values: nodeValues(vintage), Refuses: nodeRefuses()},
		Loops:     map[string]eventloop.Flavour{"auto": loop},
		HTTP:      map[string]http1.Protocol{"auto": protocol},
		Modes:     []modes.Entry{{Name: "async-misuse", Mode: modes.AsyncMisuse}, {Name: "cooperative", Mode: modes.Cooperative}},
		Apps:      map[string]Application{"": node.Program{}},
		Life:      LifeNode,
		Lifecycle: Lifecycle{StartupFailure: 1},
		Lines:     LinesNode,
	}
}

// nodeValues are the defaults of http.createServer and server.listen. The limit is that of libuv's pool, whose threads no
// handler uses.
func nodeValues(vintage string) config.Config {
	c := usual("node", vintage)
	c.Mode, c.Limit = "cooperative", 4
	c.Backlog, c.KeepAlive = 511, 5*time.Second
	return c
}

// nodeRefuses is what the program cannot do, with the reasons.
func nodeRefuses() map[string]string {
	return map[string]string{
		"mode=threadpool":    "Node runs handlers on its event loop; the threads of libuv's pool do not run JavaScript",
		"app":                "FastAPI and Flask are Python's, and the program here uses Node's http server alone",
		"workers":            "the program is one process; one that uses the cluster module is another program",
		"loop":               "Node has no loop but libuv's",
		"http":               "Node has no parser but llhttp",
		"limit-concurrency":  "the http server has no such option; its maxConnections closes whoever is one too many, without a word",
		"limit-max-requests": "the http server has no such option",
		"timeout":            "the http server has no such option; that is gunicorn's",
		"graceful-timeout":   "the program handles no signal, so that there is no end to wait for",
	}
}
