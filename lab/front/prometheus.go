package front

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/target-server/target-server/lab/prometheus"
)

// watch is a Prometheus with the configuration and the rules of deploy/compose.
type watch struct{ *prometheus.Server }

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
	server, err := prometheus.Start(ctx, dir)
	return &watch{server}, err
}

// read queries the highest values and the alerts since Prometheus was started.
func (w *watch) read(ctx context.Context) (*Watched, error) {
	seen := &Watched{Most: map[string]float64{}}
	for _, q := range Queries() {
		samples, err := w.Query(ctx, "max_over_time(("+q+")[2m:1s])")
		if err != nil {
			return nil, err
		}
		for _, s := range samples {
			if !math.IsNaN(s.Value) && !math.IsInf(s.Value, 0) {
				seen.Most[q] = s.Value
			}
		}
	}
	alerts, err := w.Query(ctx, `sort(count by (alertname) (count_over_time(ALERTS{alertstate="firing"}[2m])))`)
	for _, a := range alerts {
		seen.Alerts = append(seen.Alerts, a.Labels["alertname"])
	}
	return seen, err
}
