// Package venue holds the places where scenarios are played.
//
// Real is a server in processes of its own, on loopback, in real time. It knows
// nothing of the server: the real ones and target-server are played alike.
//
// Simulated is target-server alone, in simulated time and network: the same
// worker, from its settings to the bytes of its log, with a clock and a poller
// that are handed in. A scenario of ten seconds takes a millisecond there, and
// every run is the same. It has one process and no kernel, so that it cannot
// show what several processes do, or what a kernel's buffers hold.
package venue
