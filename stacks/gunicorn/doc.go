// Package gunicorn is what gunicorn's own workers, sync and gthread, put on a
// connection: how they spell heads and refusals, and when they close. The
// connection and its thread are package threaded's, the parser is a dialect of
// package http1.
//
//	stack.HTTP = map[string]http1.Protocol{"auto": gunicorn.Sync(gunicorn.V201)}
package gunicorn
