// Package access measures what access log lines say of a run, for docs/access-logs.md: what each atom shows, whether a
// duration contains the wait for a thread, and which lines a client that leaves gets. It plays target-server in simulated
// time, on every stack, with the stack's own dialect of the formats. So the page's tables take no time, and are the same
// in each run; that the real servers show the same is for the scenarios named access-… to say.
//
//	page, err := access.Fill(page, "lab/programs") // with the tables measured now
//	svg, err := access.Picture()
package access
