package report

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/target-server/target-server/lab/plot"
	"github.com/target-server/target-server/lab/servers"
)

// file is the name of the picture of a figure at a vintage.
func (f Figure) file(vintage string) string { return f.Name + "-" + vintage + ".svg" }

// drawAll draws every figure at every vintage.
func drawAll(dir string, r Results) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("pictures: %w", err)
	}
	for _, f := range Figures() {
		for _, vintage := range servers.Vintages() {
			if err := os.WriteFile(filepath.Join(dir, f.file(vintage)), f.draw(r, vintage), 0o644); err != nil {
				return fmt.Errorf("pictures: %w", err)
			}
		}
	}
	return nil
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
