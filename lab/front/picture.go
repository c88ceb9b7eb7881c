package front

import (
	"strings"
	"time"

	"github.com/target-server/target-server/plot"
)

// The picture's time step, and how much time it shows: some seconds after the last arrival, while
// targets still work.
const (
	step  = 500 * time.Millisecond
	shown = whole + 4*time.Second
)

// Picture draws, for some results, what the clients got, and what the threads worked on.
func Picture(results []Result) []byte {
	p := plot.Panels{
		Title: "Overload of two targets with four threads each", X: "s", Step: step.Seconds(),
		Between: [2]float64{overloadFrom.Seconds(), overloadTo.Seconds()}, Meaning: "between the dashed lines, twice the capacity arrives",
		Columns: []plot.Column{
			{Title: "Arrivals per second, by what the clients got", Most: 2 * float64(capacity), Layers: []string{"200", "503", "504"}},
			{Title: "Busy threads, by whether the client still waits", Most: targets * threads, Layers: []string{"client waits", "", "client gone"}},
		},
	}
	for _, r := range results {
		p.Rows = append(p.Rows, plot.PanelRow{Title: r.Variant.plain(), Cells: [][][]float64{r.came(), r.threads()}})
	}
	return p.SVG()
}

// plain is the title without Markdown.
func (v Variant) plain() string { return strings.ReplaceAll(v.Title, "`", "") }

// came is the arrivals per second in each step: those answered, refused, and timed out.
func (r Result) came() [][]float64 {
	layers := make([][]float64, 3)
	for i := range layers {
		layers[i] = make([]float64, shown/step)
	}
	for _, v := range r.Visits {
		at := int(v.Sent / step)
		if at >= len(layers[0]) {
			continue
		}
		switch {
		case v.served():
			layers[0][at] += 1 / step.Seconds()
		case v.Status == 504:
			layers[2][at] += 1 / step.Seconds()
		default:
			layers[1][at] += 1 / step.Seconds()
		}
	}
	return layers
}

// threads is the mean number of busy threads in each step: on answers that a client got, and (third
// layer) on wasted ones.
func (r Result) threads() [][]float64 {
	layers := make([][]float64, 3)
	for i := range layers {
		layers[i] = make([]float64, shown/step)
	}
	for _, row := range r.Rows {
		layer := layers[0]
		if r.inVain(row) {
			layer = layers[2]
		}
		for k := range layer {
			from, to := max(row.Start, time.Duration(k)*step), min(row.End, time.Duration(k+1)*step)
			if row.Started && to > from {
				layer[k] += (to - from).Seconds() / step.Seconds()
			}
		}
	}
	return layers
}
