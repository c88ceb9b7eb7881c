// Package listen opens the server's socket in two steps, as the imitated servers do: one process binds it, and later,
// perhaps in another process, the one that accepts listens on it. Until then clients are refused.
//
// What it guarantees:
//   - the options are those of Uvicorn's Config.bind_socket: one TCP socket, SO_REUSEADDR, no SO_REUSEPORT, and the
//     system's default for IPV6_V6ONLY;
//   - the backlog reaches the kernel unchanged, so that the kernel queues as many connections as for the real server;
//   - errors have the text that Uvicorn logs, for several workers ([Error.Error]) and for one ([Error.Attempt]).
//
// Between the two steps the port is not reserved: on Linux SO_REUSEADDR lets a second server bind it as well, and then
// the one that listens second fails. The servers imitated have the same gap.
//
// It does not accept, and it binds only one address: of a name with several, the first IPv4 address.
//
// Binding without listening needs a Unix system. On others every function returns [errors.ErrUnsupported], and the
// caller uses net.Listen, which does both at once with the system's own backlog.
package listen
