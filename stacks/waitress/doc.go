// Package waitress is waitress 2.1.2 and 3.0.2, a WSGI server, with Flask on it: what it reads and writes on a
// connection, how it starts and ends, and what it logs.
//
// Its main thread reads. A thread is asked for only once a request has been read to its end, body included. So it is
// for bytes that are not a request: their refusal queues for a thread like any answer. The connection is package
// threaded's, the application is package flask of apps/.
//
// A line of a chunk or a trailer of more than 64 KiB is refused, where waitress has no bound. Idle connections are
// closed at their own time, where waitress looks for them every 30 seconds.
package waitress
