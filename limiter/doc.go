// Package limiter bounds how many pieces of work run at once and queues the
// rest.
//
// It guarantees that it grants a token only while fewer than Limit are lent, that
// no token is free while anything waits, and that waiters are served in the declared
// order: last in, first out, as in anyio's CapacityLimiter before version 3.7,
// or first in, first out, as in later versions.
//
// It knows nothing of HTTP, of logs or of clocks: callers pass the time in.
// A waiter stays in the queue even if its client has left, as in the imitated servers.
package limiter
