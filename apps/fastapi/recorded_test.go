package fastapi

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/program"
	"github.com/target-server/target-server/server/http1"
)

// releases are the folders of recordings: testdata/README.md tells what is in them.
var releases = map[string]func() *Version{"0.94.1": V094, "0.165.0": V0165}

// eachRelease runs a test with each release and its folder.
func eachRelease(t *testing.T, test func(t *testing.T, v *Version, folder string)) {
	t.Helper()
	for release, make := range releases {
		t.Run(release, func(t *testing.T) { test(t, make(), filepath.Join("testdata", release)) })
	}
}

// recorded reads a file's lines, which are lists as JSON.
func recorded(t *testing.T, file string) [][]any {
	t.Helper()
	var all [][]any
	for line := range strings.Lines(read(t, file)) {
		var list []any
		if err := json.Unmarshal([]byte(line), &list); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		all = append(all, list)
	}
	return all
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// described reads the program of that name, which is built in or among the test data.
func described(t *testing.T, name string) *program.Program {
	t.Helper()
	if p, err := program.ReadBuiltin(name); err == nil {
		return p
	}
	file := filepath.Join("testdata", "programs", name+".yaml")
	p, err := program.Read(file, []byte(read(t, file)), nil)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// names are the files in a folder with that ending, without it.
func names(t *testing.T, folder, ending string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*"+ending))
	if err != nil || len(files) == 0 {
		t.Fatalf("no files %s in %s: %v", ending, folder, err)
	}
	for i, f := range files {
		files[i] = strings.TrimSuffix(filepath.Base(f), ending)
	}
	return files
}

// The documents are FastAPI's, byte for byte.
func TestRecordedDocuments(t *testing.T) {
	eachRelease(t, func(t *testing.T, v *Version, folder string) {
		all := names(t, folder, ".json")
		check.Equal(t, "enough programs", len(all) >= 10, true)
		for _, name := range all {
			check.Equal(t, name, v.openAPI(described(t, name)), read(t, filepath.Join(folder, name+".json")))
		}
		check.Equal(t, "the article's page", v.openAPI(described(t, "threadpool")), v.pages["/openapi.json"].Body)
	})
}

// application is a program whose handlers do nothing.
type application struct {
	*Version
	program *program.Program
	router  *router
}

// ask returns the answer to a request.
func (a application) ask(request string) *http1.Answer {
	method, target, _ := strings.Cut(request, " ")
	path, query, _ := strings.Cut(target, "?")
	m := a.router.match(method, http1.Unquote(path))
	switch m.found {
	case foundRoute:
		return a.serve(a.program.Routes[m.route], m.path, query)
	case foundPage:
		if m.text == "/openapi.json" {
			return document(200, jsonType, a.openAPI(a.program))
		}
		return a.pages[m.text]
	case foundMethods:
		return methodNotAllowed(m.text)
	case foundRedirect:
		return redirectSlash(a.url("http://x", m.text, query))
	}
	return a.notFound
}

// serve is what FastAPI does with a request for a route.
func (a application) serve(route *program.Route, path []string, query string) *http1.Answer {
	errs := a.errors(route.Path, route.Depends, path, query)
	values, own := a.validate(declare(route.Path, route.Parameters), path, query)
	if errs = append(errs, own...); len(errs) > 0 {
		return a.unprocessable(errs)
	}
	return a.template(route).answer(values)
}

// errors are those in the parameters of dependencies.
func (a application) errors(route string, list []*program.Dependency, path []string, query string) []fieldError {
	var all []fieldError
	for _, d := range list {
		all = append(all, a.errors(route, d.Depends, path, query)...)
		_, own := a.validate(declare(route, d.Parameters), path, query)
		all = append(all, own...)
	}
	return all
}

// What is answered to a request is what FastAPI has answered.
func TestRecordedAnswers(t *testing.T) {
	eachRelease(t, func(t *testing.T, v *Version, folder string) {
		for _, name := range []string{"routes", "parameters", "answers"} {
			p := described(t, name)
			a := application{v, p, newRouter(p, v.files, "GET, HEAD")}
			all := recorded(t, filepath.Join(folder, name+".txt"))
			check.Equal(t, "enough requests", len(all) > 20, true)
			for _, line := range all {
				request := line[0].(string)
				check.Equal(t, request, shown(t, a.ask(request)), fmt.Sprint(line[1:]))
			}
		}
	})
}

// shown writes an answer as fmt does a recorded one.
func shown(t *testing.T, a *http1.Answer) string {
	t.Helper()
	lines := [][]string{}
	for _, l := range a.Lines {
		lines = append(lines, []string{l.Name, l.Value})
	}
	return fmt.Sprint([]any{a.Status, lines, a.Body})
}

func TestRecordedExceptions(t *testing.T) {
	eachRelease(t, func(t *testing.T, v *Version, folder string) {
		all := recorded(t, filepath.Join(folder, "exceptions.txt"))
		check.Equal(t, "statuses", len(all), 200)
		for _, line := range all {
			status := int(line[0].(float64))
			got := fmt.Sprintf("[%d is not a valid HTTPStatus]", status)
			if a := v.raised(status); a != nil {
				got = shown(t, a)
			}
			check.Equal(t, strconv.Itoa(status), got, fmt.Sprint(line[1:]))
		}
	})
}

// repeated is what a recording has for a long text.
var repeated = regexp.MustCompile(`\{(.{1,2})\*(\d+)\}`)

func expanded(text string) string {
	return repeated.ReplaceAllStringFunc(text, func(s string) string {
		m := repeated.FindStringSubmatch(s)
		n, _ := strconv.Atoi(m[2])
		return strings.Repeat(m[1], n)
	})
}

// Texts are read as pydantic reads them, and written as Python writes the values.
func TestRecordedValues(t *testing.T) {
	eachRelease(t, func(t *testing.T, v *Version, folder string) {
		all := recorded(t, filepath.Join(folder, "values.txt"))
		check.Equal(t, "enough values", len(all) > 5000, true)
		for _, line := range all {
			p := declared{Parameter: program.Parameter{Name: "v", Type: program.Type(line[0].(string))}}
			text := expanded(line[1].(string))
			got, wrong := v.read(&p, parameter{text, true})
			if failure, is := line[2].(map[string]any); is {
				described := v.pydantic.describe(fieldError{&p, wrong, ""})
				told := strings.Contains(described, fmt.Sprintf(`"type":"%s"`, failure["error"]))
				check.Equal(t, fmt.Sprintf("%v", line), wrong != noProblem && told, true)
				continue
			}
			check.Equal(t, fmt.Sprintf("%v", line), got, expanded(line[2].(string)))
			check.Equal(t, fmt.Sprintf("%v", line), wrong, noProblem)
		}
	})
}

// The recordings have what makes the releases differ.
func TestReleasesDiffer(t *testing.T) {
	older, newer := recorded(t, "testdata/0.94.1/values.txt"), recorded(t, "testdata/0.165.0/values.txt")
	differ := 0
	for i := range older {
		if slices.Compare(strs(older[i]), strs(newer[i])) != 0 {
			differ++
		}
	}
	check.Equal(t, "values that differ", differ > 100, true)
}

func strs(list []any) []string {
	var all []string
	for _, v := range list {
		all = append(all, fmt.Sprint(v))
	}
	return all
}
