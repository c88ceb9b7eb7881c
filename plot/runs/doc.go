// Package runs reads what became of the requests of a run of target-server, and draws it.
//
//	run, notes, err := runs.Read("run.ndjson", file)
//	picture := runs.Draw([]runs.Run{run}, runs.Options{})
//	err = raster.PNG(out, picture, plot.Light, 2)
//
// It reads the rows of --log-format json among whatever else the server prints, the files of --trace, a CSV with the same
// columns, and the answer of GET /requests. A picture has panels below each other; see Panels. Each panel is a function of
// runs and a place, without side effects. A picture's size depends on the place, not on the number of requests: what
// falls on the same pixel is drawn once.
package runs
