package uvicorn

import (
	"net/http"

	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/server/http1"
)

// Version is how the versions of Uvicorn differ.
type Version struct {
	classes     map[string]*Class // by --http
	unavailable *http1.Answer     // to a request over --limit-concurrency

	// The exceptions, as Python names them, of a task that is cancelled by a second SIGINT (interrupted) or when the
	// graceful timeout has passed (timedOut), and of one that waits for a thread at that moment (noThread).
	interrupted, timedOut, noThread string
	// raisesSignal: a process that a signal has ended gracefully raises the signal again, and so dies of it (since 0.29,
	// Server.capture_signals).
	raisesSignal bool
	// saysWhyMaxRequests logs that --limit-max-requests was reached.
	saysWhyMaxRequests bool

	master *Master // nil without one
}

// Master is what is different about Uvicorn in the workers of gunicorn (uvicorn.workers.UvicornWorker).
type Master struct {
	// Boots is logged first, and Exits last unless a signal ends the worker; both are formats of the process id. Closing
	// is logged when the worker has closed the listening socket.
	Boots, Exits, Closing string
	// Deaf are the signals, without SIG, that a worker handles by doing nothing.
	Deaf []string
	// RaisesInterrupt: a worker that SIGINT has ended raises it again and dies of it. Uvicorn's own main catches the
	// KeyboardInterrupt and exits with 0.
	RaisesInterrupt bool
}

// V021 is Uvicorn 0.21.1.
var V021 = Version{
	classes:     map[string]*Class{"auto": &Httptools021, "httptools": &Httptools021, "h11": &H11021},
	unavailable: plain(http.StatusServiceUnavailable, "Service Unavailable"),
	interrupted: "asyncio.exceptions.CancelledError", noThread: "anyio.WouldBlock",
}

// V054 is Uvicorn 0.54.0.
var V054 = Version{
	classes:     map[string]*Class{"auto": &Httptools054, "httptools": &Httptools054, "h11": &H11054},
	unavailable: plain(http.StatusServiceUnavailable, "Service Unavailable", "19"),
	interrupted: "KeyboardInterrupt\n\nDuring handling of the above exception, another exception occurred:\n\n" +
		"Traceback (most recent call last):\nasyncio.exceptions.CancelledError",
	timedOut:     "asyncio.exceptions.CancelledError: Task cancelled, timeout graceful shutdown exceeded",
	noThread:     "anyio._core._exceptions.WouldBlock",
	raisesSignal: true, saysWhyMaxRequests: true,
}

// Under returns the version as it runs in the workers of a master.
func (v Version) Under(m *Master) Version {
	v.master = m
	return v
}

// Serve is [server.Stack.Serve].
func (v Version) Serve(w *server.Worker) (http1.Endpoint, server.Life) {
	cfg := w.Config()
	class := v.classes[cfg.HTTP]
	e := &Endpoint{
		Host: w.Host(), Class: class, Trusted: class.Forwarded.Trusts(cfg.ForwardedAllowIPs), LimitConcurrency: cfg.LimitConcurrency, Unavailable: v.unavailable,
		Direct: !cfg.ProxyHeaders,
	}
	return e, newLife(w, e, &v)
}

// plain is an answer of Uvicorn's own. The older version gives it no length, so its body goes in chunks.
func plain(status int, body string, length ...string) *http1.Answer {
	a := &http1.Answer{Status: status, Body: body}
	a.Lines = append(a.Lines, http1.Line{Name: "content-type", Value: "text/plain; charset=utf-8"})
	for _, n := range length {
		a.Lines = append(a.Lines, http1.Line{Name: "content-length", Value: n})
	}
	a.Lines = append(a.Lines, http1.Line{Name: "connection", Value: "close"})
	return a
}
