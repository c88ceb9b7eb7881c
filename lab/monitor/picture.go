package monitor

import (
	"math"

	"github.com/target-server/target-server/plot"
)

// column is one of the picture's columns.
type column struct {
	title      string
	unit       float64 // of the highest value shown, which is a multiple of it
	everywhere bool    // each server has something to show, and not only the last
	layers     []layer
}

// layer is an amount of a column. JOB in its expression stands for the server.
type layer struct{ name, expr string }

// columns are those of the picture.
func columns() []column {
	ended := func(name, which string) layer {
		return layer{name, `sum(rate(target_server_requests_ended_total{job=JOB,` + which + `}[3s])) or vector(0)`}
	}
	return []column{
		{"Requests held", 20, true, []layer{
			{"runs", "sum(target_server_requests_busy{job=JOB}) - (sum(target_server_pool_waiting{job=JOB}) or vector(0))"},
			{"queue", "sum(target_server_requests_waiting{job=JOB})"},
			{"pool", "sum(target_server_pool_waiting{job=JOB})"},
			{"kernel", "max(target_server_backlog_connections{job=JOB})"},
		}},
		{"Ended per second", 20, true, []layer{
			ended("answered", `outcome="answered",status!="500"`), ended("refused", `outcome="refused"`),
			ended("left", `outcome="client left"`), ended("500", `outcome="answered",status="500"`),
		}},
		{"Loop stands still, share of time", 1, false, []layer{{"", "max(rate(target_server_loop_blocked_seconds_total{job=JOB}[3s]))"}}},
	}
}

// Picture draws a result: a row for each server.
func Picture(r Result) []byte {
	p := plot.Panels{
		Title: "Three servers in an overload", X: "s", Step: step.Seconds(),
		Between: [2]float64{calm.Seconds(), (calm + overload).Seconds()}, Meaning: "dashed lines: four times as many requests arrive",
	}
	for k, c := range columns() {
		drawn := plot.Column{Title: c.title}
		for _, l := range c.layers {
			drawn.Layers = append(drawn.Layers, l.name)
		}
		for _, row := range r.Series {
			drawn.Most = max(drawn.Most, c.unit*math.Ceil(highest(row[k])/c.unit))
		}
		p.Columns = append(p.Columns, drawn)
	}
	for i, row := range r.Series {
		drawn := plot.PanelRow{Title: r.Names[i]}
		for _, layers := range row {
			var cell [][]float64
			for _, l := range layers {
				cell = append(cell, l)
			}
			drawn.Cells = append(drawn.Cells, cell)
		}
		p.Rows = append(p.Rows, drawn)
	}
	return p.SVG()
}

// highest is the highest sum of layers at any time.
func highest(layers []Series) float64 {
	most := 0.0
	for i := range layers[0] {
		sum := 0.0
		for _, l := range layers {
			sum += l[i]
		}
		most = max(most, sum)
	}
	return most
}
