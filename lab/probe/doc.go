// Package probe finds out, from outside, what a server does with more requests
// than it can run at once: how many it runs, which one is next, whether a busy
// handler delays other paths, how long connections stay open, what too many
// requests get, and which processes take them. It works with any HTTP server.
//
//	target, err := probe.Parse(ctx, "http://127.0.0.1:8080/?id={n}", false)
//	findings, err := probe.Run(ctx, target, probe.Options{Most: 256, Time: time.Minute})
//	fmt.Println(findings.Verdict)
//
// Everything follows from bursts, that is requests sent at the same time, each on
// a connection that is already open, and from when their answers come. A pool of
// forty answers a hundred in waves of forty, forty and twenty. A path that the
// server does not have is requested on the idle server and during each burst: only
// the difference shows whether handlers delay it.
//
// A probe is bounded: no burst is larger than Options.Most, none begins that would
// end after Options.Time, and the findings list what was left out. A handler that
// answers within a few milliseconds shows no ceiling; then none is claimed.
//
// The server may be hostile. What it sends is counted and not kept, so that a
// connection costs a few kilobytes whatever comes, and the findings show no more of
// it than a short quotation in printable ASCII. A server that behaves so that it
// cannot be probed has a Fault. No redirect is followed.
package probe
