// Package probe finds out, from outside, how a server deals with more requests
// than it can work on: how many it works on at once, whom it serves next, what
// a busy handler leaves undone, how long connections live, what too many get,
// and which processes take them. It knows no server.
//
//	target, err := probe.Parse(ctx, "http://127.0.0.1:8080/?id={n}", false)
//	findings, err := probe.Run(ctx, target, probe.Options{Most: 256, Time: time.Minute})
//	fmt.Println(findings.Verdict)
//
// Everything follows from bursts: requests sent at the same time, each on a
// connection that stands already, and from when their answers come. A pool of
// forty answers a hundred in waves of forty, forty and twenty.
//
// A probe is bounded: no burst is larger than Options.Most, none is begun that
// would end after Options.Time, and what is left out is said. A handler that
// answers within a few milliseconds shows no ceiling; then none is claimed.
//
// The server need not be friendly. What it sends is counted and not kept, so that
// a connection costs a few kilobytes whatever comes, and nothing of it is shown
// but a short quotation in printable ASCII. What a server does that makes it
// impossible to probe is a Fault. No redirect is followed.
package probe
