// Package front plays overload in front of a real load balancer: target-servers,
// HAProxy or nginx before them with the configuration of deploy/compose, and a
// crowd that comes at its own pace, whether it is answered or not. It measures
// what the clients got and for whom the threads worked.
//
// A Variant says what is set; Variants lists them; Run plays one and returns a
// Result; Check says what must hold between them; Page and Picture make
// docs/in-front.md.
//
// What it does not do: it says nothing of what HAProxy or nginx can bear. The
// load is some tens of requests a second.
package front
