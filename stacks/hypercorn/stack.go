package hypercorn

import (
	"maps"
	"time"

	"github.com/target-server/target-server/apps/fastapi"
	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/limiter"
	"github.com/target-server/target-server/modes"
	"github.com/target-server/target-server/server"
)

// Stack202303 is FastAPI 0.94.1 on Hypercorn 0.14.3 with asyncio workers, anyio 3.6.2, h11 0.14.0 and Python 3.11.
func Stack202303() *server.Stack {
	return &server.Stack{
		Defaults: defaults202303("hypercorn", "asyncio"), Guide: guide,
		Loops: map[string]eventloop.Flavour{"auto": eventloop.Asyncio},
		Modes: modes.OnAsyncio(), Order: limiter.LIFO, Threads: modes.AnyIO,
		Apps:  map[string]server.NewApp{"fastapi": fastapi.V094().New},
		Serve: H11v0143.Serve, Log: lines,
		Parent: server.Parent{Policy: parent014(), Open: openSocket}, Supervised: true,
		StartupFailure: 1, Ignores: []string{"INT"},
	}
}

// StackCurrent is FastAPI 0.165.0 on Hypercorn 0.18.0 with asyncio workers, anyio 4.16.0, h11 0.16.0 and Python 3.11.
func StackCurrent() *server.Stack {
	return &server.Stack{
		Defaults: defaultsCurrent("hypercorn", "asyncio"), Guide: guide,
		Loops: map[string]eventloop.Flavour{"auto": eventloop.Asyncio},
		Modes: modes.OnAsyncio(), Order: limiter.FIFO, Threads: modes.AnyIO,
		Apps:  map[string]server.NewApp{"fastapi": fastapi.V0165().New},
		Serve: H11v0180.Serve, Log: lines,
		Parent: server.Parent{Policy: parent018(), Open: openSocket}, Supervised: true,
		StartupFailure: 1, Ignores: []string{"INT"},
	}
}

// Uvloop202303 is the same with uvloop 0.17.0.
func Uvloop202303() *server.Stack {
	s := Stack202303()
	s.Defaults, s.Guide = defaults202303("hypercorn-uvloop", "uvloop 0.17"), guideUvloop
	s.Loops = map[string]eventloop.Flavour{"auto": eventloop.Uvloop017}
	return s
}

// UvloopCurrent is the same with uvloop 0.23.0.
func UvloopCurrent() *server.Stack {
	s := StackCurrent()
	s.Defaults, s.Guide = defaultsCurrent("hypercorn-uvloop", "uvloop 0.23"), guideUvloop
	s.Loops = map[string]eventloop.Flavour{"auto": eventloop.Uvloop023}
	return s
}

func defaults202303(stack, loop string) config.Defaults {
	return config.Defaults{
		Summary: "FastAPI 0.94.1 on Hypercorn 0.14.3, " + loop + " workers",
		Values:  values(stack, config.Vintage202303),
		Offers:  offers(),
		Refuses: refuses(map[string]string{
			"keep-alive-max-requests": "Hypercorn 0.14.3 has no such setting; --vintage current has it",
			"limit-max-requests": "Hypercorn 0.14.3 has no such option; it came with 0.16.0 as --max-requests, " +
				"so --vintage current has it",
		}),
	}
}

func defaultsCurrent(stack, loop string) config.Defaults {
	v := values(stack, config.VintageCurrent)
	v.KeepAliveMaxRequests = 1000
	return config.Defaults{
		Summary: "FastAPI 0.165.0 on Hypercorn 0.18.0, " + loop + " workers",
		Values:  v,
		Offers:  append(offers(), "keep-alive-max-requests"),
		Refuses: refuses(map[string]string{
			"keep-alive-max-requests=none": "Hypercorn 0.18.0 always has a bound",
		}),
	}
}

// offers are the settings that few servers have, and Hypercorn has.
func offers() []string {
	return []string{"access-log", "server-header", "date-header", "h2-max-concurrent-streams"}
}

// refuses is what no version of Hypercorn has, and what one of them lacks besides.
func refuses(more map[string]string) map[string]string {
	all := map[string]string{
		"app=flask":           "Hypercorn would run Flask in threads of its own, which is not imitated",
		"forwarded-allow-ips": "Hypercorn ignores what proxies say",
		"limit-concurrency":   "Hypercorn has no such option; it is Uvicorn's",
		"timeout":             "Hypercorn has no such option; it is gunicorn's",
		"loop": "Hypercorn's worker class decides the event loop: " +
			"choose --stack hypercorn, hypercorn-uvloop or hypercorn-trio",
		"http": "Hypercorn has a single HTTP/1.1 parser, h11",
	}
	maps.Copy(all, more)
	return all
}

// values are the defaults of hypercorn.config.Config, the same at both vintages, and anyio's 40 threads.
func values(stack, vintage string) config.Config {
	c := config.Common(stack, vintage)
	c.App, c.Limit = "fastapi", threads
	c.Backlog, c.KeepAlive, c.GracefulTimeout = 100, 5*time.Second, 3*time.Second
	return c
}

// threads is anyio's default limit.
const threads = 40

var guide = server.Guide{
	For: "FastAPI on Hypercorn with asyncio workers: the same 40 threads as on Uvicorn, but a backlog of 100 instead of 2048, silent " +
		"clients closed after the keep-alive time, three seconds at shutdown for requests that are not finished, and HTTP/2 without TLS. Choose it " +
		"to see whether your clients depend on Uvicorn's patience.",
	Options: options("the limit of anyio's thread pool; Hypercorn has no option for it"),
	Differs: differs(),
}

var guideUvloop = server.Guide{
	For: "Hypercorn with --worker-class uvloop: the same as hypercorn, on the other event loop. They differ only in what happens " +
		"to clients that wait while the loop is blocked.",
	Options: options("the limit of anyio's thread pool; Hypercorn has no option for it"),
	Differs: differs(),
}

// options are Hypercorn's own names of its settings. limit says what --limit stands for.
func options(limit string) map[string]string {
	return map[string]string{
		"limit":                     limit,
		"workers":                   "Hypercorn's --workers",
		"backlog":                   "Hypercorn's --backlog",
		"keep-alive":                "Hypercorn's --keep-alive",
		"limit-max-requests":        "Hypercorn's --max-requests",
		"graceful-timeout":          "Hypercorn's --graceful-timeout",
		"access-log":                "Hypercorn's --access-logfile -, or off for its default",
		"server-header":             "Hypercorn's include_server_header",
		"date-header":               "Hypercorn's include_date_header",
		"keep-alive-max-requests":   "Hypercorn's keep_alive_max_requests",
		"h2-max-concurrent-streams": "Hypercorn's h2_max_concurrent_streams",
	}
}

func differs() []string {
	return []string{
		"access lines are logged, as with --access-logfile -; by default the real Hypercorn logs none, as with --no-access-log here",
		"a client that half-closes its connection (FIN) right after a request: at --vintage current the real server often sees the FIN " +
			"in time and keeps the connection for the keep-alive time",
		"an exception that ends a connection's task, as by HTTP2-Settings that cannot be decoded: the real server's stderr has its traceback " +
			"(\"Task exception was never retrieved\") when Python next collects its garbage",
		"an empty User-Agent is logged as \"-\", not as \"\"",
		"HTTP/2: priorities are parsed but ignored; there is no server push, and there are no WebSockets",
		"a program's request that the graceful timeout cancels: at --vintage 2023-03 the exits of its def dependencies run on the loop; " +
			"the real ones may instead wait until the thread that entered the dependency runs something else, or ends, and run there",
		"SO_REUSEPORT is not set on the socket that several workers share",
	}
}
