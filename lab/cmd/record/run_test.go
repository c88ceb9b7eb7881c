package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// fake is a recorder whose commands only note that they were run.
type fake struct {
	recorder
	said bytes.Buffer
	ran  []string
	fail map[string]bool // parts that fail
	find map[string]bool // parts that fail after they have written what they keep
}

func newFake(t *testing.T, dir string, args ...string) *fake {
	t.Helper()
	f := &fake{fail: map[string]bool{}, find: map[string]bool{}}
	o, err := parse(append([]string{"--results", dir}, args...), &f.said)
	if err != nil {
		t.Fatal(err)
	}
	f.recorder = recorder{options: o, out: &f.said, perform: f.run}
	return f
}

func (f *fake) run(_ context.Context, command []string, output io.Writer) error {
	if command[0] == "go" {
		return nil
	}
	for _, p := range f.parts() {
		if !slices.Equal(p.command, command) {
			continue
		}
		f.ran = append(f.ran, p.name)
		if f.find[p.name] {
			if err := os.WriteFile(p.keeps, []byte("{}"), 0o644); err != nil {
				return err
			}
		}
		_, _ = io.WriteString(output, "output of "+p.name+"\n")
	}
	if last := f.ran[len(f.ran)-1]; f.fail[last] || f.find[last] {
		return errors.New("exit status 1")
	}
	return nil
}

func (f *fake) names() (all []string) {
	for _, p := range f.parts() {
		all = append(all, p.name)
	}
	return all
}

func (f *fake) expect(t *testing.T, want ...string) {
	t.Helper()
	if !slices.Equal(f.ran, want) {
		t.Errorf("ran %q, want %q", f.ran, want)
	}
}

func TestRecord(t *testing.T) {
	dir := t.TempDir()
	first := newFake(t, dir)
	every := first.names()
	first.fail["live-flask"] = true
	if err := first.all(t.Context()); err == nil || !strings.Contains(err.Error(), "live-flask: exit status 1 (see "+filepath.Join(dir, "record-live-flask.log")) {
		t.Errorf("a part fails: %v", err)
	}
	at := slices.Index(every, "live-flask")
	first.expect(t, every[:at+1]...)
	if !strings.Contains(first.said.String(), "output of live-uvicorn") {
		t.Errorf("the output of a part is not shown: %s", &first.said)
	}
	if log, err := os.ReadFile(filepath.Join(dir, "record-live-uvicorn.log")); err != nil || string(log) != "output of live-uvicorn\n" {
		t.Errorf("the output of a part is kept as %q, %v", log, err)
	}

	second := newFake(t, dir) // goes on with what failed; what was found is no failure
	second.find["live-flask"] = true
	if err := second.all(t.Context()); err != nil {
		t.Error(err)
	}
	second.expect(t, every[at:]...)
	if !strings.Contains(second.said.String(), "found something: see the page") {
		t.Errorf("nothing says that a part found something: %s", &second.said)
	}

	third := newFake(t, dir, "--only", "bench,live-node") // and the pages of what is played again
	if err := third.all(t.Context()); err != nil {
		t.Error(err)
	}
	third.expect(t, "live-node", "fidelity", "bench")

	fourth := newFake(t, dir) // everything is done: a new record
	if err := fourth.all(t.Context()); err != nil {
		t.Error(err)
	}
	fourth.expect(t, every...)
}

func TestAgain(t *testing.T) {
	dir := t.TempDir()
	first := newFake(t, dir)
	every := first.names()
	first.fail["article"] = true
	if err := first.all(t.Context()); err == nil {
		t.Error("a part failed, and the record did not")
	}
	again := newFake(t, dir, "--again")
	if err := again.all(t.Context()); err != nil {
		t.Error(err)
	}
	again.expect(t, every...)
}

// The fidelity pages are not written while something that they show was never played.
func TestOnlyOneStack(t *testing.T) {
	f := newFake(t, t.TempDir(), "--only", "live-flask")
	if err := f.all(t.Context()); err != nil {
		t.Error(err)
	}
	f.expect(t, "live-flask")
	live := newFake(t, t.TempDir(), "--only", "live,variants")
	if err := live.all(t.Context()); err != nil {
		t.Error(err)
	}
	if n := len(live.ran); n < 10 || live.ran[n-1] != "fidelity" || live.ran[0] != "live-uvicorn" {
		t.Errorf("ran %q", live.ran)
	}
}

func TestList(t *testing.T) {
	f := newFake(t, t.TempDir(), "--list")
	if err := f.all(t.Context()); err != nil || len(f.ran) > 0 {
		t.Errorf("ran %q, %v", f.ran, err)
	}
	if n := strings.Count(f.said.String(), "\n"); n != len(f.names()) {
		t.Errorf("%d lines for %d parts:\n%s", n, len(f.names()), &f.said)
	}
}

func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	dir := t.TempDir()
	f := newFake(t, dir)
	inner := f.perform
	f.perform = func(ctx context.Context, command []string, output io.Writer) error {
		err := inner(ctx, command, output)
		if len(f.ran) == 2 {
			cancel()
		}
		return err
	}
	if err := f.all(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	next := newFake(t, dir)
	if err := next.all(t.Context()); err != nil {
		t.Error(err)
	}
	next.expect(t, f.names()[1:]...)
}

func TestWrongCommandLines(t *testing.T) {
	for _, test := range []struct{ args, want string }{
		{"more", `unexpected argument "more"`},
		{"--only=live-apache", `--only names "live-apache"; it may name live, live-uvicorn, `},
		{"--what", "flag provided but not defined"},
	} {
		var stderr bytes.Buffer
		if code := run(t.Context(), []string{test.args}, io.Discard, &stderr); code != exitUsage || !strings.Contains(stderr.String(), test.want) {
			t.Errorf("%s: exit %d, said %q; want %d, %q", test.args, code, &stderr, exitUsage, test.want)
		}
	}
}
