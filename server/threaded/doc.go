// Package threaded is a connection that a thread serves: the thread reads the request, runs the program and writes the
// answer, one after the other. So do the sync and gthread workers of gunicorn, Flask's development server and waitress.
//
// What differs between them is a [Behaviour]: when a connection takes its thread, how many connections there may be,
// how bytes are understood and answers spelled. An [Endpoint] has one, and is what a stack hands to the worker.
//
// The threads are names with a place in the limiter. A connection that waits for a thread, or whose thread sleeps,
// costs no goroutine. While a thread works, its connection is not read: what comes, the client's end included, stays in
// the kernel.
//
// Tomcat's connections are its own (stacks/tomcat), and share the [Lease] of a thread with these.
package threaded
