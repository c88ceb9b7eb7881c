// Command beside runs a load generator and asks the target meanwhile, so that a
// target that is slower than the generator asked is told apart from a generator
// that is slow:
//
//	go run ./deploy/load/beside -- wrk -t1 -c80 -d10s 'http://127.0.0.1:8080/?id=1'
//
// The generator prints what it prints. After it come the target's own account,
// from /stats on the admin address, and a verdict. The exit status is the
// generator's.
//
// Five times a second it also asks the target for a page that is not there: a
// loop that is free answers at once however busy the threads are.
//
// Processor time comes from /proc, so it is told only where target and generator
// are processes of this Linux machine.
package main
