// Package hypercorn is a connection of Hypercorn, on asyncio, uvloop or trio, made of
// what it is made of there: the task of the connection (asyncio.tcp_server) that
// reads, the task that waits for the idle connection's end, HTTP/1.1 in terms of
// h11's two states (protocol.h11), and a task for each request (protocol.http_stream).
//
//	stack.HTTP = map[string]http1.Protocol{"auto": hypercorn.H11v0143}
//
// Every await of the real path that suspends is a step of the loop, in the same
// place; those that never do, such as a write that the kernel takes, are none.
//
// What versions decide differently is a value, Version. What an event loop
// decides is in eventloop.Flavour and in Tasks.
//
// It does not speak HTTP/2: a connection that asks for it is handed over, see
// Successor.
package hypercorn
