// Package report makes docs/fidelity.md and its pictures of what the lab found.
//
// A run of the lab saves Results to a file; a page is made of that file at any
// time, so that its words can change without hours of measuring:
//
//	results, err := report.Load("lab/.results/live.json")
//	err = report.Write("docs", results)
//
// Every figure on the page comes from the results.
package report
