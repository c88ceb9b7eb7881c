// Package front plays overload behind a real load balancer: target-servers, HAProxy or nginx in front
// of them with the configuration of deploy/compose, and clients that arrive on a schedule, whether or
// not earlier ones have been answered. It measures what the clients got, and how much of the threads'
// work was wasted.
//
// A Variant is one set of settings; Variants lists them; Run plays one and returns a Result; Checks
// lists what must hold of each; Tables, Fill and Picture make docs/in-front.md.
//
// It does not measure how much load HAProxy or nginx can take: the load is some tens of requests per
// second.
package front
