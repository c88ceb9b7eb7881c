// Package http1 is what all servers that speak HTTP/1.1 share: a Parser that reads
// by the table of a Dialect, as httptools, h11 or another real parser would, and
// the words in which a worker and the protocols on its connections talk.
//
//	var p http1.Parser
//	event, n := p.Next(&http1.H11v014, bytes, &head)
//
// A Protocol is a value of a stack; Open has it serve the connections of a Host. An
// Exchange is one request with its answer, which an http.Handler answers at once
// (Reply) or later (Hold, Complete); an Answer is what it says, spelled as it is sent.
//
// It knows no server: those are in the packages beside it.
package http1
