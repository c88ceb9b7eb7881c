// Package node is Node.js's http server (lib/_http_server.js, src/node_http_parser.cc) with the article's program on
// it: bytes in, calls of the program, exact bytes out. What versions decide differently is a value, [Version].
//
// What the http server does in one callback of libuv happens in one step here: the program is called while its request is
// parsed, all that is pipelined runs at once, and answers leave in the order of the requests. What Node leaves to
// process.nextTick (the end of an answer, and with it the next in the queue) happens when the callback is over.
//
// Memory for a head that does not end is bounded. Bodies are counted as the stream of a request counts them when the
// program does not read it, and dropped.
package node
