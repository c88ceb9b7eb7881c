package files

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/program"
	"github.com/target-server/target-server/server/http1"
)

// eachRelease runs a test with each release and its folder: testdata/README.md tells what is in it.
func eachRelease(t *testing.T, test func(t *testing.T, r *Release, folder string)) {
	t.Helper()
	for release, made := range map[string]*Release{"0.26.1": Starlette026(), "1.10.0": Starlette110()} {
		t.Run(release, func(t *testing.T) { test(t, made, filepath.Join("testdata", release)) })
	}
}

// recorded reads a file's lines, which are lists as JSON.
func recorded(t *testing.T, file string) [][]any {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var all [][]any
	for line := range strings.Lines(string(text)) {
		var list []any
		if err := json.Unmarshal([]byte(line), &list); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		all = append(all, list)
	}
	return all
}

// events are what happens, as the recordings have it.
type events []any

func (e *events) add(event any) { *e = append(*e, event) }

// start adds the beginning of an answer.
func (e *events) start(status int, lines []http1.Line) {
	shown := [][]string{}
	for _, l := range lines {
		shown = append(shown, []string{l.Name, l.Value})
	}
	e.add([]any{"start", status, shown})
}

// body adds a part of an answer.
func (e *events) body(b []byte, more bool) {
	text := string(b)
	if len(b) > 300 {
		text = fmt.Sprintf("%c*%d", b[0], len(b))
	}
	e.add([]any{"body", text, more})
}

// send adds all that a sender does.
func (e *events) send(s Sender) {
	buffer := make([]byte, ChunkSize)
	for {
		switch a := s.Next(buffer); {
		case a.Trip != "":
			e.add("trip " + string(a.Trip))
		case !a.Sends:
			return
		case a.Start != nil:
			e.start(a.Start.Status, a.Start.Lines)
		default:
			e.body(a.Body, a.More)
		}
	}
}

// fieldsOf are the fields of a recorded request.
func fieldsOf(recorded any) []http1.Field {
	var fields []http1.Field
	for _, f := range recorded.([]any) {
		pair := f.([]any)
		var value []byte
		for _, r := range pair[1].(string) {
			value = append(value, byte(r)) // Latin-1
		}
		fields = append(fields, http1.Field{Name: []byte(pair[0].(string)), Value: value})
	}
	return fields
}

func boundary() string { return strings.Repeat("b", 26) }

// charset is the type of a file as Starlette writes it.
func charset(kind string) string {
	if strings.HasPrefix(kind, "text/") {
		return kind + "; charset=utf-8"
	}
	return kind
}

func equal(t *testing.T, row []any, got events) {
	t.Helper()
	last := len(row) - 1
	check.Equal(t, fmt.Sprintf("%.300q", row[:last]), fmt.Sprint([]any(got)), fmt.Sprint(row[last]))
}

func TestRecordedResponses(t *testing.T) {
	eachRelease(t, func(t *testing.T, r *Release, folder string) {
		all := recorded(t, filepath.Join(folder, "responses.txt"))
		check.Equal(t, "enough requests", len(all) > 200, true)
		for _, row := range all {
			f := File{Size: int64(row[0].(float64)), Modified: program.FileTime(), Type: charset(row[1].(string))}
			var given []http1.Line
			for _, l := range fieldsOf(row[4]) {
				given = append(given, http1.Line{Name: string(l.Name), Value: string(l.Value)})
			}
			method := row[2].(string)
			asked := Ask(method, &http1.Head{Fields: fieldsOf(row[5])})
			transfer := r.Serve(f, int(row[3].(float64)), r.Head(f, given), asked, boundary)
			got := events{"trip stat"}
			got.send(r.Sender(&transfer, method, false, program.FileBytes))
			equal(t, row, got)
		}
	})
}

// site is the folder of the recordings, the first of ten.
func site() *Folder {
	files := []program.File{{Name: "a.txt", Size: 10}, {Name: "img/logo.png", Size: 70000}, {Name: "empty"}}
	all := []*program.Folder{{Path: "/static", Files: files}}
	for range 9 {
		all = append(all, &program.Folder{Path: "/other", Files: []program.File{{Name: "b.txt", Size: 20}}})
	}
	return Folders(all)[0]
}

// static plays a request for a folder, as the app does.
func static(r *Release, method, path string, fields []http1.Field) events {
	rest, inside := r.Inside("/static", path)
	if !inside {
		return nil
	}
	got := events{"trip stat"}
	if method != http.MethodGet && method != http.MethodHead {
		allow := map[string]string{}
		if r.TellsMethods {
			allow["Allow"] = "GET, HEAD"
		}
		return append(got, []any{"HTTPException", http.StatusMethodNotAllowed, allow})
	}
	got.add("trip lookup_path")
	file, outcome := r.LookUp(site(), Clean(rest))
	switch outcome {
	case NotFound:
		return append(got, []any{"HTTPException", http.StatusNotFound, map[string]string{}})
	case HasZero:
		return append(got, []any{"exception", "ValueError"})
	case TooLong:
		return append(got, []any{"exception", "OSError"})
	case Found:
	}
	f := File{Size: file.Size, Modified: program.FileTime(), Type: charset(r.Type("/" + file.Name))}
	lines := r.Head(f, nil)
	asked := Ask(method, &http1.Head{Fields: fields})
	if r.NotModified(asked, lines) {
		got.start(http.StatusNotModified, NotModifiedLines(lines))
		got.body(nil, false)
		return got
	}
	transfer := r.Serve(f, http.StatusOK, lines, asked, boundary)
	got.send(r.Sender(&transfer, method, true, program.FileBytes))
	return got
}

func TestRecordedFolders(t *testing.T) {
	eachRelease(t, func(t *testing.T, r *Release, folder string) {
		all := recorded(t, filepath.Join(folder, "static.txt"))
		check.Equal(t, "enough requests", len(all) > 100, true)
		for _, row := range all {
			got := static(r, row[0].(string), row[1].(string), fieldsOf(row[2]))
			if got == nil {
				first := row[3].([]any)[0]
				check.Equal(t, fmt.Sprintf("%.300q is outside", row[1]), fmt.Sprint(first) == "trip stat", false)
				continue
			}
			equal(t, row, got)
		}
	})
}

func TestRecordedTypes(t *testing.T) {
	eachRelease(t, func(t *testing.T, _ *Release, folder string) {
		all := recorded(t, filepath.Join(folder, "types.txt"))
		check.Equal(t, "enough names", len(all) > 30, true)
		for _, row := range all {
			want, _ := row[1].(string) // or null
			check.Equal(t, row[0].(string), GuessType("/"+row[0].(string)), want)
		}
	})
}

// The recordings have what makes the releases differ.
func TestReleasesDiffer(t *testing.T) {
	for _, file := range []string{"responses.txt", "static.txt"} {
		older, newer := recorded(t, "testdata/0.26.1/"+file), recorded(t, "testdata/1.10.0/"+file)
		same := slices.EqualFunc(older, newer, func(a, b []any) bool { return fmt.Sprint(a) == fmt.Sprint(b) })
		check.Equal(t, file, same, false)
	}
}
