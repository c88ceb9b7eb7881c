// Package threaded is a connection that is served by a thread: the thread reads the request, runs the
// program and writes the answer, one after the other. The sync and gthread workers of gunicorn, Flask's
// development server and waitress work this way.
//
// What differs between them is a [Behaviour]: when a connection takes its thread, how many connections there may be,
// how bytes are parsed and answers formatted. An [Endpoint] has one, and is what a stack hands to the
// worker.
//
// The threads are names with a place in the limiter. A connection that waits for a thread, or whose thread sleeps,
// costs no goroutine. While a thread runs a request, its connection is not read: incoming bytes, and
// the client's end, stay in the kernel.
//
// Tomcat's connections are its own (stacks/tomcat), and share the [Lease] of a thread with these.
package threaded
