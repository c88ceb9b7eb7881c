package monitor

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

const deploy = "../../deploy"

// known are the metrics that the page lists; a test of the admin address compares the page with the code.
func known(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile("../../docs/metrics.md")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(line, " | ")
		if name, is := strings.CutPrefix(cells[0], "| `"); is && len(cells) == 4 {
			names = append(names, "target_server_"+strings.TrimSuffix(name, "`"))
		}
	}
	return names
}

// wrongNames are the names in a text that are no metrics.
func wrongNames(text string, names []string) []string {
	return slices.DeleteFunc(Metrics(text), func(name string) bool {
		for _, suffix := range []string{"_bucket", "_sum", "_count"} {
			if base, is := strings.CutSuffix(name, suffix); is && slices.Contains(names, base) {
				return true
			}
		}
		return slices.Contains(names, name)
	})
}

// What the dashboard, the rules and the examples of the page ask for exists.
func TestNamesExist(t *testing.T) {
	names := known(t)
	if len(names) < 40 {
		t.Fatalf("the page lists %d metrics", len(names))
	}
	for _, file := range []string{deploy + "/grafana/target-server.json", deploy + "/grafana/alerts.yml", deploy + "/compose/rules.yml", deploy + "/kubernetes/keda/scaled.yaml", "../../docs/metrics.md"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if wrong := wrongNames(string(text), append(names, "target_server_")); len(wrong) > 0 {
			t.Errorf("%s has names that are no metrics: %v", file, wrong)
		}
	}
	if wrong := wrongNames("rate(target_server_request_wait_seconds_bucket[1m]) + target_server_nothing", names); !slices.Equal(wrong, []string{"target_server_nothing"}) {
		t.Errorf("wrong names: %v", wrong)
	}
}

// Panels have numbers of their own and do not overlap, and every query has a data source that can be chosen.
func TestDashboard(t *testing.T) {
	d, err := Load(filepath.Join(deploy, "grafana", "target-server.json"))
	if err != nil {
		t.Fatal(err)
	}
	ids, taken := map[int]bool{}, map[[2]int]string{}
	for _, p := range d.Panels {
		if ids[p.ID] || p.ID == 0 || p.Title == "" {
			t.Errorf("panel %q has the id %d, which another has too", p.Title, p.ID)
		}
		ids[p.ID] = true
		if p.Type != "row" && len(p.Targets) == 0 {
			t.Errorf("panel %q has no query", p.Title)
		}
		for x := p.Grid.X; x < p.Grid.X+p.Grid.W; x++ {
			for y := p.Grid.Y; y < p.Grid.Y+p.Grid.H; y++ {
				if other := taken[[2]int{x, y}]; other != "" || x >= 24 {
					t.Fatalf("panel %q is where %q is, or outside", p.Title, other)
				}
				taken[[2]int{x, y}] = p.Title
			}
		}
		for _, q := range p.Targets {
			if q.Datasource.UID != "${datasource}" || !strings.Contains(q.Expr, `{job=~"$job",instance=~"$instance"`) {
				t.Errorf("panel %q, query %s: it does not heed what is chosen: %+v", p.Title, q.Ref, q)
			}
		}
	}
	for _, q := range d.Queries(5 * time.Second) {
		if strings.Contains(q.Expr, "$") {
			t.Errorf("panel %q: %s has a variable left", q.Panel, q.Expr)
		}
	}
}

// A result is wrong if a panel is empty, an alert is missing, or the linter finds something.
func TestChecks(t *testing.T) {
	good := func() Result {
		all := make([][]Series, len(columns()))
		for i, c := range columns() {
			for range c.layers {
				all[i] = append(all[i], Series{0, 1, 2})
			}
		}
		return Result{
			Alerts: []string{"WorkerSilent", "BacklogFull", "LoopBlocked", "PoolExhausted", "PoolTimeouts", "WorkerReplaced"},
			Types:  []string{textType, openType}, Series: [][][]Series{all}, Names: []string{"one"},
		}
	}
	if failed := Checks(good()); len(failed) > 0 {
		t.Errorf("a good one: %v", failed)
	}
	if svg := string(Picture(good())); !strings.Contains(svg, "one") || !strings.Contains(svg, "runs") {
		t.Error("the picture lacks names")
	}
	for name, spoil := range map[string]func(*Result){
		"returns no number":     func(r *Result) { r.Empty = []Query{{"Panel", "A", "sum(x)"}} },
		"the alerts that fired": func(r *Result) { r.Alerts = r.Alerts[1:] },
		"no help":               func(r *Result) { r.Lint = []string{"no help"} },
		"an answer that was":    func(r *Result) { r.Types[1] = textType },
		"shows nothing of":      func(r *Result) { r.Series[0][1] = []Series{{0, 0}} },
	} {
		r := good()
		spoil(&r)
		if failed := Checks(r); len(failed) != 1 || !strings.Contains(failed[0], name) {
			t.Errorf("%s: %v", name, failed)
		}
	}
}

const (
	textType = "text/plain; version=0.0.4; charset=utf-8"
	openType = "application/openmetrics-text; version=1.0.0; charset=utf-8"
)
