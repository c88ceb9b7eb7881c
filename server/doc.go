// Package server runs what a stack describes. A [Worker] is one server process: an event loop, a limiter and a share of
// the listening socket, with an endpoint that serves connections, an [App] that answers requests and a [Life] for its
// start, signals and end. These three are made by the [Stack]; the package itself knows no stack by name.
//
// [Run] is what the command runs: one worker, or a parent that starts several ([RunWorker]). [Embed] starts a worker
// inside another process, such as a test.
//
// The endpoint passes a request to the App, which replies at once or has the worker hold it ([Worker.Hold]). A mode
// then runs the [Request], and the answer goes back through the exchange. docs/architecture.md shows the whole path.
package server
