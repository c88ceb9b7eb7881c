// Package journal prints a worker's log: the native one, with exactly the lines of the imitated server, or rows, one
// for each request, for machines or people.
//
//	j := journal.New(cfg, stack.Log, os.Stdout, os.Stderr, time.Now)
//	j.Server(journal.Info, "Application startup complete.")
//	j.Flush()
//
// A stack's [Lines] are the format of its native log. What is printed is kept until Flush, which a worker calls before
// each wait, or until some 32 KiB are pending. The order across the two streams is kept.
package journal
