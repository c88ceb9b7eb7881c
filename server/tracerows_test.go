package server_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/server/servertest"
	"github.com/target-server/target-server/stacks"
	"github.com/target-server/target-server/trace"
)

// parsed are the objects of lines of JSON.
func parsed(t *testing.T, text string) (rows []map[string]any) {
	t.Helper()
	for line := range strings.Lines(text) {
		row := map[string]any{}
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			t.Errorf("%q: %v", line, err)
		}
		rows = append(rows, row)
	}
	return rows
}

// onOneLine is how CSV writes a text.
func onOneLine(value any) any {
	if text, ok := value.(string); ok {
		return strings.NewReplacer("\n", `\u000a`, "\x00", `\u0000`).Replace(text)
	}
	return value
}

// ofCSV are the rows of CSV as those of JSON: without empty cells, and with numbers where the other has them.
func ofCSV(t *testing.T, text string, like []map[string]any) (rows []map[string]any) {
	t.Helper()
	all, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || len(all) == 0 {
		t.Fatalf("%v in %q", err, text)
	}
	for i, record := range all[1:] {
		row := map[string]any{}
		for column, cell := range record {
			key := all[0][column]
			if value, present := like[min(i, len(like)-1)][key]; present {
				if onOneLine(value) != value && cell == onOneLine(value) {
					cell = fmt.Sprint(value)
				}
				row[key] = value
				if fmt.Sprint(value) != cell && !equalNumbers(value, cell) {
					row[key] = cell
				}
			} else if cell != "" {
				row[key] = cell
			}
		}
		rows = append(rows, row)
	}
	return rows
}

func equalNumbers(value any, cell string) bool {
	var number any
	return json.Unmarshal([]byte(cell), &number) == nil && number == value
}

// A trace of rows has the rows of --log-format json, on every stack, with whatever clients send.
func TestTracedRowsAreThoseOfTheLog(t *testing.T) {
	for _, stack := range stacks.All() {
		var logs [2][]map[string]any
		for i, kind := range []trace.Kind{trace.NDJSONRows, trace.CSVRows} {
			w := servertest.New(t, stack, func(c *config.Config) { c.LogFormat, c.Limit = "json", min(c.Limit, 4) })
			w.Trace(kind)
			crowd(w)
			w.Send(2*time.Second, "GET /?id=x HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: \xc2\x9b, a=b \"\\\r\n\r\n")
			w.Send(0, servertest.Request("/?id=%22a%22%2c%0a%00%c3%a9%ff%f0%9f%98%80&sleep=1ms"))
			w.Run(time.Minute)
			logs[i] = parsed(t, w.Workers[0].Stdout.String())
			text := w.Workers[0].Traced.String()
			got := parsedOrCSV(t, kind, text, logs[i])
			name := fmt.Sprint(stack.Defaults.Values.Stack, " ", stack.Defaults.Values.Vintage, " ", kind)
			if len(got) != len(logs[i]) || len(got) < 3 {
				t.Errorf("%s: %d rows, the log has %d", name, len(got), len(logs[i]))
				continue
			}
			for n, row := range got {
				if !maps.Equal(row, logs[i][n]) {
					t.Errorf("%s: row %d:\n got %v\nwant %v (alone: %s)", name, n, row, logs[i][n], check.Alone(t))
				}
			}
		}
	}
}

func parsedOrCSV(t *testing.T, kind trace.Kind, text string, like []map[string]any) []map[string]any {
	t.Helper()
	if kind == trace.NDJSONRows {
		return parsed(t, text)
	}
	return ofCSV(t, string(trace.CSV.Header())+text, like)
}

// The names in a trace for Perfetto are those of columns.
func TestTraceKeysAreColumns(t *testing.T) {
	columns := strings.Split(strings.TrimSpace(string(trace.CSV.Header())), ",")
	w := servertest.New(t, stacks.All()[0])
	w.Trace(trace.PerfettoTrace)
	w.Get(time.Second, 1)
	w.Run(time.Minute)
	for word := range strings.FieldsSeq(traced(t, w)) {
		key, _, said := strings.Cut(word, "=")
		if said && !slices.Contains(columns, key) && key != "flow" && key != "of" && !strings.HasPrefix(key, "/") {
			t.Errorf("%s is not a column: %v", key, columns)
		}
	}
}
