// Package runner plays scenarios against servers and compares what they found.
//
// A Runner has an oracle, which is the real server or a recording of it, and a subject. For each
// scenario it plays the oracle twice and the subject once. If they disagree, the scenario is played
// again, up to three times, before the result counts:
//
//	difference  the oracle agrees with itself, and the subject never agreed with it
//	unstable    the oracle does not agree with itself, so the fact is ignored
//
// Several scenarios are played at a time, except those that measure tight times.
package runner
