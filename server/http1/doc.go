// Package http1 is what all HTTP/1.1 servers share: a Parser that reads by the table
// of a Dialect, as httptools, h11 or another real parser would, and the types that a
// worker and the connections it serves have in common.
//
// An [Endpoint] is a stack's part: it serves the connections of a [Host], which is the
// worker's. An [Exchange] is one request. The program answers it at once (Reply) or
// later (Hold, Complete) with an [Answer], which is formatted as it is sent.
//
// It knows no server: those are in other packages.
package http1
