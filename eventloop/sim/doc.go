// Package sim is a world of simulated time and network for event loops: the
// article's experiments, hours long and thousands of clients wide, run in it in
// milliseconds and the same way every time.
//
//	w := sim.NewWorld(start)
//	listener := w.Listen(2048)
//	w.Process(func(p *sim.Process) { … a loop with p as its clock and poller, on p.Adopt(listener) … })
//	c := w.Dial(2*time.Second, listener, "GET / HTTP/1.1\r\n\r\n")
//	w.Run(time.Hour)
//	fmt.Println(c.First(), c.Text())
//
// Time stands still while anybody runs and jumps to the next thing that happens
// when all processes wait. Only one process runs at a time, the lowest first,
// so that nothing is left to chance and no locks are needed.
//
// The network has no latency. A listening socket completes backlog+1
// handshakes, as Linux does; a client beyond that tries again after 1, 3, 7, …
// seconds. A client may stop reading; the network then holds as many bytes as
// it says.
package sim
