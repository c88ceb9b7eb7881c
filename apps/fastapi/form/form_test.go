package form

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/target-server/target-server/internal/check"
)

// releases are the folders of recordings: testdata/README.md tells what is in them.
var releases = map[string]func() *Version{"0.26.1": Starlette026, "1.10.0": Starlette110}

// fields are those that record.py looks for.
var fields = []Field{{"a", true, true}, {"b", true, true}, {"ä", true, true}}

// outcome is what became of a form, as record.py writes it.
type outcome struct {
	Error string         `json:"error,omitempty"`
	Items map[string]any `json:"items,omitempty"`
	Disk  int            `json:"disk"`
	Work  [][2]int       `json:"work,omitempty"`
	Log   []string       `json:"log"`
}

// parse reads a form, and checks that it keeps nothing after its end.
func parse(t testing.TB, v *Version, contentType string, chunks []string) outcome {
	t.Helper()
	var o outcome
	kept := 0
	host := Host{
		Warn: func(message string) { o.Log = append(o.Log, message) },
		Keep: func(n int) bool { kept += n; return true },
	}
	f, err := v.New(contentType, fields, host)
	if err == nil && f.Reads() {
		err = feed(f, chunks, &o)
	}
	if err != nil {
		o = outcome{Error: err.Error(), Log: o.Log}
	} else {
		o.Items, o.Disk = itemsOf(f), f.OnDisk
	}
	if f != nil {
		f.Release()
	}
	check.Equal(t, "kept", kept, 0)
	return o
}

func feed(f *Form, chunks []string, o *outcome) error {
	for _, chunk := range chunks {
		data := []byte(chunk)
		work, err := f.Write(data)
		if err != nil {
			return err
		}
		clear(data) // it must not be kept
		o.Work = append(o.Work, [2]int{work.Writes, work.Seeks})
	}
	return f.Finish()
}

// itemsOf are a form's items as record.py writes them.
func itemsOf(f *Form) map[string]any {
	items := map[string]any{}
	for i, item := range f.Items {
		name := f.fields[i].Name
		switch item.Kind {
		case Empty, Text:
			items[name] = item.Text
		case Upload:
			headers := map[string]any{}
			for _, h := range item.File.Headers {
				if _, known := headers[h.Name]; !known {
					headers[h.Name] = h.Value
				}
			}
			items[name] = []any{item.File.Name, float64(item.File.Size), headers, item.File.OnDisk}
		}
	}
	return items
}

// bytesOf is a text in Latin-1.
func bytesOf(text string) string {
	b := make([]byte, 0, len(text))
	for _, r := range text {
		b = append(b, byte(r))
	}
	return string(b)
}

// eachCase runs a test with the lines of a recording in each release, and the version with record.py's small spools.
func eachCase(t *testing.T, file string, test func(t *testing.T, v *Version, line []json.RawMessage)) {
	t.Helper()
	for release, version := range releases {
		text, err := os.ReadFile(filepath.Join("testdata", release, file))
		if err != nil {
			t.Fatal(err)
		}
		v := version()
		v.spool = 24
		for line := range strings.Lines(string(text)) {
			var parts []json.RawMessage
			if err := json.Unmarshal([]byte(line), &parts); err != nil {
				t.Fatal(err)
			}
			test(t, v, parts)
		}
	}
}

func unmarshal(t *testing.T, from json.RawMessage, to any) {
	t.Helper()
	if err := json.Unmarshal(from, to); err != nil {
		t.Fatal(err)
	}
}

// Items, errors, lines in the log and calls in threads are Starlette's.
func TestForms(t *testing.T) {
	for _, file := range []string{"multipart.txt", "urlencoded.txt"} {
		eachCase(t, file, func(t *testing.T, v *Version, line []json.RawMessage) {
			var contentType string
			var chunks []string
			var want outcome
			unmarshal(t, line[0], &contentType)
			unmarshal(t, line[1], &chunks)
			unmarshal(t, line[2], &want)
			for i, chunk := range chunks {
				chunks[i] = bytesOf(chunk)
			}
			got := parse(t, v, bytesOf(contentType), chunks)
			if want.Error == "" && got.Work == nil {
				want.Work = nil // the body is not read, or empty
			}
			if got.Log == nil {
				got.Log = []string{}
			}
			if !reflect.DeepEqual(got, want) && fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("%s %q\n%q\n got %v\nwant %v", file, contentType, chunks, got, want)
			}
		})
	}
}

// Forms at their limits are taken, and those that exceed them are refused as by Starlette.
func TestLimits(t *testing.T) {
	eachCase(t, "limits.txt", func(t *testing.T, v *Version, line []json.RawMessage) {
		var contentType, body string
		var want outcome
		unmarshal(t, line[0], &contentType)
		unmarshal(t, line[1], &body)
		unmarshal(t, line[2], &want)
		got := parse(t, v, contentType, []string{bytesOf(expanded(t, body))})
		for name, item := range got.Items {
			if text, isText := item.(string); isText {
				got.Items[name] = float64(len(text))
			} else {
				got.Items[name] = item.([]any)[:2]
			}
		}
		check.Equal(t, contentType+body, fmt.Sprint(got), fmt.Sprint(want))
	})
}

// expanded writes out what {text*times} repeats.
func expanded(t *testing.T, text string) string {
	t.Helper()
	before, rest, found := strings.Cut(text, "{")
	if !found {
		return text
	}
	repeated, after, _ := strings.Cut(rest, "}")
	i := strings.LastIndex(repeated, "*")
	times, err := strconv.Atoi(repeated[i+1:])
	if err != nil {
		t.Fatal(err)
	}
	return before + strings.Repeat(repeated[:i], times) + expanded(t, after)
}
