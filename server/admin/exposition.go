package admin

import (
	"context"
	"math"
	"mime"
	"net/http"
	"strconv"
	"strings"
)

// prefix begins the name of every metric.
const prefix = "target_server_"

// exposition is the text of all metrics, in the format 0.0.4 of Prometheus or in OpenMetrics 1.0, which differ little.
type exposition struct {
	openMetrics bool
	text        []byte
	family      family
}

// The content types of the two formats.
const (
	openMetricsType = "application/openmetrics-text; version=1.0.0; charset=utf-8"
	textType        = "text/plain; version=0.0.4; charset=utf-8"
)

// showMetrics answers GET /metrics.
func showMetrics(rw http.ResponseWriter, req *http.Request, w Workers) {
	ask := func(ctx context.Context) ([]Metrics, error) {
		m, err := w.Metrics(ctx)
		return []Metrics{m}, err
	}
	answer(rw, req, ask, func(rw http.ResponseWriter, all []Metrics) {
		e := exposition{openMetrics: wantsOpenMetrics(req.Header), text: make([]byte, 0, 1<<14)}
		rw.Header().Set("Vary", "Accept")
		rw.Header().Set("Content-Type", textType)
		if e.openMetrics {
			rw.Header().Set("Content-Type", openMetricsType)
		}
		_, _ = rw.Write(e.of(&all[0]))
	})
}

// wantsOpenMetrics reports whether a client prefers OpenMetrics to the older format, which everyone gets who says nothing.
func wantsOpenMetrics(h http.Header) bool {
	var open, plain float64
	for accepted := range strings.SplitSeq(strings.Join(h.Values("Accept"), ","), ",") {
		kind, params, err := mime.ParseMediaType(accepted)
		if err != nil {
			continue
		}
		weight := 1.0
		if text, given := params["q"]; given {
			if weight, err = strconv.ParseFloat(text, 64); err != nil {
				continue
			}
		}
		switch version := params["version"]; kind {
		case "application/openmetrics-text":
			if version == "" || version == "1.0.0" || version == "0.0.1" {
				open = max(open, weight)
			}
		case "text/plain":
			if version == "" || version == "0.0.4" {
				plain = max(plain, weight)
			}
		}
	}
	return open > 0 && open >= plain
}

// of returns the text of metrics.
func (e *exposition) of(m *Metrics) []byte {
	for _, f := range families() {
		e.family = f
		before := len(e.text)
		e.head()
		head := len(e.text)
		if f.samples(m, e); len(e.text) == head {
			e.text = e.text[:before] // without samples no head
		}
	}
	if e.openMetrics {
		e.text = append(e.text, "# EOF\n"...)
	}
	return e.text
}

// head writes what a family is. In OpenMetrics its name lacks the suffix that its samples have.
func (e *exposition) head() {
	name, kind := prefix+e.family.name, e.family.kind
	switch {
	case e.openMetrics && kind == counter:
		name = strings.TrimSuffix(name, "_total")
	case e.openMetrics && kind == info:
		name = strings.TrimSuffix(name, "_info")
	case kind == info:
		kind = gauge
	}
	e.text = append(e.text, "# HELP "+name+" "+e.family.help+"\n# TYPE "+name+" "+string(kind)+"\n"...)
	if e.openMetrics && strings.HasSuffix(name, "_seconds") {
		e.text = append(e.text, "# UNIT "+name+" seconds\n"...)
	}
}

// sample writes a value, with the values of the family's labels.
func (e *exposition) sample(value float64, labels ...string) {
	e.name("", labels)
	if len(labels) > 0 {
		e.text = append(e.text, '}')
	}
	e.value(value)
}

// name writes the name of a sample and its labels, without the bracket that closes them.
func (e *exposition) name(suffix string, labels []string) {
	e.text = append(append(append(e.text, prefix...), e.family.name...), suffix...)
	for i, value := range labels {
		e.text = append(e.text, "{,"[min(i, 1)])
		e.text = append(append(e.text, e.family.labels[i]...), `="`...)
		e.text = append(appendEscaped(e.text, value), '"')
	}
}

// value ends a line.
func (e *exposition) value(v float64) {
	e.text = append(e.text, ' ')
	if v == math.Trunc(v) && math.Abs(v) < 1<<53 {
		e.text = strconv.AppendInt(e.text, int64(v), 10)
	} else {
		e.text = strconv.AppendFloat(e.text, v, 'g', -1, 64)
	}
	e.text = append(e.text, '\n')
}

// histogram writes a histogram, with the values of the family's labels, of which there is at least one.
func (e *exposition) histogram(h *Histogram, labels ...string) {
	from := len(e.text)
	e.name("_bucket", labels)
	e.text = append(e.text, `,le="`...)
	begin := string(e.text[from:])
	e.text = e.text[:from]
	all := int64(0)
	for i, n := range h.Counts {
		all += n
		e.text = append(append(append(e.text, begin...), e.bound(i)...), `"}`...)
		e.value(float64(all))
	}
	e.name("_sum", labels)
	e.text = append(e.text, '}')
	e.value(h.Sum)
	e.name("_count", labels)
	e.text = append(e.text, '}')
	e.value(float64(all))
}

// bound is the upper bound of a bucket, in seconds. OpenMetrics writes a whole number with a fraction.
func (e *exposition) bound(bucket int) string {
	if bucket == len(bounds) {
		return "+Inf"
	}
	text := strconv.FormatFloat(bounds[bucket].Seconds(), 'f', -1, 64)
	if e.openMetrics && !strings.Contains(text, ".") {
		text += ".0"
	}
	return text
}

// appendEscaped appends the value of a label.
func appendEscaped(to []byte, value string) []byte {
	for i := range len(value) {
		switch c := value[i]; c {
		case '\\', '"':
			to = append(to, '\\', c)
		case '\n':
			to = append(to, `\n`...)
		default:
			to = append(to, c)
		}
	}
	return to
}

func truth(is bool) float64 {
	if is {
		return 1
	}
	return 0
}

func number10(n int) string { return strconv.Itoa(n) }
