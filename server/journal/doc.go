// Package journal is everything that a worker prints: the native log, in the very lines of the server imitated, or one
// row a request for machines or people.
//
//	j := journal.New(cfg, stack.Log, os.Stdout, os.Stderr, time.Now)
//	j.Server(journal.Info, "Application startup complete.")
//	j.Flush()
//
// Lines are how a stack spells its log. Nothing reaches a stream before Flush, which a worker calls before each wait,
// or before some 32 KiB are pending; the order of the two streams is kept.
package journal
