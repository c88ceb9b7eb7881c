// Package trace writes what a server has done to a file: slices and arrows that Perfetto draws, or a row for each request.
// It knows nothing of the server.
//
// A [Perfetto] encodes tracks and what happens on them, [Rows] encodes rows as NDJSON or CSV, and a [File] keeps what it is
// given, bounded in size, shared by several processes, and readable at any moment:
//
//	f, err := trace.Open("run.pftrace", trace.Options{Limit: 256 << 20, Kind: trace.PerfettoTrace, Note: note, Warn: warn})
//	p := trace.NewPerfetto(trace.Process{PID: os.Getpid(), Name: "worker 1", Start: at, Wall: time.Now()})
//	loop := p.Track(p.Process(), "event loop", 1)
//	p.Begin(loop, at, "handler")
//	p.Text("id", "7")
//	p.End(loop, later)
//	f.Write(p.Take())
//
// Neither encoder may be used by several goroutines; a File may.
package trace
