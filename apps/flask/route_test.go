package flask_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/target-server/target-server/apps/flask"
	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/server/http1"
)

// The wanted answers are those that Flask gave, see testdata/record.py.
func TestRouteAsFlaskDoes(t *testing.T) {
	for file, version := range map[string]*flask.Version{"2.2.3.txt": &flask.V22, "3.1.3.txt": &flask.V31} {
		t.Run(file, func(t *testing.T) {
			app := flask.New(version, 1, flask.Article())
			f, err := os.Open(filepath.Join("testdata", file))
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			lines := bufio.NewScanner(f)
			for lines.Scan() {
				compare(t, app, lines.Bytes())
			}
			if err := lines.Err(); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// compare compares one recorded answer with ours.
func compare(t *testing.T, app *flask.App, line []byte) {
	t.Helper()
	var asked []string
	var status, body string
	var header []string
	if err := json.Unmarshal(line, &[]any{&asked, &status, &header, &body}); err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	e := &flask.Environ{Method: asked[0], Path: latin1(asked[1]), Query: latin1(asked[2]), Host: asked[3], Connection: asked[4], Upgrade: asked[5]}
	_, a, _ := app.Route(e)
	if a == nil {
		a = articleAnswer(app, e.Query)
	}
	got := a.Body
	if e.Method == "HEAD" {
		got = ""
	}
	if body == "the same" {
		got = body
	}
	ours, theirs := spell(fmt.Sprintf("%d %s", a.Status, a.Reason), fields(a), got), spell(status, header, body)
	if ours != theirs {
		t.Errorf("asked %q\nwanted %s\n   got %s\n(alone: %s)", asked, theirs, ours, check.Alone(t))
	}
}

// articleAnswer answers with its parameter, as the recorded program did.
func articleAnswer(app *flask.App, query string) *http1.Answer {
	id, found, err := app.Arg(query, "id")
	switch {
	case err != nil:
		return flask.InternalServerError()
	case !found:
		return flask.BadRequest()
	}
	return flask.Document(200, id)
}

// latin1 returns the bytes that a WSGI environment has as characters.
func latin1(s string) string {
	var b []byte
	for _, r := range s {
		b = append(b, byte(r))
	}
	return string(b)
}

func spell(status string, header []string, body string) string {
	return status + "\n" + strings.Join(header, "\n") + "\n\n" + body
}

// fields returns an answer's header lines, with the methods of Allow sorted.
func fields(a *http1.Answer) []string {
	var all []string
	for _, l := range a.Lines {
		value := l.Value
		if l.Name == "Allow" {
			methods := strings.Split(value, ", ")
			slices.Sort(methods)
			value = strings.Join(methods, ", ")
		}
		all = append(all, l.Name+": "+value)
	}
	return all
}

// A query that is not UTF-8 fails with Python's words, which the log has.
func TestArgFailsOnWhatIsNoText(t *testing.T) {
	for query, want := range map[string]string{
		"id=\xe4":             "UnicodeDecodeError: 'utf-8' codec can't decode byte 0xe4 in position 3: unexpected end of data",
		"id=\xe4x":            "UnicodeDecodeError: 'utf-8' codec can't decode byte 0xe4 in position 3: invalid continuation byte",
		"id=ä\xff":            "UnicodeDecodeError: 'utf-8' codec can't decode byte 0xff in position 5: invalid start byte",
		"id=\xe2\x82":         "UnicodeDecodeError: 'utf-8' codec can't decode bytes in position 3-4: unexpected end of data",
		"id=\xf0\x9f\x98&x=1": "UnicodeDecodeError: 'utf-8' codec can't decode bytes in position 3-5: invalid continuation byte",
	} {
		if _, _, err := flask.V31.Arg(query, "id"); err == nil || err.Error() != want {
			t.Errorf("%q: wanted %s, got %v (alone: %s)", query, want, err, check.Alone(t))
		}
	}
	if id, found, err := flask.V22.Arg("id=\xe4", "id"); id != "\ufffd" || !found || err != nil {
		t.Errorf("the older one replaces: got %q, %v, %v", id, found, err)
	}
}

// The methods in Allow have one order in a process where the set of them is filled twice, and one where it is filled once,
// because slashes were merged. Every process has its own orders.
func TestOrderOfAllow(t *testing.T) {
	orders := map[string]bool{}
	differ := false
	for seed := range uint64(50) {
		app := flask.New(&flask.V31, seed, flask.Article())
		ask := func(path string) string {
			_, a, _ := app.Route(&flask.Environ{Method: "POST", Path: path, Host: "lab"})
			return a.Line("Allow")
		}
		twice, once := ask("/static/x"), ask("/static//x")
		check.Equal(t, "again", ask("/")+ask("/static//x"), twice+once)
		orders[twice] = true
		differ = differ || twice != once
	}
	check.Equal(t, "orders", len(orders), 6)
	check.Equal(t, "filled once and twice differ", differ, true)
}
