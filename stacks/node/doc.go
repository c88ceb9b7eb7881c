// Package node is one connection of Node.js's http server (lib/_http_server.js, src/node_http_parser.cc): bytes in, calls
// of the program, exact bytes out.
//
// A Version is what versions of it decide differently; a stack has one as its protocol:
//
//	endpoint := node.V18.Open(host)
//	loop.Serve(listener, endpoint.Accept, onError)
//
// What the http server does in one callback of libuv happens in one step here: the program is called while its request is
// parsed, all that is pipelined runs at once, and answers leave in the order of the requests. What Node leaves to
// process.nextTick (the end of an answer, and with it the next in line) happens when the callback is over.
//
// Memory for a head that does not end is bounded. Bodies are counted as the stream of a request counts them that nobody
// reads, and dropped.
package node
