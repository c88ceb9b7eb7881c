package front

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/target-server/target-server/lab/driver"
)

// watch is a Prometheus with the configuration and the rules of deploy/compose.
type watch struct {
	process *driver.Process
	url     string
	dir     string
}

// Watched is what Prometheus recorded.
type Watched struct {
	Most   map[string]float64 // the highest value of each query that returned one
	Alerts []string           // those that fired, by name
}

// Queries lists the queries whose highest value the page shows.
func Queries() []string {
	return []string{
		"target_server:busy:ratio", "target_server:line:seconds", "sum(target_server_requests_zombies)", "target_server:for_nobody:ratio",
		"sum(rate(target_server_requests_refused_total[5s]))", "sum(haproxy_backend_current_queue)",
		`sum(rate(haproxy_backend_http_responses_total{code="5xx"}[5s]))`,
	}
}

// startWatch starts a Prometheus for these targets. The caller must end its process unless there is an
// error.
func startWatch(ctx context.Context, compose, dir string, targets []*target, figures string) (*watch, error) {
	dir = filepath.Join(dir, "prometheus")
	failed := os.Mkdir(dir, 0o755)
	for _, name := range []string{"prometheus.yml", "rules.yml"} {
		text, err := os.ReadFile(filepath.Join(compose, name))
		failed = errors.Join(failed, err, os.WriteFile(filepath.Join(dir, name), text, 0o644))
	}
	var addresses []string
	for _, t := range targets {
		addresses = append(addresses, strconv.Quote(strings.TrimPrefix(t.admin, "http://")))
	}
	list := fmt.Sprintf("- targets: [%s]\n  labels: {job: target-server}\n- targets: [%q]\n  labels: {job: haproxy}\n", strings.Join(addresses, ", "), figures)
	failed = errors.Join(failed, os.WriteFile(filepath.Join(dir, "targets.yml"), []byte(list), 0o644))
	if failed != nil {
		return nil, fmt.Errorf("prometheus: %w", failed)
	}
	addr, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}
	w := &watch{url: "http://" + addr, dir: dir}
	w.process, err = driver.Start(ctx, driver.Command{Args: []string{
		Tool("prometheus"), "--config.file=" + filepath.Join(dir, "prometheus.yml"), "--storage.tsdb.path=" + filepath.Join(dir, "data"), "--web.listen-address=" + addr,
	}})
	if err != nil {
		return nil, fmt.Errorf("start prometheus (Debian's package is prometheus): %w", err)
	}
	return w, nil
}

// ready waits until every job has been scraped twice, so that rates exist.
func (w *watch) ready(ctx context.Context, jobs int) error {
	for end := time.Now().Add(startup); ; time.Sleep(100 * time.Millisecond) {
		values, err := w.query(ctx, "sum(count_over_time(up[1m]) > 1)")
		if err == nil && len(values) == 1 {
			up, err := w.query(ctx, "sum(up)")
			if err == nil && len(up) == 1 && up[0].value == float64(jobs) {
				return nil
			}
		}
		if time.Now().After(end) || ctx.Err() != nil {
			return errors.Join(fmt.Errorf("prometheus has not seen %d jobs up after %v: %w\n%s", jobs, startup, err, tail(w.process)), ctx.Err())
		}
	}
}

// sample is one value of a query's result.
type sample struct {
	labels map[string]string
	value  float64
}

func (w *watch) query(ctx context.Context, expr string) ([]sample, error) {
	text, err := get(ctx, w.url+"/api/v1/query?query="+url.QueryEscape(expr))
	if err != nil {
		return nil, err
	}
	var answer struct {
		Status, Error string
		Data          struct {
			Result []struct {
				Metric map[string]string
				Value  [2]any
			}
		}
	}
	if err := json.Unmarshal([]byte(text), &answer); err != nil || answer.Status != "success" {
		return nil, fmt.Errorf("prometheus query %s: %s %w", expr, text, err)
	}
	var samples []sample
	for _, r := range answer.Data.Result {
		text, _ := r.Value[1].(string)
		v, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return nil, fmt.Errorf("prometheus query %s: %w", expr, err)
		}
		samples = append(samples, sample{r.Metric, v})
	}
	return samples, nil
}

// read queries the highest values and the alerts since Prometheus was started.
func (w *watch) read(ctx context.Context) (*Watched, error) {
	seen := &Watched{Most: map[string]float64{}}
	for _, q := range Queries() {
		samples, err := w.query(ctx, "max_over_time(("+q+")[2m:1s])")
		if err != nil {
			return nil, err
		}
		for _, s := range samples {
			if !math.IsNaN(s.value) && !math.IsInf(s.value, 0) {
				seen.Most[q] = s.value
			}
		}
	}
	alerts, err := w.query(ctx, `sort(count by (alertname) (count_over_time(ALERTS{alertstate="firing"}[2m])))`)
	for _, a := range alerts {
		seen.Alerts = append(seen.Alerts, a.labels["alertname"])
	}
	return seen, err
}
