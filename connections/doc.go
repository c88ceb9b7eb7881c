// Package connections counts the connections of a database pool and queues those who wait for one, as SQLAlchemy's
// QueuePool and AsyncAdaptedQueuePool do (sqlalchemy/pool/impl.py and util/queue.py, 2.0.7 and 2.1.9).
//
// A [Pool] makes connections as they are needed, up to its size plus its overflow. Beyond that a caller waits. A
// connection that comes back wakes the waiter that has waited longest, but is not reserved for it: a newcomer may take
// it first, and the one that was woken then waits again, last in the queue.
//
// The package has no clock and no loop: the caller wakes waiters and times them out (modes.Job does).
package connections
