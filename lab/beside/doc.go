// Package beside runs a load generator and, meanwhile, asks the target what it sees. A target that answers too slowly
// and a generator that asks too slowly look the same on the generator's screen; the target's own counters tell them
// apart.
//
//	report, err := beside.Run(ctx, beside.Options{
//		Admin: "http://127.0.0.1:9090", Every: 37 * time.Millisecond, Wait: 2 * time.Second,
//		Command: []string{"wrk", "-c80", "-d10s", "http://127.0.0.1:8080/?id=1"}, Stdout: os.Stdout, Stderr: os.Stderr,
//	})
//	fmt.Print(report.Text())
//
// The counters come from /stats on the target's admin address. They do not show a blocked event loop: the requests that
// it has not read wait in the kernel. So five times a second Run also asks the target for a path that it does not have.
// A free loop answers that with 404 at once, however busy its threads are.
//
// Processor time comes from /proc. It is known only where the target's processes run on the same Linux machine.
package beside
