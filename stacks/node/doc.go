// Package node imitates the http server of Node.js (lib/_http_server.js, src/node_http_parser.cc) with the article's
// program on it: 18.15.0 for 2023-03 and 26.12.1 for current.
//
// The path of a request through the files:
//
//   - endpoint.go accepts: a Conn for each socket. It also has the timers for slow requests and the Date line.
//   - conn.go parses. version.go has the two dialects of llhttp, and what else versions do differently.
//   - message.go makes a message of a head, and calls the program, or answers instead.
//   - program.go answers, or holds the request while its timer runs; head.go formats the answer.
//   - life.go is the process around it. stack.go is the wiring.
//
// Guaranteed: what the http server does in one callback of libuv happens in one step here. The program is called while
// its request is parsed, all pipelined requests run at once, and answers leave in the order of the requests. What Node
// leaves to process.nextTick (the end of an answer, and with it the next one's turn) happens when the callback is over.
// What a client can make the process store is bounded.
//
// It does not read bodies: they are counted, as an unread request stream counts them, and dropped.
package node
