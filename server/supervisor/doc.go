// Package supervisor is the parent of several workers: it starts them on one shared socket, and handles signals and
// dead workers as the imitated server does. A [Parent] starts each worker by running this program again ([Reexec]),
// with the first argument [WorkerArgument]; there, [Inherit] returns the worker's side, a [Child].
//
// What it guarantees:
//   - One goroutine, the one in [Parent.Run], owns all of the parent's state and takes every decision, in the order
//     in which the real parent takes them. Where the real parent blocks (while it waits for a worker to end, or for the
//     answer to a ping), this one does too: a signal that arrives meanwhile is handled later, not lost.
//   - What differs between servers is a [Policy], which is values only. That of gunicorn has an [Arbiter]: such a
//     parent keeps a number of workers, and kills those that have sent no heartbeat ([Child.Beat]) for too long.
//   - No process is left behind: the control channel ends when the parent is killed, and so tells its workers
//     ([Child.ParentKilled]). Where the real parent dies of a signal and leaves workers that still serve ([Die]), so
//     does this one.
//   - As the first process of a container the program reaps orphans that are not its own, without taking the exit
//     status of its workers ([Reaper]).
//   - Neither end of the control channel can block the other: a message that does not fit in the queue is refused.
//   - A worker answers pings on a separate goroutine, so that a worker whose event loop is blocked counts as healthy,
//     and a stopped one (SIGSTOP) does not.
//   - Workers stay in the parent's process group, so that Ctrl-C reaches all of them.
//
// It never calls listen: the caller does, or the workers, so that clients are refused until the first of them is ready.
// It knows nothing of HTTP, nor of a worker's configuration.
//
// The process table shows two differences from the real parents: there is no resource-tracker process, and a dead
// worker leaves no zombie (Uvicorn 0.21.1 keeps one until it stops).
//
// Several workers need a Unix system; on others [Reexec] returns [errors.ErrUnsupported]. On Linux, signals that the
// server does not handle have the kernel's default action (see [Notify]). On other systems they do what Go's runtime
// does: SIGQUIT prints the goroutines' stacks, and SIGUSR1 and SIGUSR2 do nothing.
package supervisor
