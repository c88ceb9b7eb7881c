// Package soak keeps target-server busy for a long time, and checks that nothing grows: memory,
// descriptors, goroutines. It has three parts, each on a server of its own:
//
//   - requests: a number of requests, all answered, as fast as possible;
//   - departures: a number of clients that reset the connection while their
//     request is running or queued;
//   - mixed: for a given time, clients of all kinds, well behaved or not
//     (Behaviours), while the limit changes and processes are stopped, restarted
//     and killed.
//
// The load comes in rounds. After each round all clients leave; then the server must become idle and
// hold no requests, its sums must balance, and a Sample is taken. A part fails if its samples are not
// flat (Flat).
//
// It does not check how fast anything is; the benchmark does that.
package soak
