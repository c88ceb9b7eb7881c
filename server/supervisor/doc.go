// Package supervisor is the parent of several workers: it starts them on one shared socket, passes signals on in the
// way of the server imitated, and replaces the workers that die, or leaves them dead, as that server would.
//
//	sock, err := listen.Bind(ctx, host, port)
//	policy := supervisor.Uvicorn054()
//	signals, stop := supervisor.Notify(policy)
//	defer stop()
//	parent, err := supervisor.New(supervisor.Options{
//		Workers: 2, Policy: policy, Spawn: supervisor.Reexec(sock, config), Logger: logger, Signals: signals,
//	})
//	code, err := parent.Run(ctx)
//
// and in the worker, which is the same program with the first argument [WorkerArgument]:
//
//	child, err := supervisor.Inherit()
//	err = listen.Listen(child.Listener(), backlog)
//	err = child.Ready(nil)
//
// What it guarantees:
//   - One goroutine, the one in [Parent.Run], owns all of the parent's state and takes every decision, in the order
//     in which the real parent takes them. Where the real parent blocks (it waits for a worker to end, or for the
//     answer to a ping) this one blocks too: a signal that comes meanwhile is acted upon later, not lost.
//   - What differs between servers is a [Policy], which is values only. Those of gunicorn have an [Arbiter]: such a parent
//     keeps a number of workers, and kills those whose heart it has not heard ([Child.Beat]) for too long.
//   - Nothing is left behind: a worker learns when its parent has been killed ([Child.Bereft]), by the end of the control
//     channel. Where the real parent dies of a signal and leaves orphans that serve on ([Die]), so does this one.
//   - As the first process of a container the program buries orphans that are not its own, and takes nothing from those that
//     are ([Reaper]).
//   - Neither end of the control channel can block the other: a message that does not fit in the queue is refused.
//   - A worker answers pings on a goroutine of its own, so that a worker whose event loop is blocked counts as healthy,
//     and a stopped one (SIGSTOP) does not.
//   - Workers stay in the parent's process group, so that Ctrl-C reaches all of them.
//
// What it does not do: it never calls listen (whoever made the socket does, or else the workers, so that a client is
// refused until the first of them is up), and it knows nothing of HTTP or of what a worker is configured to do.
//
// Differences from the real parents that a reader of the process table can see, and a client cannot: there is no
// resource-tracker process, and a dead worker leaves no zombie (Uvicorn 0.21.1 keeps one until it stops).
//
// Limits: several workers take a Unix system; elsewhere [Reexec] gives [errors.ErrUnsupported]. Signals that the server
// leaves alone take the kernel's default action on Linux (see [Notify]); on other systems they do what Go's runtime
// does, which for SIGQUIT is a dump of the goroutines, and for SIGUSR1 and SIGUSR2 is nothing.
package supervisor
