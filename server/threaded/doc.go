// Package threaded is a connection that a thread serves: the thread reads the
// request, runs the program and writes the answer, one after the other. So do
// gunicorn's sync and gthread workers, Flask's development server and waitress.
//
// What differs between them is a Behaviour: when a connection takes its thread,
// how many connections there may be, how bytes are understood and answers spelled.
//
// The threads are names with a place in the limiter; a connection that waits for
// one, or whose thread sleeps, costs no goroutine. While a thread works, its
// connection is not read: what comes, the client's end included, waits in the
// kernel as it does for a thread that sleeps.
package threaded
