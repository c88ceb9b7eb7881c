// Package memnet is a network in memory between a loop and clients in the same
// process: connections behave as those of TCP on loopback do, and nothing of it
// belongs to the system. Everything that waits in it waits on channels, timers and
// condition variables, so in a bubble of testing/synctest time goes on while the
// loop and its clients have nothing to do.
//
//	n := memnet.New()
//	listener := n.Listen(2048)
//	go func() { … a loop with eventloop.NewSystemClock() and n, serving listener … }()
//	conn, err := n.Dial(ctx)
//
// A connection has no delay, no loss and no order of segments to play with;
// package sim has.
package memnet
