package uvicorn

import (
	"time"

	"github.com/target-server/target-server/apps/fastapi"
	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/limiter"
	"github.com/target-server/target-server/modes"
	"github.com/target-server/target-server/server"
)

// Stack202303 is FastAPI 0.94.1 on Uvicorn 0.21.1 (uvicorn[standard]), with anyio 3.6.2, uvloop 0.17.0, httptools
// 0.5.0, h11 0.14.0 and Python 3.11.
func Stack202303() *server.Stack {
	return &server.Stack{
		Defaults: config.Defaults{
			Summary: "FastAPI 0.94.1 on Uvicorn 0.21.1, uvloop 0.17 and httptools 0.5",
			Values:  values(config.Vintage202303, "127.0.0.1"),
			Offers:  offers(),
			Refuses: map[string]string{
				"app=flask": noFlask,
				"timeout":   noTimeout,
				"graceful-timeout": "Uvicorn 0.21.1 waits without limit; the option came with 0.22.0, " +
					"so --vintage current has it",
			},
		},
		Guide: guide,
		Loops: map[string]eventloop.Flavour{
			"auto": eventloop.Uvloop017, "uvloop": eventloop.Uvloop017, "asyncio": eventloop.Asyncio,
		},
		Modes: modes.OnAsyncio(), Order: limiter.LIFO, Threads: modes.AnyIO,
		Apps:  map[string]server.NewApp{"fastapi": fastapi.V094().New},
		Serve: V021.Serve, Log: lines,
		Parent: server.Parent{Policy: parent021()}, StartupFailure: 1,
	}
}

// StackCurrent is FastAPI 0.165.0 on Uvicorn 0.54.0 (uvicorn[standard]), with anyio 4.16.0, uvloop 0.23.0, httptools
// 0.9.0, h11 0.16.0 and Python 3.11.
func StackCurrent() *server.Stack {
	return &server.Stack{
		Defaults: config.Defaults{
			Summary: "FastAPI 0.165.0 on Uvicorn 0.54.0, uvloop 0.23 and httptools 0.9",
			Values:  values(config.VintageCurrent, "127.0.0.1,::1"),
			Offers:  offers(),
			Refuses: map[string]string{"app=flask": noFlask, "timeout": noTimeout},
		},
		Guide: guide,
		Loops: map[string]eventloop.Flavour{
			"auto": eventloop.Uvloop023, "uvloop": eventloop.Uvloop023, "asyncio": eventloop.Asyncio,
		},
		Modes: modes.OnAsyncio(), Order: limiter.FIFO, Threads: modes.AnyIO,
		Apps:  map[string]server.NewApp{"fastapi": fastapi.V0165().New},
		Serve: V054.Serve, Log: lines,
		Parent: server.Parent{Policy: parent054()}, StartupFailure: 3,
	}
}

const (
	noFlask   = "Uvicorn runs ASGI applications, and Flask is a WSGI application"
	noTimeout = "Uvicorn has no such option; it is gunicorn's"
)

// offers are the options that few servers have, and Uvicorn has.
func offers() []string {
	return []string{"access-log", "proxy-headers", "server-header", "date-header", "header"}
}

// values are the defaults of uvicorn.Config, of which only the trusted proxies differ, and anyio's 40 threads.
func values(vintage, trusted string) config.Config {
	c := config.Common("uvicorn", vintage)
	c.App, c.Limit = "fastapi", 40
	c.Backlog, c.KeepAlive, c.ForwardedAllowIPs = 2048, 5*time.Second, trusted
	return c
}

var guide = server.Guide{
	For: "FastAPI on Uvicorn, the usual way to run FastAPI: 40 threads per worker with an unbounded queue, an event loop that one " +
		"blocking coroutine stops, and workers that get unequal shares of the connections to their common socket. Choose it unless " +
		"you know that you run another server.",
	Options: map[string]string{
		"limit":               "the limit of anyio's thread pool; Uvicorn has no option for it",
		"workers":             "Uvicorn's --workers",
		"backlog":             "Uvicorn's --backlog",
		"keep-alive":          "Uvicorn's --timeout-keep-alive",
		"limit-concurrency":   "Uvicorn's --limit-concurrency",
		"limit-max-requests":  "Uvicorn's --limit-max-requests",
		"graceful-timeout":    "Uvicorn's --timeout-graceful-shutdown",
		"loop":                "Uvicorn's --loop",
		"http":                "Uvicorn's --http",
		"forwarded-allow-ips": "Uvicorn's --forwarded-allow-ips",
		"access-log":          "Uvicorn's --access-log",
		"proxy-headers":       "Uvicorn's --proxy-headers",
		"server-header":       "Uvicorn's --server-header",
		"date-header":         "Uvicorn's --date-header",
		"header":              "Uvicorn's --header",
	},
}
