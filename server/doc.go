// Package server runs what a stack describes. A [Worker] is one server process: an event loop, a limiter, a share of the
// listening socket, and what the slots of a [Stack] have made for it: an endpoint that serves connections, an [App] that
// answers requests, a [Life] from the start to the end. It knows no stack by name.
//
// [Run] is the command: one worker, or a parent that starts several ([RunWorker]). [Embed] is a worker in another
// process's test.
//
// A request comes from the endpoint to the App, which answers it at once or has the worker hold it ([Worker.Hold]); a
// mode then runs the [Request], and its answer goes back through the exchange. docs/architecture.md has the whole path.
package server
