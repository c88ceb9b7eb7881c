package main

import (
	"bytes"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// rowsOf is a log of n requests that a single thread runs.
func rowsOf(n int) string {
	var b strings.Builder
	b.WriteString(`{"level":"info","time":"2026-11-30T12:00:00.000000Z","worker":7,"message":"Application startup complete."}` + "\n")
	for i := range n {
		fmt.Fprintf(&b, `{"arrival":"2026-11-30T12:00:%02dZ","start":"2026-11-30T12:00:%02dZ","end":"2026-11-30T12:00:%02dZ",`+
			`"worker":7,"thread_number":1,"outcome":"answered","status":200,"id":"%d"}`+"\n", i, 2*i, 2*i+2, i+1)
	}
	return b.String()
}

// folder makes a folder with files.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// files lists what is in a folder.
func files(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return strings.Join(names, " ")
}

func TestPlot(t *testing.T) {
	dir := folder(t, map[string]string{"a.ndjson": rowsOf(3), "b.ndjson": rowsOf(5)})
	a, b := filepath.Join(dir, "a.ndjson"), filepath.Join(dir, "b.ndjson")
	for _, tt := range []struct {
		args []string
		out  string
		want []string // in the SVG
	}{
		{[]string{a}, "a.svg", []string{"<title>The requests of a run<", ">a.ndjson<", "3 requests in 6.00 s", ">Threads<"}},
		{[]string{a, b}, "b.svg", []string{"<title>The requests of 2 runs<", ">a.ndjson<", ">b.ndjson<"}},
		{[]string{"--title=Two & three", a, "--panels=latency, starts"}, "c.SVG", []string{"<title>Two &amp; three<", ">Latency by arrival<"}},
		{[]string{a}, "a.png", nil},
		{[]string{a, "--theme=dark"}, "b.png", nil},
	} {
		out := filepath.Join(dir, tt.out)
		got := try(t, nil, nil, append([]string{"plot", "--out=" + out}, tt.args...)...)
		if got.code != 0 || got.out != "" || got.err != "" {
			t.Errorf("%v: status %d, stdout %q, stderr %q", tt.args, got.code, got.out, got.err)
		}
		data, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range tt.want {
			if !strings.Contains(string(data), want) {
				t.Errorf("%v: %q is not in %s", tt.args, want, data)
			}
		}
		if strings.HasSuffix(tt.out, "png") {
			if picture, err := png.Decode(bytes.NewReader(data)); err != nil || picture.Bounds().Dx() != 1800 {
				t.Errorf("%v: %v", tt.args, err)
			}
		}
	}
	if got, want := files(t, dir), "a.ndjson a.png a.svg b.ndjson b.png b.svg c.SVG"; got != want {
		t.Errorf("the folder has %s, want %s", got, want)
	}
}

// A dash is standard input; two files of the same name are told apart by their folders.
func TestPlotNames(t *testing.T) {
	dir := folder(t, map[string]string{"run.ndjson": rowsOf(2)})
	other := folder(t, map[string]string{"run.ndjson": rowsOf(3)})
	out := filepath.Join(dir, "run.svg")
	var errs bytes.Buffer
	code := program{}.run(t.Context(), []string{"plot", "-", "--out", out, filepath.Join(dir, "run.ndjson"), filepath.Join(other, "run.ndjson")},
		os.LookupEnv, strings.NewReader(rowsOf(4)), nil, &errs)
	svg, err := os.ReadFile(out)
	if code != 0 || errs.Len() > 0 || err != nil {
		t.Fatalf("status %d, stderr %q, %v", code, &errs, err)
	}
	for _, want := range []string{"<desc>standard input: 4 requests", dir + "/run.ndjson: 2 requests", other + "/run.ndjson: 3 requests"} {
		if !strings.Contains(string(svg), want) {
			t.Errorf("%q is not in %.600s", want, svg)
		}
	}
}

// What was there stays until the new picture is complete, and a link stays a link.
func TestPlotReplaces(t *testing.T) {
	dir := folder(t, map[string]string{"a.ndjson": rowsOf(3), "old.svg": "old", "empty.ndjson": ""})
	link := filepath.Join(dir, "link.svg")
	if err := os.Symlink("old.svg", link); err != nil {
		t.Skip(err)
	}
	content := func() string {
		data, _ := os.ReadFile(filepath.Join(dir, "old.svg"))
		return string(data)
	}
	if got := try(t, nil, nil, "plot", filepath.Join(dir, "empty.ndjson"), "--out", link); got.code != 2 || content() != "old" {
		t.Errorf("after %q the file has %.100q", got.err, content())
	}
	if got := try(t, nil, nil, "plot", filepath.Join(dir, "a.ndjson"), "--out", link); got.code != 0 || !strings.HasPrefix(content(), "<svg") {
		t.Errorf("status %d, %q, and the file has %.100q", got.code, got.err, content())
	}
	if got, want := files(t, dir), "a.ndjson empty.ndjson link.svg old.svg"; got != want {
		t.Errorf("the folder has %s, want %s", got, want)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is none any more: %v, %v", info, err)
	}
}

// A killed server leaves a line that is cut off: the rest is drawn, and one line says so.
func TestPlotOfAKilledServer(t *testing.T) {
	whole := rowsOf(3)
	dir := folder(t, map[string]string{"a.ndjson": whole[:len(whole)-20]})
	path, out := filepath.Join(dir, "a.ndjson"), filepath.Join(dir, "a.svg")
	got := try(t, nil, nil, "plot", path, "--out", out)
	if want := fmt.Sprintf("target-server: warning: file %q: the file ends in the middle of a row, which is left out\n", path); got.code != 0 || got.err != want {
		t.Errorf("status %d, stderr %q, want %q", got.code, got.err, want)
	}
	if svg, err := os.ReadFile(out); err != nil || !strings.Contains(string(svg), "2 requests in ") {
		t.Errorf("%v, %s", err, svg)
	}
}

// Each is one line that says what to do, and writes nothing.
func TestPlotOfWrongInput(t *testing.T) {
	dir := folder(t, map[string]string{
		"a.ndjson": rowsOf(3), "empty.ndjson": "", "native.log": "INFO:     Started server process [1]\n", "wrong.csv": "arrival,begin\n1,2\n",
		"unended.ndjson": `{"arrival":"2026-11-30T12:00:00Z","outcome":"waiting"}` + "\n",
	})
	if err := os.Mkdir(filepath.Join(dir, "folder.svg"), 0o700); err != nil {
		t.Fatal(err)
	}
	const out = "accepted: a file whose name ends in .svg or .png"
	for _, tt := range []struct{ args, want string }{
		{"", "plot: no file is given; accepted: one or more, as in: target-server plot run.ndjson --out run.svg"},
		{"--out=DIR/x.svg", "plot: no file is given; "},
		{"DIR/a.ndjson", "flag --out: is missing; " + out + ", as in --out run.svg"},
		{"DIR/a.ndjson --out=", "flag --out: is missing; "},
		{"DIR/a.ndjson --out", "flag --out: a value is missing"},
		{"DIR/a.ndjson --out=DIR/x.jpg", `flag --out: "DIR/x.jpg" is neither an SVG nor a PNG; ` + out},
		{"DIR/a.ndjson --out=-", `flag --out: "-" is neither an SVG nor a PNG; ` + out},
		{"DIR/a.ndjson --out=DIR/folder.svg", `flag --out: "DIR/folder.svg" is a folder; ` + out},
		{"DIR/a.ndjson --out=DIR/none/x.svg", `flag --out: "DIR/none/x.svg" cannot be written (no such file or directory); accepted: a file in a folder that exists`},
		{"DIR/a.ndjson --out=DIR/a.ndjson/x.svg", `flag --out: "DIR/a.ndjson/x.svg" cannot be written (not a directory); `},
		{"DIR/a.ndjson --out=DIR/x.svg --panels=starts,ends", `flag --panels: "ends" is unknown; accepted: starts,finishes,running,latency,threads`},
		{"DIR/a.ndjson --out=DIR/x.svg --panels=,", `flag --panels: "" is unknown; accepted: `},
		{"DIR/a.ndjson --out=DIR/x.svg --panels=", `flag --panels: "" is unknown; accepted: `},
		{"DIR/a.ndjson --out=DIR/x.png --theme=blue", `flag --theme: "blue" is unknown; accepted: light, dark`},
		{"DIR/a.ndjson --out=DIR/x.svg --theme=dark", `flag --theme: "dark" is for a .png; an SVG has both themes, and the reader's system chooses`},
		{"DIR/a.ndjson --out=DIR/x.svg --size=3", "flag --size: is unknown to plot; accepted: --out, --panels, --title, --theme"},
		{"DIR/none.ndjson --out=DIR/x.svg", `file "DIR/none.ndjson": cannot be opened (no such file or directory); accepted: a readable file`},
		{"DIR --out=DIR/x.svg", `file "DIR": is a folder; accepted: a readable file`},
		{"DIR/empty.ndjson --out=DIR/x.svg", `file "DIR/empty.ndjson": is empty; accepted: the rows of --log-format json, or a file of --trace`},
		{"DIR/a.ndjson DIR/native.log --out=DIR/x.svg", `file "DIR/native.log": has the native log, which lacks the times of arrivals; run the server with --log-format json`},
		{"DIR/wrong.csv --out=DIR/x.svg", `file "DIR/wrong.csv": line 1 has no column end; accepted: a head with arrival, start and end, as --trace writes it`},
		{"DIR/unended.ndjson --out=DIR/x.svg", `file "DIR/unended.ndjson": has no request that has ended; `},
		{"- --out=DIR/x.svg", "standard input: is empty; accepted: "},
		{"- - --out=DIR/x.svg", "plot: standard input (-) is given twice; give it once"},
		{"a b c d e --out=DIR/x.svg", "plot: 5 files are given; accepted: 1 to 4"},
	} {
		got := try(t, nil, nil, append([]string{"plot"}, strings.Fields(strings.ReplaceAll(tt.args, "DIR", dir))...)...)
		if want := "target-server: " + strings.ReplaceAll(tt.want, "DIR", dir); got.code != 2 || got.out != "" || !strings.HasPrefix(got.err, want) || strings.Count(got.err, "\n") != 1 {
			t.Errorf("plot %s: status %d, stdout %q, stderr %q; want 2 and %q", tt.args, got.code, got.out, got.err, want)
		}
	}
	if got, want := files(t, dir), "a.ndjson empty.ndjson folder.svg native.log unended.ndjson wrong.csv"; got != want {
		t.Errorf("the folder has %s, want %s", got, want)
	}
}
