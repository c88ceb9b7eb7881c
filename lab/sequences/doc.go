// Package sequences plays byte sequences against two servers at the same time, and compares what each does.
//
// A [Sequence] is what a client sends on one connection, in one or several pieces. [Load] reads a file of them. Each can be
// played in several ways ([Ways]): as it is, with the method and target of the handler, with a second request after it, and
// cut in two. A [Conversation] sends the pieces, and notes what comes back, how the connection stands a second later, and
// what comes after the client has closed its side.
//
// [Compare] plays many at a time. What differs is played again on both servers: it counts only if the real server does the
// same each time, and target-server never does that. [Write] reports it by kind: cases of a kind differ in the same way.
//
// Nothing here states how a server ought to behave, and nothing is known of any server.
package sequences
