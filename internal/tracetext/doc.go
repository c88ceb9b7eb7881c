// Package tracetext shows a trace for Perfetto as text, for tests: a line for each thing that happens, in the order of the
// file, with its time, its track, its name and what is said of it.
package tracetext
