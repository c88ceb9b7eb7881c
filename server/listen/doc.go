// Package listen opens the server's socket in the two steps that the servers imitated take: one process binds, and
// whoever accepts calls listen, perhaps in another process and later.
//
//	sock, err := listen.Bind(ctx, "127.0.0.1", 8000) // fails if another server listens there
//	...                                              // clients are still refused
//	err = listen.Listen(int(sock.Fd()), 2048)        // from now on the kernel accepts for us
//
// What it guarantees:
//   - the options are those of Uvicorn's Config.bind_socket: one TCP socket, SO_REUSEADDR, no SO_REUSEPORT, and
//     IPV6_V6ONLY left as the system has it;
//   - the backlog reaches the kernel as given, so that exactly what the real server would hold is held;
//   - errors carry the words that Uvicorn logs, for several workers ([Error.Error]) and for one ([Error.Attempt]).
//
// Between the two steps the port is not quite ours: on Linux SO_REUSEADDR lets a second server bind it as well, and then
// whoever calls listen second is the one that fails. The servers imitated have the same gap.
//
// It does not accept, and it binds one address only: a name that has several is bound at its first IPv4 address.
//
// Binding without listening takes a Unix system. Elsewhere every function gives [errors.ErrUnsupported], and the
// caller uses net.Listen, which does both at once with the system's own backlog.
package listen
