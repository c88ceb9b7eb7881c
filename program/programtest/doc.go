// Package programtest draws random programs for property tests.
//
//	rapid.Check(t, func(t *rapid.T) {
//		p, err := program.Read("drawn.yaml", []byte(programtest.Draw(t)), nil)
//		...
//	})
//
// Every drawn text is valid. Its durations are at most 50 ms, and it has at most three pools, four dependencies and
// five routes with a few steps each, so that a run of it is short also where it waits.
package programtest
