// Package venue has the two venues where scenarios are played.
//
// Real is a server in processes of its own, on loopback, in real time. It does not know which server:
// the real ones and target-server are treated alike.
//
// Simulated is only for target-server, in simulated time and network: the same worker, from its
// settings to the bytes of its log, with a clock and a poller passed in. A scenario of ten seconds
// takes a millisecond there, and every run is the same. It has one process and no kernel, so it cannot
// show what several processes do, or what the kernel's buffers hold.
package venue
