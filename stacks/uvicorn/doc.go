// Package uvicorn imitates Uvicorn with FastAPI on it: 0.21.1 for 2023-03 and 0.54.0 for current, on uvloop or asyncio,
// with httptools or h11.
//
// The path of a request through the files:
//
//   - endpoint.go accepts: a Conn for each socket, in the set that the concurrency limit counts.
//   - conn.go is Uvicorn's protocol object. It parses: a head becomes a Cycle, which starts or queues.
//   - cycle.go is the request's task: its first step, the handler's held work, and the answer.
//   - layout.go formats the answer. class.go and version.go say what classes and versions do differently.
//   - life.go is the server around it: its start, its tick, its shutdown. stack.go is the wiring.
//
// Guaranteed: a connection has one answer at a time, in the order of its requests; a request whose client has left runs
// to its end and is not answered; what a client can make the server store is bounded.
//
// It does not read bodies, since no handler here asks for one, but counts them as Uvicorn's flow control does. It turns
// every WebSocket handshake down, since the article's program has no such route.
//
// stacks/gunicorn has this server in its workers; see Master.
package uvicorn
