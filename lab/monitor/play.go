package monitor

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/target-server/target-server/lab/driver"
	"github.com/target-server/target-server/lab/prometheus"
)

// Result is what Prometheus has recorded.
type Result struct {
	Empty  []Query      // of the dashboard: those that returned no number at any time
	Alerts []string     // those that fired, by name
	Lint   []string     // what promtool has to say of the metrics
	Types  []string     // of the answers that were asked for as text and as OpenMetrics
	Series [][][]Series // for the picture: by row, column and layer
	Names  []string     // of the rows
}

// Series is a layer of the picture: a value for each step.
type Series []float64

// interval is the time between two scrapes, and step that between two values of the picture.
const (
	interval = time.Second
	step     = time.Second
	over     = 5 * time.Second // of rates
)

// Play runs the scene with a binary and the rules and the dashboard of deploy.
func Play(ctx context.Context, binary, deploy string, say func(string)) (r Result, err error) {
	dir, err := os.MkdirTemp("", "monitor")
	if err != nil {
		return r, fmt.Errorf("folder: %w", err)
	}
	defer os.RemoveAll(dir)
	if err := os.WriteFile(filepath.Join(dir, "program.yaml"), []byte(program), 0o644); err != nil {
		return r, fmt.Errorf("program: %w", err)
	}
	servers := cast(dir)
	defer func() {
		for _, s := range servers {
			if s.Process != nil {
				err = errors.Join(err, s.Kill())
			}
		}
	}()
	for _, s := range servers {
		if err := s.start(ctx, binary, dir); err != nil {
			return r, err
		}
	}
	for _, s := range servers {
		if s.scraped = s.admin; s.text {
			plain := httptest.NewServer(asText(s.admin))
			defer plain.Close()
			s.scraped = plain.Listener.Addr().String()
		}
	}
	if err := configure(dir, deploy, servers); err != nil {
		return r, err
	}
	p, err := prometheus.Start(ctx, dir)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, p.Kill()) }()
	if err := p.Ready(ctx, len(servers)); err != nil {
		return r, err
	}
	say("Prometheus scrapes; the clients come for " + (calm + overload + recovery).String())
	began := time.Now()
	if err := perform(ctx, servers); err != nil {
		return r, err
	}
	d, err := Load(filepath.Join(deploy, "grafana", "target-server.json"))
	if err != nil {
		return r, err
	}
	return r, errors.Join(r.ask(ctx, p, d, began, time.Now()), r.look(ctx, servers), r.draw(ctx, p, servers, began))
}

// perform has the clients come, and disturbs the workers of the first server.
func perform(ctx context.Context, servers []*server) error {
	group, ctx := errgroup.WithContext(ctx)
	for _, s := range servers {
		group.Go(func() error {
			s.load(ctx)
			return ctx.Err()
		})
	}
	group.Go(func() error { return servers[0].disturb(ctx) })
	return group.Wait()
}

// asText serves the metrics of an admin address as text to a Prometheus that would ask for OpenMetrics.
func asText(admin string) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, req *http.Request) {
		text, kind, err := get(req.Context(), "http://"+admin+"/metrics", "text/plain;version=0.0.4")
		if err != nil {
			http.Error(rw, err.Error(), http.StatusBadGateway)
			return
		}
		rw.Header().Set("Content-Type", kind)
		_, _ = io.WriteString(rw, text)
	})
}

// configure writes the configuration of Prometheus.
func configure(dir, deploy string, servers []*server) error {
	text, err := os.ReadFile(filepath.Join(deploy, "grafana", "alerts.yml"))
	text = []byte(strings.ReplaceAll(string(text), "[1m]", "[10s]")) // the scene is short
	var config strings.Builder
	fmt.Fprintf(&config, "global: {scrape_interval: %s, evaluation_interval: %[1]s}\nrule_files: [alerts.yml]\nscrape_configs:\n", interval)
	for _, s := range servers {
		fmt.Fprintf(&config, "  - job_name: %q\n    static_configs: [{targets: [%q]}]\n", s.name, s.scraped)
	}
	err = errors.Join(err, os.WriteFile(filepath.Join(dir, "alerts.yml"), text, 0o644), os.WriteFile(filepath.Join(dir, "prometheus.yml"), []byte(config.String()), 0o644))
	if err != nil {
		return fmt.Errorf("prometheus: %w", err)
	}
	return nil
}

// ask runs every expression of the dashboard, and lists the alerts.
func (r *Result) ask(ctx context.Context, p *prometheus.Server, d Dashboard, from, to time.Time) error {
	for _, q := range d.Queries(over) {
		found, err := p.QueryRange(ctx, q.Expr, from, to, interval)
		if err != nil {
			return fmt.Errorf("panel %q: %w", q.Panel, err)
		}
		if !slices.ContainsFunc(found, func(s prometheus.Series) bool { return slices.ContainsFunc(s.Values, isNumber) }) {
			r.Empty = append(r.Empty, q)
		}
	}
	alerts, err := p.Query(ctx, `sort(count by (alertname) (count_over_time(ALERTS{alertstate="firing"}[2m])))`)
	for _, a := range alerts {
		r.Alerts = append(r.Alerts, a.Labels["alertname"])
	}
	return err
}

func isNumber(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// look has promtool lint the metrics of every server, and notes the types of the answers.
func (r *Result) look(ctx context.Context, servers []*server) error {
	for _, s := range servers {
		text, kind, err := get(ctx, "http://"+s.admin+"/metrics", "text/plain")
		if err != nil {
			return err
		}
		_, open, err := get(ctx, "http://"+s.admin+"/metrics", "application/openmetrics-text")
		if err != nil {
			return err
		}
		r.Types = append(r.Types, kind, open)
		lint := exec.CommandContext(ctx, driver.Tool("promtool"), "check", "metrics")
		lint.Stdin = strings.NewReader(text)
		said, err := lint.CombinedOutput()
		if problem := strings.TrimSpace(string(said)); problem != "" || err != nil {
			r.Lint = append(r.Lint, strings.TrimSpace(fmt.Sprintln(s.name+":", problem, err)))
		}
	}
	return nil
}

// draw asks for what the picture shows.
func (r *Result) draw(ctx context.Context, p *prometheus.Server, servers []*server, from time.Time) error {
	for _, s := range servers {
		var row [][]Series
		for _, column := range columns() {
			var layers []Series
			for _, l := range column.layers {
				found, err := p.QueryRange(ctx, strings.ReplaceAll(l.expr, "JOB", strconv.Quote(s.name)), from, from.Add(calm+overload+recovery), step)
				if err != nil {
					return err
				}
				layers = append(layers, sampled(found, from))
			}
			row = append(row, layers)
		}
		r.Names, r.Series = append(r.Names, s.name), append(r.Series, row)
	}
	return nil
}

// sampled puts the values of the only series, if there is one, at their steps.
func sampled(found []prometheus.Series, from time.Time) Series {
	values := make(Series, int((calm+overload+recovery)/step))
	for _, one := range found {
		for i, at := range one.Times {
			if k := int(at.Sub(from) / step); k >= 0 && k < len(values) && isNumber(one.Values[i]) {
				values[k] = one.Values[i]
			}
		}
	}
	return values
}
