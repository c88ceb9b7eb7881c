// Package crowd runs tens of thousands of clients: they connect, send a request, and wait as long as
// necessary for the answer.
//
// A process may open only about 20,000 files, so the clients are spread over several processes, which
// run the same program again, and over source addresses, because one address has only 28,000 ports. The
// program must call Main if its first argument is Argument:
//
//	c, err := crowd.Start(ctx, crowd.Plan{Addr: "127.0.0.1:8080", Size: 150_000})
//	defer c.Leave()
//	err = c.Ask(ctx)            // all have sent their request
//	tally, err := c.Answers(ctx) // each has read its answer, and compared it
//
// The package itself measures nothing.
package crowd
