// Package waitress is what waitress reads and writes on a connection.
//
//	stack.HTTP = map[string]http1.Protocol{"auto": waitress.V30.Behaviour()}
//
// Its main thread reads: a request is whole, with its body, before a thread is asked for, and so are bytes that are no
// request, whose refusal waits in the line like any answer. Package threaded has the connection, package flask the program.
package waitress
