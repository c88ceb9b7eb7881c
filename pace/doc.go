// Package pace knows how long Python computes.
//
// What a real server does for a request takes it hundreds of microseconds, and by that alone a load generator can tell it
// from this one. With --pace, each step of the framework holds the event loop for as long as it does there. [Of] gives
// the costs of the steps, which the lab has measured on the real servers (go run ./lab/cmd/lab --pace) and stored in
// measured/; a [Meter] charges them; [Calibrate] tells how much slower or faster than the lab's this machine is.
//
// Python runs one thread at a time, so the costs of all threads add up on one line, the loop's.
package pace
