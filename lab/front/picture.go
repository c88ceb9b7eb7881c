package front

import (
	"strings"
	"time"

	"github.com/target-server/target-server/lab/plot"
)

// The steps of the picture. It ends some time after the crowd, while targets still work.
const (
	step  = 500 * time.Millisecond
	shown = whole + 4*time.Second
)

// Picture draws, for some results, what became of those who came, and for whom the threads worked.
func Picture(results []Result) []byte {
	p := plot.Panels{
		Title: "Overload before two targets of four threads", X: "s", Step: step.Seconds(),
		Between: [2]float64{overloadFrom.Seconds(), overloadTo.Seconds()}, Meaning: "between the dashed lines twice the capacity comes",
		Columns: []plot.Column{
			{Title: "Clients that came, a second, and what they got", Most: 2 * float64(capacity), Layers: []string{"200", "503", "504"}},
			{Title: "Threads in work, and for whom", Most: targets * threads, Layers: []string{"a client that waits", "", "nobody"}},
		},
	}
	for _, r := range results {
		p.Rows = append(p.Rows, plot.PanelRow{Title: r.Variant.plain(), Cells: [][][]float64{r.came(), r.threads()}})
	}
	return p.SVG()
}

// plain is the title without what is for a page.
func (v Variant) plain() string { return strings.ReplaceAll(v.Title, "`", "") }

// came is how many came in each step, a second: those served, refused, and timed out.
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

// threads is how many worked in each step, in the middle: for somebody, and (the third) for nobody.
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
