// Package crowd is clients by the ten thousand: they connect, ask, and wait to
// be answered as long as need be.
//
// A process may open no more than some 20,000 files, so the crowd is spread over
// client processes, which are the program itself started again, and over source
// addresses, because one has only 28,000 ports. What uses it calls Main when its
// first argument is Argument:
//
//	c, err := crowd.Start(ctx, crowd.Plan{Addr: "127.0.0.1:8080", Size: 150_000})
//	defer c.Leave()
//	err = c.Ask(ctx)            // all have sent their request
//	tally, err := c.Answers(ctx) // each has read its answer, and compared it
//
// It measures nothing.
package crowd
