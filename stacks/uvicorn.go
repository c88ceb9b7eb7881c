package stacks

import (
	"net/http"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/limiter"
	"github.com/target-server/target-server/modes"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/supervisor"
	"github.com/target-server/target-server/server/uvicorn"
)

// uvicorn202303 is FastAPI 0.94.1 on Uvicorn 0.21.1 (uvicorn[standard]), with
// anyio 3.6.2, uvloop 0.17.0, httptools 0.5.0, h11 0.14.0 and Python 3.11.
func uvicorn202303() *Stack {
	return &Stack{
		Defaults: uvicorn202303Defaults(),
		Loops: map[string]eventloop.Flavour{
			"auto": eventloop.Uvloop017, "uvloop": eventloop.Uvloop017, "asyncio": eventloop.Asyncio,
		},
		HTTP: map[string]http1.Protocol{
			"auto": uvicorn.Httptools021, "httptools": uvicorn.Httptools021, "h11": uvicorn.H11021,
		},
		Modes: modes.OnAsyncio(), Order: limiter.LIFO, Threads: modes.AnyIO, Server: "uvicorn",
		Apps:        map[string]Application{"fastapi": fastapi202303()},
		Unavailable: plain(http.StatusServiceUnavailable, "Service Unavailable"),
		Lifecycle: Lifecycle{
			Interrupted: "asyncio.exceptions.CancelledError", InLine: "anyio.WouldBlock",
			StartupFailure: 1,
		},
		Parent: supervisor.Uvicorn021(),
	}
}

// uvicornCurrent is FastAPI 0.165.0 on Uvicorn 0.54.0 (uvicorn[standard]), with
// anyio 4.16.0, uvloop 0.23.0, httptools 0.9.0, h11 0.16.0 and Python 3.11.
func uvicornCurrent() *Stack {
	return &Stack{
		Defaults: uvicornCurrentDefaults(),
		Loops: map[string]eventloop.Flavour{
			"auto": eventloop.Uvloop023, "uvloop": eventloop.Uvloop023, "asyncio": eventloop.Asyncio,
		},
		HTTP: map[string]http1.Protocol{
			"auto": uvicorn.Httptools054, "httptools": uvicorn.Httptools054, "h11": uvicorn.H11054,
		},
		Modes: modes.OnAsyncio(), Order: limiter.FIFO, Threads: modes.AnyIO, Server: "uvicorn",
		Apps:        map[string]Application{"fastapi": fastapiCurrent()},
		Unavailable: plain(http.StatusServiceUnavailable, "Service Unavailable", "19"),
		Lifecycle: Lifecycle{
			Interrupted: "KeyboardInterrupt\n\nDuring handling of the above exception, another exception occurred:\n\n" +
				"Traceback (most recent call last):\nasyncio.exceptions.CancelledError",
			TimedOut:     "asyncio.exceptions.CancelledError: Task cancelled, timeout graceful shutdown exceeded",
			InLine:       "anyio._core._exceptions.WouldBlock",
			RaisesSignal: true, SaysWhyMaxRequests: true, StartupFailure: 3,
		},
		Parent: supervisor.Uvicorn054(),
	}
}

// plain is an answer of Uvicorn itself. The older one says no length, so that
// its body goes in chunks.
func plain(status int, body string, length ...string) *http1.Answer {
	a := &http1.Answer{Status: status, Body: body, Lines: []http1.Line{{Name: "content-type", Value: textType}}}
	for _, n := range length {
		a.Lines = append(a.Lines, http1.Line{Name: "content-length", Value: n})
	}
	a.Lines = append(a.Lines, http1.Line{Name: "connection", Value: "close"})
	return a
}
