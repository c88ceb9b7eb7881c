// Package memnet is a network in memory between a loop and clients in the same
// process. Connections behave like those of TCP on loopback, without sockets of the
// system. All waiting in it uses channels, timers and condition variables, so in a testing/synctest
// bubble time advances while the loop and its clients have nothing to do.
//
// A connection has no delay and no loss. For clients that are events of a simulated
// world instead of goroutines there is package sim.
package memnet
