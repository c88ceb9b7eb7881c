// Package http2 is an HTTP/2 connection in clear text, as the h2 library keeps it
// and Hypercorn's H2Protocol drives it: frames in, requests, exact frames out.
//
// A Conn knows no socket and no loop. Whoever owns the connection hands it bytes
// with Receive and is called back for requests, for bytes to send and for the end:
//
//	c := http2.New(owner)
//	c.Start()
//	c.Receive(bytes)
//	c.Respond(1, 200, lines, `"hello"`, done)
//
// What it guarantees: a stream's data keep within the windows of its client, frames
// of several streams take turns, header blocks and queues are bounded. Priorities
// are read and not followed: streams with data take equal turns.
package http2
