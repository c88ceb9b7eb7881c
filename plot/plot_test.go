package plot_test

import (
	"encoding/xml"
	"errors"
	"io"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/target-server/target-server/plot"
)

// wellFormed checks that an SVG is XML, and that its numbers are numbers.
func wellFormed(t *testing.T, svg []byte) {
	t.Helper()
	decoder := xml.NewDecoder(strings.NewReader(string(svg)))
	for {
		_, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("%v in %s", err, svg)
		}
	}
	if text := string(svg); strings.Contains(text, "NaN") || strings.Contains(text, "Inf") {
		t.Errorf("not all numbers are numbers: %s", svg)
	}
}

// rects are the rectangles of a colour.
func rects(p plot.Picture, colour plot.Colour) (all []plot.Rect) {
	for _, shape := range p.Shapes {
		if s, ok := shape.(plot.Rects); ok && s.Fill == colour {
			all = append(all, s.Of...)
		}
	}
	return all
}

// marks counts the marks of a picture.
func marks(p plot.Picture) (n int) {
	for _, shape := range p.Shapes {
		if s, ok := shape.(plot.Marks); ok {
			n += len(s.At)
		}
	}
	return n
}

func TestChart(t *testing.T) {
	chart := plot.Chart{Title: "a < b & c", X: "k", Y: "s", Series: []plot.Series{
		{Name: "real", Style: plot.Wide, Y: []float64{1, 2, 3}},
		{Name: "ours", Style: plot.Narrow, Y: []float64{1, 2.5}},
	}}
	if got := marks(chart.Picture()); got != 5 {
		t.Errorf("%d marks, want 5", got)
	}
	wellFormed(t, chart.SVG())
	for _, empty := range []plot.Chart{{}, {Series: []plot.Series{{}, {Y: []float64{0, 0}}}}} {
		wellFormed(t, empty.SVG())
	}
}

// The first bar is at the top, at the position given by its times; after it comes the key.
func TestSpans(t *testing.T) {
	spans := plot.Spans{Title: "x", Bars: []plot.Span{{From: 0, To: 1}, {From: 1, To: 2, Failed: true}}, Good: "good", Bad: "bad"}
	good, bad := rects(spans.Picture(), plot.Blue), rects(spans.Picture(), plot.Amber)
	if len(good) != 2 || len(bad) != 2 { // each with one in the key
		t.Fatalf("got %v and %v, want a bar of each colour", good, bad)
	}
	if good[1].X != 56 || good[1].Y != 72 || bad[1].X <= good[1].X || bad[1].Y <= good[1].Y {
		t.Errorf("the bars are at %v and %v", good[1], bad[1])
	}
	wellFormed(t, spans.SVG())
	wellFormed(t, plot.Spans{}.SVG())
}

func TestCurves(t *testing.T) {
	curves := plot.Curves{Title: "x", Lines: []plot.Line{
		{Name: "a rather long name", Points: []plot.Point{{X: 0, Y: 0}, {X: 2, Y: 10}}}, {Name: "other", Points: []plot.Point{{X: 1, Y: 5}}},
	}}
	if got := marks(curves.Picture()); got != 3 {
		t.Errorf("%d marks, want 3", got)
	}
	wellFormed(t, curves.SVG())
	wellFormed(t, plot.Curves{Lines: []plot.Line{{}}}.SVG())
}

// An amount above the maximum is cut off there, and layers are stacked.
func TestPanels(t *testing.T) {
	panels := plot.Panels{
		Title: "a < b", X: "s", Step: 0.5, Columns: []plot.Column{{Title: "x", Most: 10, Layers: []string{"one", "two"}}},
		Rows: []plot.PanelRow{{Title: "row", Cells: [][][]float64{{{5, 20}, {2, 3}}}}},
	}
	one, two := rects(panels.Picture(), plot.Blue)[1:], rects(panels.Picture(), plot.Amber)[1:]
	if len(one) != 2 || len(two) != 1 || one[1].Height != 2*one[0].Height { // there is no room above the bar that is cut off
		t.Fatalf("got %v and %v", one, two)
	}
	if top := two[0].Y + two[0].Height; math.Abs(top-one[0].Y) > 1e-9 {
		t.Errorf("the second layer ends at %v, the first begins at %v", top, one[0].Y)
	}
	wellFormed(t, panels.SVG())
	wellFormed(t, plot.Panels{Columns: []plot.Column{{}}, Rows: []plot.PanelRow{{Cells: [][][]float64{{}}}}}.SVG())
}

// A bar has a part for each state that lasts, and lies where its times say.
func TestTimeline(t *testing.T) {
	timeline := plot.Timeline{Title: "a < b", X: "s", States: []string{"one", "two", "three"}, Panels: []plot.TimelinePanel{
		{Title: "first", Note: "x & y", Bars: []plot.Bar{{0, 0, 1, 4}, {1, 2, 3, 10}}}, {Bars: []plot.Bar{{0, 0, 0, 5}}},
	}}
	p := timeline.Picture()
	first, second, third := rects(p, plot.PaleGrey)[1:], rects(p, plot.Amber)[1:], rects(p, plot.Blue)[1:]
	if len(first) != 1 || len(second) != 2 || len(third) != 3 {
		t.Fatalf("got %v, %v and %v", first, second, third)
	}
	if at := first[0]; math.Abs(at.X-95.25) > 0.01 || at.Y != 114 || math.Abs(at.Width-75.25) > 0.01 { // 1 to 2 of 10.1, in the second row
		t.Errorf("the first part of the second bar is at %v", at)
	}
	wellFormed(t, timeline.SVG())
	wellFormed(t, plot.Timeline{Panels: []plot.TimelinePanel{{}}}.SVG())
}

// Each colour has two shades, and each text is legible on the ground of its theme.
func TestContrast(t *testing.T) {
	luminance := func(c plot.Colour, theme plot.Theme) float64 {
		rgb := c.RGB(theme)
		linear := func(v uint8) float64 {
			if s := float64(v) / 255; s > 0.04045 {
				return math.Pow((s+0.055)/1.055, 2.4)
			}
			return float64(v) / 255 / 12.92
		}
		return 0.2126*linear(rgb.R) + 0.7152*linear(rgb.G) + 0.0722*linear(rgb.B)
	}
	for _, tt := range []struct {
		ink, ground plot.Colour
		least       float64
	}{
		{plot.Ink, plot.Ground, 7},
		{plot.Faint, plot.Ground, 4.5},
		{plot.Blue, plot.Ground, 4.5},
		{plot.Orange, plot.Ground, 3.5},
		{plot.Green, plot.Ground, 4.5},
		{plot.Rose, plot.Ground, 4.5},
		{plot.Ink, plot.PaleBlue, 4.5},
		{plot.Ink, plot.PaleOrange, 4.5},
		{plot.Ink, plot.PaleGreen, 4.5},
		{plot.Ink, plot.PaleRose, 4.5},
		{plot.PaleBlue, plot.Ground, 1.7},
		{plot.PaleOrange, plot.Ground, 1.5},
		{plot.PaleGreen, plot.Ground, 1.6},
		{plot.PaleRose, plot.Ground, 1.7},
		{plot.Grid, plot.Ground, 1.2},
	} {
		for _, theme := range []plot.Theme{plot.Light, plot.Dark} {
			a, b := luminance(tt.ink, theme), luminance(tt.ground, theme)
			if got := (max(a, b) + 0.05) / (min(a, b) + 0.05); got < tt.least {
				t.Errorf("theme %d: colour %d on %d has a contrast of %.2f, want %v", theme, tt.ink, tt.ground, got, tt.least)
			}
		}
	}
}

func TestFit(t *testing.T) {
	for _, tt := range []struct {
		text string
		room float64
		want string
	}{
		{"abc", 100, "abc"}, {"", 0, ""}, {"abcdefghij", 40, "abcd…"}, {"abc", 5, ""}, {"日本語日本語", 40, "日本…"}, {strings.Repeat("x", 1<<20), 30, "xxx…"},
	} {
		if got := plot.Fit(tt.text, 12, tt.room); got != tt.want {
			t.Errorf("%.20q in %v: got %q, want %q", tt.text, tt.room, got, tt.want)
		}
	}
}

func TestGrouped(t *testing.T) {
	var got []string
	for _, n := range []int{0, 999, 1000, 12345, 1234567} {
		got = append(got, plot.Grouped(n))
	}
	if want := []string{"0", "999", "1,000", "12,345", "1,234,567"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// The shapes of an SVG, each once; the style has the colours that are used, in both themes.
func TestSVG(t *testing.T) {
	p := plot.Picture{Title: "a & b", About: "c < d", Width: 100, Height: 50}
	p.Add(
		plot.Rects{Fill: plot.Blue, Of: []plot.Rect{{X: 1, Y: 2, Width: 3.04, Height: 4}, {X: -1, Y: -2, Width: 3, Height: 4}}},
		plot.Area{Fill: plot.Rose, Points: []plot.Point{{X: 1, Y: 2}, {X: 3, Y: 2}, {X: 3, Y: 9}}},
		plot.Strokes{Colour: plot.Orange, Thick: 1.5, Dash: 3, Lines: [][]plot.Point{{{X: 0, Y: 0}, {X: 5, Y: 5}, {X: 5, Y: 7}}}},
		plot.Marks{Colour: plot.Grey, Size: 4, At: []plot.Point{{X: 7, Y: 8}}},
		plot.Marks{Colour: plot.Grey, Form: plot.Square, Size: 4, At: []plot.Point{{X: 7, Y: 8}}},
		plot.Words{At: plot.Point{X: 1, Y: 2}, Text: "x < y\u202e", Size: 9, Bold: true, Anchor: plot.End, Colour: plot.Faint},
	)
	const want = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 50" width="100" height="50" role="img" font-family="system-ui, 'Helvetica Neue', Arial, sans-serif" font-size="12">
<title>a &amp; b</title>
<desc>c &lt; d</desc>
<style>.f0{fill:#ffffff}.f2{fill:#5f6368}.f5{fill:#2463a8}.s6{fill:none;stroke:#d0601a}.f8{fill:#a8436b}.f14{fill:#9aa0a6}.s14{fill:none;stroke:#9aa0a6}@media (prefers-color-scheme: dark) {.f0{fill:#14181d}.f2{fill:#a4abb3}.f5{fill:#6aa9f0}.s6{fill:none;stroke:#f2994a}.f8{fill:#e785b0}.f14{fill:#747c85}.s14{fill:none;stroke:#747c85}}</style>
<path class="f0" shape-rendering="crispEdges" d="M0 0h100v50h-100z"/>
<path class="f5" shape-rendering="crispEdges" d="M1 2h3v4h-3zM-1-2h3v4h-3z"/>
<path class="f8" d="M1 2H3V9z"/>
<path class="s6" stroke-width="1.5" stroke-linejoin="round" stroke-dasharray="3" d="M0 0L5 5V7"/>
<path class="s14" stroke-width="4" stroke-linecap="round" d="M7 8h0"/>
<path class="f14" d="M5 6l4 0l0 4l-4 0z"/>
<text class="f2" x="1" y="2" text-anchor="end" font-size="9" font-weight="bold">x &lt; y` + "\ufffd" + `</text>
</svg>
`
	if got := string(p.SVG()); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	wellFormed(t, p.SVG())
}
