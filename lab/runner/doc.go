// Package runner plays scenarios against servers and compares what they found.
//
// A Runner has an oracle, which is the real server itself or a recording of it, and a subject. For each scenario it
// plays the oracle twice and the subject once; what disagrees is played again, up to three times, before it counts:
//
//	difference  the oracle agrees with itself, and the subject never agreed with it
//	unstable    the oracle does not agree with itself, so the fact says nothing
//
// Several scenarios are played at a time, except those that measure tight times.
package runner
