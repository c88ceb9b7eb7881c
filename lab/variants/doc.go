// Package variants shows that the lab can fail. A Variant is target-server with
// one deliberate mistake: an edit of its source, applied only while it is built
// (go build -overlay), so that nothing of it is in the program. Played against
// the recordings of the real servers, each must be caught by a scenario.
//
//	results, err := variants.Run(ctx, variants.All(), os.Stdout)
//
// An edit names the text that it replaces. When that text is no longer in the
// source, or twice, the variant is stale and Run says so.
package variants
