// Package server is one worker: a loop, a limiter, a share of the listening
// socket, the routes and the life between start and end.
//
// The way of a request: eventloop accepts and reads; http1 makes a Cycle of the
// bytes and calls the routes (routes.go), which answer at once or make a
// request (request.go) that a mode runs; its answer goes back through the
// Cycle. What is printed meanwhile goes through a journal (journal.go).
package server
