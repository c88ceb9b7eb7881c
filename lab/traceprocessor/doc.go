// Package traceprocessor asks Perfetto's own trace processor about a trace, in SQL: the judge of what --trace FILE.pftrace
// writes.
//
//	p, err := traceprocessor.Find("..")       // in lab/.env/perfetto, where lab/traceprocessor/install.sh puts it
//	rows, err := p.Query(ctx, "run.pftrace", "select name, dur from slice")
//
// The processor is the WebAssembly of Perfetto's page, which a Python package contains; query.mjs runs it in Node.
package traceprocessor
