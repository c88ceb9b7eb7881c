// Package plot draws pictures: shapes on a ground, in self-contained files that are legible on light and dark pages.
//
//	svg := plot.Chart{
//		Title: "Finish times", X: "answers so far", Y: "seconds",
//		Series: []plot.Series{{Name: "real", Style: plot.Wide, Y: real}, {Name: "ours", Style: plot.Narrow, Y: ours}},
//	}.SVG()
//
// A [Picture] is a list of shapes, in colours that have a shade for each theme. It is written as SVG here, and as pixels by
// package raster. Five kinds of picture are drawn here: marks over their number ([Chart]), bars from a beginning to an end
// ([Spans]), lines ([Curves]), small pictures of amounts over time ([Panels]), and requests whose bars change colour with
// their state ([Timeline]). Package runs draws the requests of a run.
package plot
