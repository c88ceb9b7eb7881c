package node

import (
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/modes"
	"github.com/target-server/target-server/server"
)

// Stack202303 is the article's program on the http server of Node.js 18.15.0 (llhttp 6.0.10, libuv 1.44.2).
func Stack202303() *server.Stack {
	return stack(config.Vintage202303, "the http server of Node.js 18.15.0", V18, eventloop.Libuv144)
}

// StackCurrent is the same on Node.js 26.12.1 (llhttp 9.4.3, libuv 1.52.1).
func StackCurrent() *server.Stack {
	return stack(config.VintageCurrent, "the http server of Node.js 26.12.1", V26, eventloop.Libuv152)
}

func stack(vintage, summary string, v Version, loop eventloop.Flavour) *server.Stack {
	return &server.Stack{
		Defaults: config.Defaults{Summary: summary, Values: values(vintage), Refuses: refuses()}, Guide: guide,
		Loops: map[string]eventloop.Flavour{"auto": loop},
		Modes: []modes.Entry{{Name: "async-misuse", Mode: modes.AsyncMisuse}, {Name: "cooperative", Mode: modes.Cooperative}},
		Apps:  map[string]server.NewApp{"": newProgram},
		Terms: terms(), Serve: v.Serve, Log: lines, Zone: icuZone, StartupFailure: 1,
	}
}

// values are the defaults of http.createServer and server.listen. The limit is that of libuv's pool, whose threads run
// no handler.
func values(vintage string) config.Config {
	c := config.Common("node", vintage)
	c.Mode, c.Limit = "cooperative", 4
	c.Backlog, c.KeepAlive = 511, 5*time.Second
	return c
}

// refuses is what the program cannot do, and why.
func refuses() map[string]string {
	return map[string]string{
		"mode=threadpool":     "Node runs handlers on its event loop; the threads of libuv's pool do not run JavaScript",
		"app":                 "FastAPI and Flask are Python frameworks; the program imitated uses Node's http server alone",
		"workers":             "the program imitated is one process and does not use the cluster module",
		"respawn":             "the program imitated has no parent process",
		"limit":               "Node runs handlers on its event loop, so no thread limits how many run at once",
		"queue":               "Node runs handlers on its event loop, so no request waits for a thread",
		"loop":                "Node has a single event loop, libuv's",
		"http":                "Node has a single parser, llhttp",
		"forwarded-allow-ips": "Node's http server ignores what proxies say",
		"limit-concurrency": "the http server has no such option; " +
			"its maxConnections closes any further connection without an answer",
		"limit-max-requests": "the http server has no such option",
		"timeout":            "the http server has no such option; it is gunicorn's",
		"graceful-timeout":   "the program imitated handles no signals, so they end it at once",
	}
}

var guide = server.Guide{
	For: "Node.js, for comparison with coroutines in Python: any number of timers run at once, and a handler that computes blocks every " +
		"other request. The program is a single request listener on Node's http server, without a framework; it requires the path / " +
		"and an id, and accepts any method.",
	Options: map[string]string{"backlog": "the backlog of server.listen", "keep-alive": "server.keepAliveTimeout"},
	Modes: map[string]string{
		"cooperative": "the handler awaits a timer; requests that are pipelined on one connection run at the same time " +
			"and are answered in order",
		"async-misuse": "the handler computes, which blocks the event loop and every other request",
	},
	Differs: []string{
		"SIGUSR1 ends the process; Node starts its inspector",
		"an uncaught error is printed without the frames of its stack, and so is one that a program raises",
		"white space before the value of a header is limited to 128 KiB; Node does not limit it",
		"?sleep= with an invalid duration gets 400; the parameter is an extension",
	},
}
