package server_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/distribution"
	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/server/servertest"
	"github.com/target-server/target-server/stacks"
)

// described is the schema of a request in the description of the admin address.
type described struct {
	Required   []string
	Properties map[string]struct {
		Type string
		Enum []string
	}
}

func describedRequest(t *testing.T) described {
	t.Helper()
	text, err := os.ReadFile("admin/openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var d struct {
		Components struct{ Schemas map[string]described }
	}
	if err := yaml.Unmarshal(text, &d); err != nil {
		t.Fatal(err)
	}
	return d.Components.Schemas["Request"]
}

// check compares a row with the schema.
func (d described) check(t *testing.T, row map[string]any) {
	t.Helper()
	for _, key := range d.Required {
		if _, found := row[key]; !found {
			t.Errorf("%s is missing in %v", key, row)
		}
	}
	for key, value := range row {
		property, found := d.Properties[key]
		if !found && key != "level" && key != "time" {
			t.Errorf("%s is not described: %v", key, row)
		}
		is := "string"
		switch v := value.(type) {
		case bool:
			is = "boolean"
		case float64:
			is = "number"
			if v == float64(int64(v)) && property.Type == "integer" {
				is = "integer"
			}
		}
		if found && is != property.Type {
			t.Errorf("%s is %v and described as %s", key, value, property.Type)
		}
		if found && property.Enum != nil && !slices.Contains(property.Enum, value.(string)) {
			t.Errorf("%s is %v and described as one of %v", key, value, property.Enum)
		}
	}
	for _, key := range []string{"number", "thread"} { // of a handler that has started, and of no other
		if _, found := row[key]; found != (row["start"] != nil) {
			t.Errorf("start and %s do not fit: %v", key, row)
		}
	}
}

// jsonRows are the rows of requests in a log.
func jsonRows(t *testing.T, log string) (rows []map[string]any) {
	t.Helper()
	for line := range strings.Lines(log) {
		row := map[string]any{}
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		if row["outcome"] != nil {
			rows = append(rows, row)
		}
	}
	return rows
}

// withoutLine returns a row without what only a log has, with times to the microsecond.
func withoutLine(row map[string]any) map[string]any {
	row = maps.Clone(row)
	delete(row, "level")
	delete(row, "time")
	for _, key := range []string{"arrival", "start", "end"} {
		if at, err := time.Parse(time.RFC3339Nano, fmt.Sprint(row[key])); err == nil {
			row[key] = at.Truncate(time.Microsecond).UnixMicro()
		}
	}
	if row["thread_number"] == 0.0 { // of the main thread: /requests leaves it out
		delete(row, "thread_number")
	}
	return row
}

// A row of --log-format json is what the description of /requests says, and what /requests says of the same request,
// on every stack, in every mode, whatever becomes of the request.
func TestRowsAreAsDescribed(t *testing.T) {
	described := describedRequest(t)
	outcomes := map[string]bool{}
	for _, stack := range stacks.All() {
		v := stack.Defaults.Values
		for _, mode := range stack.Modes {
			t.Run(v.Stack+" at "+v.Vintage+", "+mode.Name, func(t *testing.T) {
				threads := max(1, stack.OwnThreads)
				w := servertest.New(t, stack, func(c *config.Config) {
					c.Mode, c.Sleep, c.LogFormat = mode.Name, distribution.Of(2*time.Second), "json"
					c.AdminAddr, c.History = "127.0.0.1:0", 1000
					if _, no := stack.Defaults.Refuses["queue"]; !no && mode.Name == "threadpool" {
						c.Queue = 1
					}
					if _, no := stack.Defaults.Refuses["limit"]; !no {
						c.Limit = threads
					}
				})
				w.Send(0, "GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
				w.Get(100*time.Millisecond, 1)
				for range threads {
					w.Get(4*time.Second, 2)
				}
				gone := w.Get(4100*time.Millisecond, 3)
				w.At(4200*time.Millisecond, gone.Abort)
				w.Get(4300*time.Millisecond, 4)
				w.Get(9*time.Second, 5)
				w.Signal(10*time.Second, syscall.SIGINT)
				w.Signal(10500*time.Millisecond, syscall.SIGINT)
				w.Run(time.Minute)
				rows := jsonRows(t, w.Workers[0].Stdout.String())
				for _, row := range rows {
					described.check(t, row)
					outcomes[row["outcome"].(string)] = true
				}
				asShown := w.Workers[0].Requests(0)
				for _, r := range asShown {
					if r.End.IsZero() {
						continue
					}
					text, err := json.Marshal(r)
					if err != nil {
						t.Fatal(err)
					}
					shown := map[string]any{}
					if err := json.Unmarshal(text, &shown); err != nil {
						t.Fatal(err)
					}
					if !slices.ContainsFunc(rows, func(row map[string]any) bool { return maps.Equal(withoutLine(row), withoutLine(shown)) }) {
						t.Errorf("no row is %v: %v", withoutLine(shown), rows)
					}
				}
				if len(rows) < 3 {
					t.Errorf("%d rows", len(rows))
				}
			})
		}
	}
	check.Equal(t, "outcomes", strings.Join(slices.Sorted(maps.Keys(outcomes)), ", "), "answered, cancelled, client left, refused")
}
