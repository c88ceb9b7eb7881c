package monitor

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"
	"time"
)

// Dashboard is what matters here of a dashboard of Grafana.
type Dashboard struct {
	Title      string  `json:"title"`
	UID        string  `json:"uid"`
	Panels     []Panel `json:"panels"`
	Templating struct {
		List []struct {
			Name       string `json:"name"`
			Type       string `json:"type"`
			Definition string `json:"definition"`
		} `json:"list"`
	} `json:"templating"`
}

// Panel is one of its panels, or a row of them.
type Panel struct {
	ID    int    `json:"id"`
	Title string `json:"title"`
	Type  string `json:"type"`
	Grid  struct {
		X int `json:"x"`
		Y int `json:"y"`
		W int `json:"w"`
		H int `json:"h"`
	} `json:"gridPos"`
	Targets []Target `json:"targets"`
}

// Target is one query of a panel.
type Target struct {
	Ref        string `json:"refId"`
	Expr       string `json:"expr"`
	Legend     string `json:"legendFormat"`
	Datasource struct {
		UID string `json:"uid"`
	} `json:"datasource"`
}

// Load reads a dashboard's file.
func Load(path string) (Dashboard, error) {
	var d Dashboard
	text, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(text, &d)
	}
	if err != nil {
		return d, fmt.Errorf("dashboard: %w", err)
	}
	return d, nil
}

// Query is an expression of the dashboard as Grafana would send it.
type Query struct {
	Panel, Ref, Expr string
}

// Queries are the expressions of all panels, with every job and instance selected, and rates over a time.
func (d Dashboard) Queries(over time.Duration) []Query {
	fill := strings.NewReplacer("$__rate_interval", over.String(), "$job", ".*", "$instance", ".*")
	var all []Query
	for _, p := range d.Panels {
		for _, t := range p.Targets {
			all = append(all, Query{p.Title, t.Ref, fill.Replace(t.Expr)})
		}
	}
	return all
}

var metricName = regexp.MustCompile(`target_server_\w+`)

// Metrics are the names of the metrics in an expression.
func Metrics(expr string) []string { return metricName.FindAllString(expr, -1) }
