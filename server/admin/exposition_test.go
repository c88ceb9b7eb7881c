package admin

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/internal/markers"
)

// everyMetric is metrics of three workers, of which one is silent, with whatever there can be.
func everyMetric() Metrics {
	h := &Histogram{Counts: make([]int64, Buckets), Sum: 12.5}
	h.Counts[0], h.Counts[7], h.Counts[Buckets-1] = 3, 2, 1
	one := WorkerMetrics{
		Statistics: Statistics{
			Worker: 4711, Number: 1, Limit: 40, Accepted: 1 << 60, LongestWait: 0.25, Paused: true,
			Routes: []Route{{Name: "GET /q"}}, Pools: []Pool{{Name: "db", Size: 5, Overflow: 10}},
		},
		Routes:   []RouteMetrics{{Ended: []Ended{{Answered, 404, 2}}}, {Route: "a\"b\\c\nd", Ended: []Ended{{ClientLeft, 0, 1}}, Wait: h, Work: h, Total: h}},
		Refusals: Refusals{Queue: 3}, Loop: LoopMetrics{Blocked: 1.5, Lag: 1e-7, LongestLag: 2}, Accepted: 7, Open: 2,
		Backlog: &Backlog{Waiting: 3, Limit: 2048}, PoolWaits: []Histogram{*h},
	}
	other := one
	other.Statistics.Number, other.Backlog = 3, &Backlog{Waiting: 5, Limit: 2048}
	return Metrics{
		Server: Server{Stack: "uvicorn", Vintage: "2023-03", App: "fastapi", Mode: "threadpool", Version: "v1"}, Restarts: 2,
		Workers: []WorkerMetrics{one, {Statistics: Statistics{Worker: 4712, Number: 2, Error: "no answer"}}, other},
	}
}

// parsed is an exposition as a reader of its lines sees it.
type parsed struct {
	kinds   map[string]string // by family
	samples map[string]float64
	order   []string // of the families, as their samples come
}

// parse reads an exposition and checks what the formats demand: a head before its samples, samples of a family together,
// none twice, and buckets that grow.
func parse(t *testing.T, text string) parsed {
	t.Helper()
	p := parsed{kinds: map[string]string{}, samples: map[string]float64{}}
	bucket, series := 0.0, ""
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if head, found := strings.CutPrefix(line, "# TYPE "); found {
			name, kind, _ := strings.Cut(head, " ")
			if p.kinds[name] != "" {
				t.Errorf("%s has two types", name)
			}
			p.kinds[name], p.order = kind, append(p.order, name)
			continue
		}
		if strings.HasPrefix(line, "#") {
			continue
		}
		cut := strings.LastIndexByte(line, ' ')
		name, _, _ := strings.Cut(line[:cut], "{")
		family := p.order[len(p.order)-1]
		if suffix, of := strings.CutPrefix(name, family); !of || !slices.Contains([]string{"", "_total", "_info", "_bucket", "_sum", "_count"}, suffix) {
			t.Errorf("%s is a sample among those of %s", line, family)
		}
		value, err := strconv.ParseFloat(line[cut+1:], 64)
		if _, twice := p.samples[line[:cut]]; twice || err != nil {
			t.Errorf("%s: twice or no number", line)
		}
		p.samples[line[:cut]] = value
		if strings.HasSuffix(name, "_bucket") {
			if of := line[:strings.Index(line, "le=")]; of != series {
				series, bucket = of, 0
			}
			if value < bucket {
				t.Errorf("%s holds fewer than the bucket before", line)
			}
			bucket = value
		}
		if strings.HasSuffix(name, "_count") && value != bucket {
			t.Errorf("%s, but the last bucket has %v", line, bucket)
		}
	}
	return p
}

func TestExposition(t *testing.T) {
	m := everyMetric()
	text := string((&exposition{}).of(&m))
	p := parse(t, text)
	for sample, want := range map[string]float64{
		`target_server_workers`:                                                                              3,
		`target_server_worker_restarts_total`:                                                                2,
		`target_server_worker_up{worker="1"}`:                                                                1,
		`target_server_worker_up{worker="2"}`:                                                                0,
		`target_server_backlog_connections`:                                                                  5,
		`target_server_paused{worker="3"}`:                                                                   1,
		`target_server_requests_accepted_total{worker="1"}`:                                                  1 << 60,
		`target_server_loop_blocked_seconds_total{worker="1"}`:                                               1.5,
		`target_server_loop_lag_seconds{worker="1"}`:                                                         1e-7,
		`target_server_refusals_total{worker="1",cause="queue"}`:                                             3,
		`target_server_requests_ended_total{worker="1",route="",outcome="answered",status="404"}`:            2,
		`target_server_requests_ended_total{worker="3",route="a\"b\\c\nd",outcome="client left",status="0"}`: 1,
		`target_server_request_wait_seconds_bucket{worker="1",route="a\"b\\c\nd",le="0.00011"}`:              3,
		`target_server_request_wait_seconds_bucket{worker="1",route="a\"b\\c\nd",le="1100"}`:                 5,
		`target_server_request_wait_seconds_bucket{worker="1",route="a\"b\\c\nd",le="+Inf"}`:                 6,
		`target_server_request_wait_seconds_sum{worker="1",route="a\"b\\c\nd"}`:                              12.5,
		`target_server_pool_wait_seconds_count{worker="1",pool="db"}`:                                        6,
		`target_server_pool_connections_limit{worker="1",pool="db"}`:                                         15,
		`target_server_build_info{version="v1",goversion="` + runtime.Version() + `",stack="uvicorn",vintage="2023-03",app="fastapi",mode="threadpool",program=""}`: 1,
	} {
		if got, found := p.samples[sample]; !found || got != want {
			t.Errorf("%s is %v (%v), want %v", sample, got, found, want)
		}
	}
	if strings.Contains(text, `worker="2"} 0`+"\n") != true || strings.Count(text, `worker="2"`) != 1 {
		t.Errorf("a silent worker shows more than that it is silent")
	}
	open := string((&exposition{openMetrics: true}).of(&m))
	o := parse(t, open)
	if !strings.HasSuffix(open, "\n# EOF\n") || len(o.samples) != len(p.samples) {
		t.Errorf("OpenMetrics has %d samples and ends %q, want %d and an end", len(o.samples), open[len(open)-20:], len(p.samples))
	}
	for name, kind := range map[string]string{"target_server_build": "info", "target_server_requests_left": "counter", "target_server_loop_blocked_seconds": "counter"} {
		if o.kinds[name] != kind {
			t.Errorf("OpenMetrics says that %s is %q, want %q", name, o.kinds[name], kind)
		}
	}
	for _, line := range []string{"# UNIT target_server_loop_blocked_seconds seconds\n", `,le="1100.0"} 5` + "\n"} {
		if !strings.Contains(open, line) {
			t.Errorf("OpenMetrics lacks %q", line)
		}
	}
}

// measured is workers with these metrics.
type measured struct {
	Workers
	metrics Metrics
	err     error
}

func (m measured) Metrics(context.Context) (Metrics, error) { return m.metrics, m.err }

func TestMetricsInTheFormatAskedFor(t *testing.T) {
	const open, plain = openMetricsType, textType
	for accept, want := range map[string]string{
		"":                             plain,
		"*/*":                          plain,
		"text/plain":                   plain,
		"application/openmetrics-text": open,
		"application/openmetrics-text; version=1.0.0":            open,
		"application/openmetrics-text; version=2.0.0":            plain,
		"application/openmetrics-text;q=0":                       plain,
		"application/openmetrics-text;q=0.4,text/plain;q=0.5":    plain,
		"application/openmetrics-text;q=x":                       plain,
		";;,=,application/openmetrics-text":                      open,
		"application/vnd.google.protobuf;proto=io.x;q=1,nothing": plain,
		// Prometheus 2 and 3
		"application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1":                              open,
		"application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2": open,
		"text/plain;version=1.0.0;escaping=allow-utf-8;q=0.6,text/plain;version=0.0.4;q=0.5,application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.4,*/*;q=0.2": plain,
	} {
		req := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://localhost/metrics", nil)
		req.Header.Set("Accept", accept)
		rw := httptest.NewRecorder()
		Handler(measured{metrics: everyMetric()}, Access{}).ServeHTTP(rw, req)
		if got := rw.Header().Get("Content-Type"); rw.Code != http.StatusOK || got != want || strings.HasSuffix(rw.Body.String(), "# EOF\n") != (want == open) {
			t.Errorf("Accept %q: %d, %s, want %s", accept, rw.Code, got, want)
		}
	}
	rw := httptest.NewRecorder()
	Handler(measured{err: errors.New("not now")}, Access{}).ServeHTTP(rw, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://localhost/metrics", nil))
	if rw.Code != http.StatusServiceUnavailable {
		t.Errorf("without an answer: %d", rw.Code)
	}
}

// docs/metrics.md lists every metric. UPDATE=1 writes the list.
func TestThePageHasEveryMetric(t *testing.T) {
	var rows strings.Builder
	rows.WriteString("| metric (`target_server_…`) | type | labels | what it is |\n| --- | --- | --- | --- |\n")
	for _, f := range families() {
		fmt.Fprintf(&rows, "| `%s` | %s | %s | %s |\n", f.name, f.kind, strings.Join(f.labels, ", "), strings.ReplaceAll(f.help, "--queue or --limit-concurrency", "`--queue` or `--limit-concurrency`"))
	}
	var limits []string
	for _, b := range Bounds() {
		limits = append(limits, strconv.FormatFloat(b.Seconds(), 'f', -1, 64))
	}
	const page = "../../docs/metrics.md"
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	filled, err := markers.Fill(string(text), "metrics", map[string]string{"list": rows.String(), "bounds": strings.Join(limits, ", ") + "\n"})
	if err != nil {
		t.Fatal(err)
	}
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(page, []byte(filled), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if filled != string(text) {
		t.Errorf("%s has another list; UPDATE=1 go test ./server/admin -run Page writes it", page)
	}
}

func TestBuckets(t *testing.T) {
	if !slices.IsSorted(Bounds()) {
		t.Errorf("%v is not in order", Bounds())
	}
	for i, b := range Bounds() {
		if Bucket(b) != i || Bucket(b+1) != i+1 {
			t.Errorf("%v is in bucket %d and what is longer in %d, want %d and %d", b, Bucket(b), Bucket(b+1), i, i+1)
		}
	}
	if Bucket(-time.Second) != 0 || Bucket(1<<62) != Buckets-1 {
		t.Error("the ends")
	}
	// A round duration and the little that comes on top are in one bucket, whose middle is not far.
	for _, d := range []time.Duration{10 * time.Millisecond, 50 * time.Millisecond, 100 * time.Millisecond, 200 * time.Millisecond, 500 * time.Millisecond, time.Second, 2 * time.Second, 5 * time.Second, 10 * time.Second, 30 * time.Second} {
		if i := Bucket(d); i != Bucket(d+d/50) || bounds[i-1] < d*65/100 {
			t.Errorf("%v is in the bucket from %v to %v", d, bounds[i-1], bounds[i])
		}
	}
}
