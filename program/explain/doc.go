// Package explain tells before any load what limits a program: which tokens and connections each route takes, in order,
// what it holds while it waits for the next, how many requests a second it can reach, and which circular waits are
// possible.
//
//	fmt.Print(explain.Explain(p, explain.Conditions{Threads: 40}).Text())
package explain
