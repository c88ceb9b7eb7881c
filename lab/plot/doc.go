// Package plot draws the lab's pictures as SVG: a few hundred numbers at a glance, in a self-contained
// file that is legible on light and dark pages.
//
//	svg := plot.Chart{
//		Title: "Finish times", X: "answers so far", Y: "seconds",
//		Series: []plot.Series{{Name: "real", Style: plot.Wide, Y: real}, {Name: "ours", Style: plot.Narrow, Y: ours}},
//	}.SVG()
//
// There are five kinds of picture: marks over their number (Chart), bars from a
// beginning to an end (Spans), lines (Curves), small pictures of amounts over time
// (Panels), and requests whose bars change colour with their state (Timeline).
package plot
