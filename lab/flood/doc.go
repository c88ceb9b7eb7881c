// Package flood tries what hostile clients can make target-server remember. A Kind is one way to be hostile, such
// as to ask and never read. Run starts a server of its own, lets a crowd of one kind at it for a few seconds,
// and tells the most memory that the server had.
//
// The bound is MostMemory. Uvicorn's httptools has none: what it makes of requests that come faster than they are
// answered is told in docs/hardship.md.
//
// What it does not do: it looks at no answer. That a server behaves like the real one is the lab's affair.
package flood
