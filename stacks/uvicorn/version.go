package uvicorn

import (
	"net/http"

	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/server/http1"
)

// Version is what one version of Uvicorn decides differently from another.
type Version struct {
	classes     map[string]*Class // by --http
	unavailable *http1.Answer     // to a request over --limit-concurrency

	// interrupted, timedOut and queued are the exceptions, as Python names them, of a task that a second SIGINT cancels,
	// one cancelled when the graceful timeout has passed, and one that waits for a thread then.
	interrupted, timedOut, queued string
	// raisesSignal: a process that a signal has ended gracefully raises the signal again and so dies by it (since 0.29,
	// Server.capture_signals).
	raisesSignal bool
	// saysWhyMaxRequests logs that --limit-max-requests was reached.
	saysWhyMaxRequests bool

	master *Master // nil without one
}

// Master is what gunicorn makes of the Uvicorn in its workers (uvicorn.workers.UvicornWorker).
type Master struct {
	// Boots and Exits are logged with the process id: before anything else, and last unless a signal ends the worker.
	// Closing follows when the worker has closed the listening socket.
	Boots, Exits, Closing string
	// Deaf are signals, without SIG, that a worker handles by doing nothing.
	Deaf []string
	// RaisesInterrupt: a SIGINT that has ended the worker is raised again, which Uvicorn's own main takes for a good end.
	RaisesInterrupt bool
}

// V021 is Uvicorn 0.21.1.
var V021 = Version{
	classes:     map[string]*Class{"auto": &Httptools021, "httptools": &Httptools021, "h11": &H11021},
	unavailable: plain(http.StatusServiceUnavailable, "Service Unavailable"),
	interrupted: "asyncio.exceptions.CancelledError", queued: "anyio.WouldBlock",
}

// V054 is Uvicorn 0.54.0.
var V054 = Version{
	classes:     map[string]*Class{"auto": &Httptools054, "httptools": &Httptools054, "h11": &H11054},
	unavailable: plain(http.StatusServiceUnavailable, "Service Unavailable", "19"),
	interrupted: "KeyboardInterrupt\n\nDuring handling of the above exception, another exception occurred:\n\n" +
		"Traceback (most recent call last):\nasyncio.exceptions.CancelledError",
	timedOut:     "asyncio.exceptions.CancelledError: Task cancelled, timeout graceful shutdown exceeded",
	queued:       "anyio._core._exceptions.WouldBlock",
	raisesSignal: true, saysWhyMaxRequests: true,
}

// Under is the version in the workers of a master.
func (v Version) Under(m *Master) Version {
	v.master = m
	return v
}

// Serve is [server.Stack.Serve].
func (v Version) Serve(w *server.Worker) (http1.Endpoint, server.Life) {
	cfg := w.Config()
	e := &Endpoint{
		Host: w.Host(), Class: v.classes[cfg.HTTP], LimitConcurrency: cfg.LimitConcurrency, Unavailable: v.unavailable,
	}
	return e, newLife(w, e, &v)
}

// plain is an answer of Uvicorn itself. The older version gives no length, so its body goes in chunks.
func plain(status int, body string, length ...string) *http1.Answer {
	a := &http1.Answer{Status: status, Body: body, Lines: []http1.Line{{Name: "content-type", Value: "text/plain; charset=utf-8"}}}
	for _, n := range length {
		a.Lines = append(a.Lines, http1.Line{Name: "content-length", Value: n})
	}
	a.Lines = append(a.Lines, http1.Line{Name: "connection", Value: "close"})
	return a
}
