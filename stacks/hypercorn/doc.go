// Package hypercorn imitates Hypercorn with FastAPI on it: 0.14.3 for 2023-03 and 0.18.0 for current, on asyncio,
// uvloop or trio. A connection has the parts that it has there: a task that reads (tcp_server), a task that ends an
// idle connection, HTTP/1.1 in terms of h11's two states (protocol.h11) or HTTP/2, and a task for each request
// (protocol.http_stream).
//
// The path of a request through the files:
//
//   - endpoint.go accepts: a Conn for each socket. conn.go is the stream reader, task.go the task that reads.
//   - events.go is what h11 finds in the bytes: it stops the idle task (idle.go), and begins an Exchange.
//   - exchange.go is the request's task, which answers by write.go; states.go is what h11 allows. Then closing.go
//     begins the next request, or closes; lasting.go is what the application does after its answer, and group.go waits
//     for the tasks that are left.
//   - successor.go hands a connection that asks for HTTP/2 over to h2.go, whose requests are in stream.go.
//   - version.go and library.go say what versions, and asyncio and trio, do differently. life.go is the worker around
//     it, and stack.go and trio.go are the wiring.
//
// Guaranteed: every await of the real path that suspends is a step of the loop, in the same place; those that never do,
// such as a write that the kernel takes, are none. What a client can make the server store is bounded.
//
// It does not read bodies: a request's queue fills, as the real one does with a program that does not read it. It turns
// every WebSocket handshake down, since the article's program has no such route. HTTP/2 has no priorities and no push.
package hypercorn
