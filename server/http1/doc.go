// Package http1 is what all HTTP/1.1 servers share: a Parser that reads by the table
// of a Dialect, as httptools, h11 or another real parser would, and the types that a
// worker and the connections it serves have in common.
//
// A Protocol is a value of a stack; Open has it serve the connections of a Host. An
// Exchange is one request with its answer, which an http.Handler answers at once
// (Reply) or later (Hold, Complete) with an Answer, formatted as it is sent.
//
// It knows no server: those are in other packages.
package http1
