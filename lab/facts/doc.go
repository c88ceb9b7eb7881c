// Package facts represents what a scenario found, as text that reads well in a diff, and decides
// whether two findings agree.
//
// A Fact has a kind of comparison:
//
//	exact  the same text, byte for byte, after Normalise
//	near   times in seconds, each within the fact's tolerance
//	order  the same words in the same order, except for a given number of swaps of neighbours
//	share  a fraction of a whole, within the fact's tolerance
//
// A Sample holds the findings of several runs of one server on one scenario. A fact on which the runs
// do not agree is unstable and cannot be compared with another server.
package facts
