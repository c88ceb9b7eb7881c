// Package limiter bounds how many pieces of work run at once and keeps the
// line of those that wait.
//
// It guarantees that never more than Limit tokens are borrowed by grants, that
// none lies idle while somebody waits, and that the line is served in its
// declared order: last in, first out, as anyio's CapacityLimiter was before
// version 3.7, or first in, first out, as it has been since.
//
//	l := limiter.New(40, limiter.LIFO)
//	switch l.Acquire(w, now) {
//	case limiter.Granted: // run, then l.Release(now)
//	case limiter.Waiting: // w.Granted() is called when a token is handed over
//	case limiter.Refused: // the line is full
//	}
//
// It knows nothing of HTTP, of logs or of time: callers say what time it is.
// It does not forget a waiter whose client has left; the servers imitated do
// not either.
package limiter
