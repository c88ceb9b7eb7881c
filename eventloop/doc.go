// Package eventloop is the main thread of one worker: it waits for readiness
// or the next timer, accepts and reads what is ready, and runs what has become
// runnable, turn after turn, in one goroutine.
//
// Event loops differ in their turns, and clients can see it: asyncio sends
// every answer as its handler ends, uvloop keeps the answers of a turn until
// the turn is over; one takes every waiting connection in a turn, another one
// of them. These differences are the fields of a Flavour; the engine has no
// other knowledge of them.
//
//	loop := eventloop.New(eventloop.Uvloop017, clock, poller)
//	loop.Serve(listener, func() eventloop.Protocol { return newConn() })
//	err := loop.Run()
//
// Everything the loop owns (streams, timers, the queue of steps) is touched by
// its goroutine alone. Other goroutines use Post. A stream that is held costs
// no goroutine, except with the portable poller.
//
// Clock and Poller are handed in: epoll on Linux, goroutines over what Go offers
// elsewhere, and package sim's simulated time and network in tests.
package eventloop
