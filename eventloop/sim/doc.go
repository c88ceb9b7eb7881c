// Package sim is a world of simulated time and network for event loops: the
// article's experiments, with hours of time and thousands of clients, run in it in
// milliseconds and the same way every time. A Process is the clock and the poller of
// one loop.
//
// Time does not pass while a process runs. When all of them wait, it jumps to the
// next event. Only one process runs at a time, the first of those that can, so
// nothing is left to chance and no locks are needed.
//
// The network has no latency. A listening socket completes backlog+1
// handshakes, as Linux does; a client beyond that tries again after 1, 3, 7, …
// seconds. A client may stop reading; the network then holds as many bytes as
// it says.
package sim
