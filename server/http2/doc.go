// Package http2 is an HTTP/2 connection in clear text, as in the h2 library and
// Hypercorn's H2Protocol: it reads frames, calls back with requests, and writes the
// same frames as these.
//
// A Conn knows no socket and no loop. Its Owner passes received bytes to Receive, and
// gets calls for requests, for bytes to send and for the end.
//
// A stream's data stay within the windows of its client, frames of several streams
// take turns, and header blocks and queues are bounded. Priorities are read but not
// applied: streams with data take equal turns.
package http2
