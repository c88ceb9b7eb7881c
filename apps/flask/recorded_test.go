package flask

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/program"
	"github.com/target-server/target-server/server/http1"
)

// answered is a line of a recording: testdata/record_program.py tells what is in it.
type answered struct {
	asked  string
	status string
	lines  []string
	body   string
}

// String shows the answer.
func (a answered) String() string {
	return a.status + "\n" + strings.Join(a.lines, "\n") + "\n\n" + a.body
}

// eachRelease runs a test with each release and its folder.
func eachRelease(t *testing.T, test func(t *testing.T, v *Version, folder string)) {
	t.Helper()
	for release, v := range map[string]*Version{"2.2.3": &V22, "3.1.3": &V31} {
		t.Run(release, func(t *testing.T) { test(t, v, filepath.Join("testdata", release)) })
	}
}

// lines are the lines of a recording.
func lines(t *testing.T, file string) []string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return slices.Collect(strings.Lines(string(text)))
}

// answers are Flask's answers to requests for a program.
func TestAnswersOfPrograms(t *testing.T) {
	eachRelease(t, func(t *testing.T, v *Version, folder string) {
		for _, name := range []string{"rules", "answers"} {
			file := filepath.Join("testdata", "programs", name+".yaml")
			p, err := program.Read(file, []byte(strings.Join(lines(t, file), "")), nil)
			if err != nil {
				t.Fatal(err)
			}
			app := New(v, 1, p.Routes)
			for _, line := range lines(t, filepath.Join(folder, name+".txt")) {
				var want answered
				if err := json.Unmarshal([]byte(line), &[]any{&want.asked, &want.status, &want.lines, &want.body}); err != nil {
					t.Fatalf("%s: %v", line, err)
				}
				check.Equal(t, want.asked, ask(t, app, p, want.asked).String(), want.String())
			}
		}
	})
}

// ask is what is answered to a request line of a program whose functions do nothing.
func ask(t *testing.T, app *App, p *program.Program, asked string) answered {
	t.Helper()
	method, target, _ := strings.Cut(asked, " ")
	path, query, _ := strings.Cut(strings.TrimSpace(target), "?")
	raw, err := url.PathUnescape(path)
	if err != nil {
		t.Fatal(err)
	}
	found, answer, err := app.Route(&Environ{Method: method, Path: decodeText(raw), Query: query, Host: "lab"})
	if answer == nil && err == nil {
		r := p.Routes[found.Route]
		var values []string
		values, answer, err = app.parameters(r, found.Values, query)
		if answer == nil && err == nil {
			answer = app.template(r).answer(values)
		}
	}
	if err != nil {
		answer = internalServerError
	}
	a := answered{status: fmt.Sprintf("%d %s", answer.Status, answer.Reason), lines: shown(answer.Lines), body: answer.Body}
	if method == "HEAD" {
		a.body = ""
	}
	return a
}

// shown are header lines, with the methods of Allow sorted.
func shown(all []http1.Line) []string {
	var texts []string
	for _, l := range all {
		value := l.Value
		if l.Name == "Allow" {
			methods := strings.Split(value, ", ")
			slices.Sort(methods)
			value = strings.Join(methods, ", ")
		}
		texts = append(texts, l.Name+": "+value)
	}
	return texts
}

// abort(status) answers with a page, or raises a LookupError.
func TestAborts(t *testing.T) {
	eachRelease(t, func(t *testing.T, v *Version, folder string) {
		for _, line := range lines(t, filepath.Join(folder, "aborts.txt")) {
			var status int
			var want answered
			if err := json.Unmarshal([]byte(line), &[]any{&status, &want.status, &want.lines, &want.body}); err != nil {
				t.Fatalf("%s: %v", line, err)
			}
			got, a := answered{status: noException(status)}, v.abort(status)
			if a != nil {
				got = answered{status: fmt.Sprintf("%d %s", a.Status, a.Reason), lines: shown(a.Lines), body: a.Body}
			}
			check.Equal(t, fmt.Sprint(status), got.String(), want.String())
		}
	})
}
