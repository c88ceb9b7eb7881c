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
	return stack(config.Vintage202303, "Node.js 18.15.0, its http server alone", V18, eventloop.Libuv144)
}

// StackCurrent is the same on Node.js 26.12.1 (llhttp 9.4.3, libuv 1.52.1).
func StackCurrent() *server.Stack {
	return stack(config.VintageCurrent, "Node.js 26.12.1, its http server alone", V26, eventloop.Libuv152)
}

func stack(vintage, summary string, v Version, loop eventloop.Flavour) *server.Stack {
	return &server.Stack{
		Defaults: config.Defaults{Summary: summary, Values: values(vintage), Refuses: refuses()}, Guide: guide,
		Loops: map[string]eventloop.Flavour{"auto": loop},
		Modes: []modes.Entry{{Name: "async-misuse", Mode: modes.AsyncMisuse}, {Name: "cooperative", Mode: modes.Cooperative}},
		Apps:  map[string]server.NewApp{"": newProgram},
		Serve: v.Serve, Log: lines, StartupFailure: 1,
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
		"mode=threadpool": "Node runs handlers on its event loop; the threads of libuv's pool do not run JavaScript",
		"app":             "FastAPI and Flask are Python's, and the program here uses Node's http server alone",
		"workers":         "the program is one process; one that uses the cluster module is another program",
		"loop":            "Node has no loop but libuv's",
		"http":            "Node has no parser but llhttp",
		"limit-concurrency": "the http server has no such option; " +
			"its maxConnections closes whoever is one too many, without a word",
		"limit-max-requests": "the http server has no such option",
		"timeout":            "the http server has no such option; that is gunicorn's",
		"graceful-timeout":   "the program handles no signal, so that there is no end to wait for",
	}
}

var guide = server.Guide{
	For: "The article's comparison for coroutines: timers overlap without a ceiling, and a handler that computes holds " +
		"everybody. The program is one listener of requests on Node's http server, which asks for / and an id whatever the " +
		"method, and knows no framework.",
	Modes: map[string]string{
		"cooperative": "the handler awaits a timer; requests pipelined on one connection run at once, " +
			"and are answered in order",
		"async-misuse": "the handler computes, and everybody waits for it",
	},
	Differs: []string{
		"SIGUSR1 ends the process, where Node starts its inspector",
		"An error that nobody catches is printed without the frames of its stack",
		"White space before a header's value is cut off at 128 KiB; Node does not count it",
		"?sleep= that is no duration gets 400, an extension as the parameter is",
	},
}
