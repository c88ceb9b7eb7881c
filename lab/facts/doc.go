// Package facts says what a scenario found out, in text that reads well in a diff, and whether two findings agree.
//
// A Fact has a kind of comparison:
//
//	exact  the same text, byte for byte, after Normalise
//	near   times in seconds, each within the fact's tolerance
//	order  the same words in the same order, but for a stated number of swaps of neighbours
//	share  a part of a whole, within the fact's tolerance
//
// A Sample holds the findings of several runs of one server on one scenario; what the runs do not agree on is unstable
// and says nothing about anybody else.
package facts
