// Package waitress is waitress: what it reads and writes on a connection. Its main thread reads: only a request that is
// complete, with its body, asks for a thread. So do bytes that are no request: their refusal waits in the queue like
// any answer.
//
// The connection is package threaded's; the application is apps/flask.
package waitress
