// Package prometheus runs a real Prometheus for a while, and asks it.
//
//	p, err := prometheus.Start(ctx, dir)   // dir has a prometheus.yml
//	defer p.Kill()
//	samples, err := p.Query(ctx, "sum(up)")
//
// Prometheus must be installed: Debian's package is prometheus.
package prometheus

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/target-server/target-server/lab/driver"
)

// patience is how long anything may take.
const patience = 30 * time.Second

// Server is a running Prometheus.
type Server struct {
	*driver.Process
	URL string
}

// Start starts a Prometheus with the prometheus.yml of a folder, where it also stores its data. The caller must end it
// unless there is an error.
func Start(ctx context.Context, dir string) (*Server, error) {
	addr, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}
	process, err := driver.Start(ctx, driver.Command{Args: []string{
		driver.Tool("prometheus"), "--config.file=" + filepath.Join(dir, "prometheus.yml"),
		"--storage.tsdb.path=" + filepath.Join(dir, "data"), "--web.listen-address=" + addr,
	}})
	if err != nil {
		return nil, fmt.Errorf("start prometheus (Debian's package is prometheus): %w", err)
	}
	return &Server{process, "http://" + addr}, nil
}

// Ready waits until these many targets have been scraped twice, so that rates exist.
func (s *Server) Ready(ctx context.Context, targets int) error {
	for end := time.Now().Add(patience); ; time.Sleep(100 * time.Millisecond) {
		twice, err := s.Query(ctx, "count(count_over_time(up[1m]) > 1)")
		if err == nil && len(twice) == 1 && twice[0].Value == float64(targets) {
			up, err := s.Query(ctx, "sum(up)")
			if err == nil && len(up) == 1 && up[0].Value == float64(targets) {
				return nil
			}
		}
		if time.Now().After(end) || ctx.Err() != nil {
			return errors.Join(fmt.Errorf("prometheus has not seen %d targets up after %v: %w\n%s", targets, patience, err, s.tail()), ctx.Err())
		}
	}
}

// tail is the end of its log.
func (s *Server) tail() string {
	const most = 20
	var b strings.Builder
	lines := s.Lines()
	for _, l := range lines[max(0, len(lines)-most):] {
		b.WriteString("  " + l.Text + "\n")
	}
	return b.String()
}

// Sample is one value of a query's result.
type Sample struct {
	Labels map[string]string
	Value  float64
}

// Query asks for the present value of an expression.
func (s *Server) Query(ctx context.Context, expr string) ([]Sample, error) {
	var found []struct {
		Metric map[string]string
		Value  point
	}
	if err := s.ask(ctx, "query", url.Values{"query": {expr}}, &found); err != nil {
		return nil, err
	}
	var samples []Sample
	for _, f := range found {
		samples = append(samples, Sample{f.Metric, f.Value.value})
	}
	return samples, nil
}

// Series is the values of one series over time.
type Series struct {
	Labels map[string]string
	Times  []time.Time
	Values []float64
}

// QueryRange asks for the values of an expression between two moments.
func (s *Server) QueryRange(ctx context.Context, expr string, from, to time.Time, step time.Duration) ([]Series, error) {
	var found []struct {
		Metric map[string]string
		Values []point
	}
	seconds := func(t time.Time) string { return strconv.FormatFloat(float64(t.UnixMilli())/1000, 'f', 3, 64) }
	query := url.Values{"query": {expr}, "start": {seconds(from)}, "end": {seconds(to)}, "step": {strconv.FormatFloat(step.Seconds(), 'f', -1, 64)}}
	if err := s.ask(ctx, "query_range", query, &found); err != nil {
		return nil, err
	}
	var all []Series
	for _, f := range found {
		one := Series{Labels: f.Metric}
		for _, p := range f.Values {
			one.Times, one.Values = append(one.Times, p.at), append(one.Values, p.value)
		}
		all = append(all, one)
	}
	return all, nil
}

// point is a value at a moment, which the interface writes as a list of a number and a text.
type point struct {
	at    time.Time
	value float64
}

// UnmarshalJSON implements json.Unmarshaler.
func (p *point) UnmarshalJSON(text []byte) error {
	var pair [2]any
	if err := json.Unmarshal(text, &pair); err != nil {
		return err
	}
	at, _ := pair[0].(float64)
	value, _ := pair[1].(string)
	p.at = time.UnixMilli(int64(at * 1000))
	var err error
	p.value, err = strconv.ParseFloat(value, 64)
	return err
}

// ask calls the interface.
func (s *Server) ask(ctx context.Context, what string, query url.Values, result any) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+"/api/v1/"+what+"?"+query.Encode(), nil)
	if err != nil {
		return fmt.Errorf("prometheus: %w", err)
	}
	request.Close = true
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("prometheus: %w", err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return fmt.Errorf("prometheus: %w", err)
	}
	var told struct {
		Status, Error string
		Data          struct{ Result json.RawMessage }
	}
	if err := json.Unmarshal(text, &told); err != nil || told.Status != "success" {
		return fmt.Errorf("prometheus, %s: %s %w", query.Get("query"), text, err)
	}
	if err := json.Unmarshal(told.Data.Result, result); err != nil {
		return fmt.Errorf("prometheus, %s: %w", query.Get("query"), err)
	}
	return nil
}

func freeAddress(ctx context.Context) (string, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("a free port: %w", err)
	}
	return l.Addr().String(), l.Close()
}
