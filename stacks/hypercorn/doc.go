// Package hypercorn is Hypercorn, on asyncio, uvloop or trio. A connection has the tasks that it has there: the one
// that reads (asyncio.tcp_server), the one that waits for the idle time to pass, HTTP/1.1 in terms of h11's two states
// (protocol.h11), and one for each request (protocol.http_stream).
//
// Every await of the real path that suspends is a step of the loop, in the same place; one that never does, such as a
// write that the kernel takes, is none.
//
// What versions decide differently is a value, [Version]. What an event loop decides is in eventloop.Flavour and in
// Tasks.
//
// [Conn] speaks HTTP/1.1. A connection that asks for HTTP/2 is handed to a [Successor].
package hypercorn
