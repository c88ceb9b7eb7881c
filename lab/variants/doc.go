// Package variants shows that the lab can fail. A Variant is target-server with one deliberate mistake:
// an edit of its source that is applied only during a build (go build -overlay), so none of it is in
// the program. Played against the recordings of the real servers, each must be caught by a scenario.
//
//	results, err := variants.Run(ctx, variants.All(), os.Stdout)
//
// An edit contains the text that it replaces. If that text is no longer in the source, or is there
// twice, the variant is stale, and Run says so.
package variants
