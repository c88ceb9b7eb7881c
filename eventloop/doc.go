// Package eventloop is the main thread of one worker. In one goroutine, turn after
// turn, it waits for readiness or the next timer, accepts and reads what is ready,
// and runs what has become runnable.
//
// Event loops differ in their turns, and clients can see it: asyncio sends each
// answer as its handler ends, uvloop keeps the answers of a turn until the turn is
// over; one loop accepts every waiting connection in a turn, another only one.
// These differences are the fields of a Flavour; the engine has no other knowledge
// of them.
//
// What the loop owns (streams, timers, the queue of steps) is touched by its
// goroutine alone. Other goroutines use Post. A held stream costs no goroutine,
// except with the portable poller.
//
// Clock and Poller are handed in: epoll on Linux, elsewhere goroutines that wait for
// Go's own poller, and in tests the simulated time and network of package sim.
package eventloop
