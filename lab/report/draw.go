package report

import (
	"slices"

	"github.com/target-server/target-server/lab/servers"
	"github.com/target-server/target-server/plot"
)

// file is the name of the picture of a figure at a vintage.
func (f Figure) file(vintage string) string { return f.Name + "-" + vintage + ".svg" }

// drawAll gives the picture of every figure that was played, at every vintage, by the name of its file.
func drawAll(r Results) map[string][]byte {
	all := map[string][]byte{}
	for _, f := range Figures() {
		for _, vintage := range servers.Vintages() {
			if f.played(r.Curves, vintage) {
				all[f.file(vintage)] = f.draw(r, vintage)
			}
		}
	}
	return all
}

// played reports whether there is something to draw.
func (f Figure) played(curves []Curve, vintage string) bool {
	return slices.ContainsFunc(curves, func(c Curve) bool { return c.Figure == f.Name && c.Vintage == vintage })
}

// draw puts target-server's marks on top of the real server's.
func (f Figure) draw(r Results, vintage string) []byte {
	chart := plot.Chart{Title: f.Title + ", " + vintage, X: f.X, Y: f.Y}
	for _, server := range []struct {
		name, label string
		style       plot.Style
	}{{"real", "real server", plot.Wide}, {"ours", "target-server", plot.Narrow}} {
		for _, c := range r.Curves {
			if c.Figure == f.Name && c.Vintage == vintage && c.Server == server.name {
				chart.Series = append(chart.Series, plot.Series{Name: server.label, Style: server.style, Y: c.Y})
			}
		}
	}
	return chart.SVG()
}
