// Package report writes the fidelity pages: docs/fidelity.md, docs/fidelity/<stack>.md and their pictures.
//
// The lab saves what it found to a file, and the pages are written from that file. So their words can change
// without hours of measuring:
//
//	results, err := report.Load("lab/.results/live.json")
//	err = report.Write("docs", results)
//
// Every figure on the pages comes from the results.
package report
