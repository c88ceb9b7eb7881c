package plot_test

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/target-server/target-server/lab/plot"
)

// wellFormed counts the elements of a picture by name.
func wellFormed(t *testing.T, svg []byte) map[string]int {
	t.Helper()
	counts := map[string]int{}
	decoder := xml.NewDecoder(strings.NewReader(string(svg)))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return counts
		}
		if err != nil {
			t.Fatalf("%v in %s", err, svg)
		}
		if element, ok := token.(xml.StartElement); ok {
			counts[element.Name.Local]++
		}
	}
}

func TestChart(t *testing.T) {
	chart := plot.Chart{Title: "a < b & c", X: "k", Y: "s", Series: []plot.Series{
		{Name: "real", Style: plot.Wide, Y: []float64{1, 2, 3}},
		{Name: "ours", Style: plot.Narrow, Y: []float64{1, 2.5}},
	}}
	if got := wellFormed(t, chart.SVG())["circle"]; got != 5 {
		t.Errorf("%d marks, want 5", got)
	}
	for _, empty := range []plot.Chart{{}, {Series: []plot.Series{{}, {Y: []float64{0, 0}}}}} {
		if text := string(empty.SVG()); strings.Contains(text, "NaN") || strings.Contains(text, "Inf") {
			t.Errorf("no numbers give %s", text)
		}
	}
}

// The first bar is at the top, at the position given by its times.
func TestSpans(t *testing.T) {
	svg := plot.Spans{Title: "x", Bars: []plot.Span{{From: 0, To: 1}, {From: 1, To: 2, Failed: true}}, Good: "good", Bad: "bad"}.SVG()
	if got := wellFormed(t, svg)["rect"]; got != 1+2+2 { // background, legend, bars
		t.Errorf("%d rectangles, want 5", got)
	}
	if text := string(svg); !strings.Contains(text, `x="56.0" y="48.0"`) {
		t.Errorf("no bar starts at the top of the axis:\n%s", text)
	}
	if text := string(plot.Spans{}.SVG()); strings.Contains(text, "NaN") {
		t.Errorf("no bars give %s", text)
	}
}

func TestCurves(t *testing.T) {
	svg := plot.Curves{Title: "x", Lines: []plot.Line{
		{Name: "a rather long name", Points: []plot.Point{{X: 0, Y: 0}, {X: 2, Y: 10}}}, {Name: "other", Points: []plot.Point{{X: 1, Y: 5}}},
	}}.SVG()
	counts := wellFormed(t, svg)
	if counts["circle"] != 3 || counts["polyline"] != 2 {
		t.Errorf("%d marks and %d lines, want 3 and 2", counts["circle"], counts["polyline"])
	}
	if text := string(plot.Curves{Lines: []plot.Line{{}}}.SVG()); strings.Contains(text, "NaN") || strings.Contains(text, "Inf") {
		t.Errorf("no points give %s", text)
	}
}

// An amount above the maximum is cut off there, and layers are stacked.
func TestPanels(t *testing.T) {
	panels := plot.Panels{
		Title: "a < b", X: "s", Step: 0.5, Columns: []plot.Column{{Title: "x", Most: 10, Layers: []string{"one", "two"}}},
		Rows: []plot.PanelRow{{Title: "row", Cells: [][][]float64{{{5, 20}, {2, 3}}}}},
	}
	// background, two legend entries, three bars: there is no room above the bar that is cut off
	if got := wellFormed(t, panels.SVG())["rect"]; got != 1+2+3 {
		t.Errorf("%d rectangles, want 6", got)
	}
	if text := string(plot.Panels{Columns: []plot.Column{{}}, Rows: []plot.PanelRow{{Cells: [][][]float64{{}}}}}.SVG()); strings.Contains(text, "NaN") || strings.Contains(text, "Inf") {
		t.Errorf("no numbers give %s", text)
	}
}

// A bar has a part for each state that lasts, and lies where its times say.
func TestTimeline(t *testing.T) {
	picture := plot.Timeline{Title: "a < b", X: "s", States: []string{"one", "two", "three"}, Panels: []plot.TimelinePanel{
		{Title: "first", Note: "x & y", Bars: []plot.Bar{{0, 0, 1, 4}, {1, 2, 3, 10}}}, {Bars: []plot.Bar{{0, 0, 0, 5}}},
	}}
	if got := wellFormed(t, picture.SVG())["rect"]; got != 1+3+2+3+1 { // ground, key, bars
		t.Errorf("%d rectangles, want 10", got)
	}
	if text := string(picture.SVG()); !strings.Contains(text, `x="95.2" y="114.0" width="75.2"`) { // 1 to 2 of 10.1, in the second row
		t.Errorf("no part of a bar is where it should be:\n%s", text)
	}
	if text := string(plot.Timeline{Panels: []plot.TimelinePanel{{}}}.SVG()); strings.Contains(text, "NaN") || strings.Contains(text, "Inf") {
		t.Errorf("no bars give %s", text)
	}
}
