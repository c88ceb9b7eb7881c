// Package servertest runs a server, or a part of one, in simulated time and network.
//
// [New] starts the workers of a stack: whole workers, from the bytes that clients send to the lines that the log has.
// [Open] starts an endpoint alone, with a program that the test hands in: it is for what a stack does to one
// connection. Both return a world that does not move until the test calls Run, and that ends with the
// test:
//
//	w := servertest.New(t, stack, func(c *config.Config) { c.Sleep = distribution.Of(time.Second) })
//	c := w.Get(0, 1)          // a client that connects at 0 s and asks for /?id=1
//	w.Run(time.Minute)
//	c.First()                 // when its answer came
//	w.Workers[0].Lines        // what was logged, each line with its time
//
// It knows no stack and no application: the test provides them.
package servertest
