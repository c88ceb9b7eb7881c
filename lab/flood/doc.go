// Package flood measures how much memory hostile clients can make target-server use. A Kind is one way
// to be hostile, such as sending requests and never reading. Run starts a server of its own, runs a
// crowd of one kind against it for a few seconds, and returns the largest amount of memory that the
// server used.
//
// The bound is MostMemory. The real Uvicorn with httptools has none: docs/hardship.md describes what it
// does with requests that come faster than they are answered.
//
// It does not check answers: whether a server behaves like the real one is tested by the lab.
package flood
