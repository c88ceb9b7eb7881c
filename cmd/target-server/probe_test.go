package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestProbe(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	picture := filepath.Join(t.TempDir(), "probe.svg")
	got := try(t, nil, nil, "probe", server.URL, "--json", "--svg", picture, "--most=8", "--time=2s")
	var findings struct {
		URL, Verdict string
		Status       int
		Burst        []any `json:"largest_burst"`
	}
	if err := json.Unmarshal([]byte(got.out), &findings); err != nil || got.code != 0 {
		t.Fatalf("code %d, %v: stdout %q, stderr %q", got.code, err, got.out, got.err)
	}
	if findings.URL != server.URL || findings.Status != 404 || findings.Verdict == "" || len(findings.Burst) == 0 || len(findings.Burst) > 8 { // a busy machine leaves out the larger bursts
		t.Errorf("got %+v", findings)
	}
	if !strings.Contains(got.err, "one request alone") {
		t.Errorf("no progress on stderr: %q", got.err)
	}
	if svg, err := os.ReadFile(picture); err != nil || !strings.HasPrefix(string(svg), "<svg") {
		t.Errorf("the picture: %v, %.40q", err, svg)
	}
}

func TestProbeWithoutAServer(t *testing.T) {
	got := try(t, nil, nil, "probe", "http://127.0.0.1:1/")
	if got.code != 1 || !strings.Contains(got.err, "target-server: probe: no server listens on 127.0.0.1:1: connection refused\n") || got.out != "" {
		t.Errorf("code %d, stdout %q, stderr %q; want 1 and the reason", got.code, got.out, got.err)
	}
}

// The check whether --svg can be written leaves no file if there is no picture in the end, and keeps one that is there.
func TestProbeTouchesNoFileInVain(t *testing.T) {
	missing, kept := filepath.Join(t.TempDir(), "probe.svg"), filepath.Join(t.TempDir(), "old.svg")
	if err := os.WriteFile(kept, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{missing, kept} {
		if got := try(t, nil, nil, "probe", "http://127.0.0.1:1/", "--svg", path); got.code != 1 {
			t.Errorf("code %d, stderr %q; want 1", got.code, got.err)
		}
	}
	if _, err := os.Stat(missing); err == nil {
		t.Error("it leaves an empty picture")
	}
	if text, err := os.ReadFile(kept); string(text) != "old" {
		t.Errorf("the picture that was there: %q, %v", text, err)
	}
}

// A server that cannot be probed has a verdict and a fault, and the exit code says so.
func TestProbeOfAHostileServer(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		defer conn.Close()
		_, _ = conn.Write([]byte("\x1b[2J\x00HTTP/1.1 200 OK\r\n\r\n"))
	}))
	defer server.Close()
	const want = `sends something that is not HTTP/1: "\x1b[2J\x00HTTP/1.1 200 OK\r"`
	got := try(t, nil, nil, "probe", server.URL, "--json")
	var findings struct {
		Verdict string
		Fault   struct{ Kind, What, During string }
	}
	if err := json.Unmarshal([]byte(got.out), &findings); err != nil || got.code != 1 {
		t.Fatalf("code %d, %v: stdout %q, stderr %q", got.code, err, got.out, got.err)
	}
	if findings.Verdict != want || findings.Fault.What != want || findings.Fault.Kind != "malformed" {
		t.Errorf("got %+v, want %s", findings, want)
	}
	if text := try(t, nil, nil, "probe", server.URL); text.code != 1 || !strings.HasPrefix(text.out, server.URL+" "+want+"\n") ||
		!strings.Contains(text.err, "target-server: probe: the server "+want) {
		t.Errorf("code %d, stdout %q, stderr %q", text.code, text.out, text.err)
	}
}

func TestProbeOfWrongInput(t *testing.T) {
	none := filepath.Join(t.TempDir(), "none") // a folder that is not there
	for _, tt := range []struct {
		args []string
		want string
	}{
		{nil, "probe: no URL is given; accepted: one, as in: target-server probe 'http://127.0.0.1:8080/?id={n}'"},
		{[]string{"http://127.0.0.1/", "more"}, `probe: 2 URLs are given ("http://127.0.0.1/", "more" …); accepted: one`},
		{[]string{"127.0.0.1:8080"}, `URL "127.0.0.1:8080": does not begin with http://; accepted: http://HOST:PORT/PATH`},
		{[]string{"https://127.0.0.1/"}, `URL "https://127.0.0.1/": does not begin with http://`},
		{[]string{"http://127.0.0.1/", "--svg=" + filepath.Join(none, "probe.svg")}, "flag --svg: "},
		{[]string{"http://127.0.0.1/", "--svg=" + filepath.Join(none, "probe.svg")}, "cannot be written (no such file or directory); accepted: a file in a folder that exists"},
		{[]string{"http://127.0.0.1/", "--svg", t.TempDir()}, "cannot be written (is a directory)"},
		{[]string{"http://127.0.0.1/", "--svg"}, "flag --svg: a value is missing"},
		{[]string{"http://127.0.0.1/", "--most=many"}, `flag --most: "many" is not a number; accepted: a whole number`},
		{[]string{"http://127.0.0.1/", "--time=long"}, `flag --time: "long" is no`},
		{[]string{"ftp://127.0.0.1/"}, "accepted: http://HOST:PORT/PATH"},
		{[]string{"http://192.0.2.1/"}, "--allow-remote"},
		{[]string{"http://127.0.0.1/", "--most=0"}, "flag --most: 0 is out of range; accepted: 1 to 10000"},
		{[]string{"--time=0s", "http://127.0.0.1/"}, "flag --time: 0s is out of range"},
		{[]string{"--what", "http://127.0.0.1/"}, "accepted: --most, --time, --json, --svg, --allow-remote"},
	} {
		got := try(t, nil, nil, append([]string{"probe"}, tt.args...)...)
		if got.code != 2 || !strings.Contains(got.err, tt.want) || strings.Count(got.err, "\n") != 1 {
			t.Errorf("probe %v: code %d, stderr %q; want 2 and one line with %q", tt.args, got.code, got.err, tt.want)
		}
	}
	if got := try(t, nil, nil, "probe", "--help"); got.code != 0 || got.out != probeHelp {
		t.Errorf("help: code %d, %q", got.code, got.out)
	}
}
