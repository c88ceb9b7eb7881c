//go:build unix

package main

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/target-server/target-server/internal/check"
)

// Where there is no terminal, lines are printed; the address may be given as the server was given it, or as the ready file
// has it.
func TestWatch(t *testing.T) {
	t.Parallel()
	p := start(t, "--limit=3", "--admin-token=hush", "--log-format=off", "--workers=2")
	addr := strings.TrimPrefix(p.admin, "http://")
	_, port, _ := strings.Cut(addr, ":")
	want := regexp.MustCompile(`^\d\d:\d\d:\d\d  running 0 waiting 0 limit 6 held 0 zombies 0  finished –/s p50 – p95 –\n$`)
	for _, tt := range []struct {
		env  map[string]string
		args string
	}{
		{nil, p.admin + " --admin-token=hush"},
		{nil, "--admin-token hush " + p.admin + "/"},
		{nil, addr + " --admin-token=hush --for 1h --plain"},
		{map[string]string{"TARGET_SERVER_ADMIN_TOKEN": "hush"}, ":" + port},
		{map[string]string{"TARGET_SERVER_ADMIN_TOKEN": "hush", "TARGET_SERVER_ADMIN_ADDR": addr}, "--plain"},
	} {
		got := try(t, nil, tt.env, strings.Fields("watch --frames=1 "+tt.args)...)
		if got.code != 0 || got.err != "" || !want.MatchString(got.out) {
			t.Errorf("watch %s: code %d, stderr %q, stdout %q; want a line like %v", tt.args, got.code, got.err, got.out, want)
		}
	}
}

// Each is one line that says what to do.
func TestWatchOfWrongInput(t *testing.T) {
	t.Parallel()
	other := httptest.NewServer(http.NotFoundHandler())
	defer other.Close()
	page := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { _, _ = rw.Write([]byte("<html>")) }))
	defer page.Close()
	guarded := start(t, "--admin-token=hush", "--log-format=off")
	const noURL = " is not the URL of an admin address; accepted: http://HOST:PORT or HOST:PORT, as in: target-server watch localhost:9090"
	for _, tt := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"9090"}, 2, `watch: "9090"` + noURL},
		{[]string{"localhost"}, 2, `watch: "localhost"` + noURL},
		{[]string{":0"}, 2, `watch: ":0"` + noURL},
		{[]string{"localhost:99999"}, 2, `watch: "localhost:99999"` + noURL},
		{[]string{"https://localhost:9090"}, 2, `watch: "https://localhost:9090"` + noURL},
		{[]string{"http://localhost:9090/live"}, 2, `watch: "http://localhost:9090/live"` + noURL},
		{[]string{"http://u:p@localhost:9090"}, 2, `watch: "http://u:p@localhost:9090"` + noURL},
		{[]string{"http://localhost:9090?x=1"}, 2, `watch: "http://localhost:9090?x=1"` + noURL},
		{[]string{""}, 2, `watch: ""` + noURL},
		{[]string{"a:1", "b:2"}, 2, `watch: 2 URLs are given ("a:1", "b:2" …); accepted: one`},
		{[]string{"--what"}, 2, "flag --what: is unknown to watch; accepted: --admin-token, "},
		{[]string{"--for=0"}, 2, "flag --for: 0s is too short; accepted: a duration above 0, such as 10s"},
		{[]string{"--for=soon"}, 2, `flag --for: "soon" is not a duration; accepted: a duration such as `},
		{[]string{"--frames=0"}, 2, "flag --frames: 0 is out of range; accepted: 1 or more"},
		{[]string{"--frames=x"}, 2, `flag --frames: "x" is not a number; accepted: a whole number`},
		{[]string{"--plain=x"}, 2, `flag --plain: "x" is neither true nor false`},
		{[]string{"--admin-token-file=/none"}, 2, `flag --admin-token-file: "/none" `},
		{[]string{"127.0.0.1:1"}, 1, "watch of http://127.0.0.1:1: connection refused; start the target with --admin-addr 127.0.0.1:1"},
		{[]string{other.URL}, 1, "watch of " + other.URL + ": this is not the admin address of a target-server: GET /live got 404"},
		{[]string{page.URL}, 1, "watch of " + page.URL + ": this is not the admin address of a target-server: GET /live got 200"},
		{[]string{"http://" + guarded.addr}, 1, ": this is not the admin address of a target-server: GET /live got 404"},
		{[]string{guarded.admin}, 1, ": it asks for a token; accepted: --admin-token TOKEN, "},
		{[]string{guarded.admin, "--admin-token=guess"}, 1, ": it does not accept this token; accepted: "},
	} {
		got := try(t, nil, nil, append([]string{"watch"}, tt.args...)...)
		if got.code != tt.code || !strings.Contains(got.err, tt.want) || strings.Count(got.err, "\n") != 1 || got.out != "" {
			t.Errorf("watch %q: code %d, stdout %q, stderr %q; want %d and one line with %q", tt.args, got.code, got.out, got.err, tt.code, tt.want)
		}
	}
	got := try(t, nil, nil, "watch", "--help")
	check.Equal(t, "help", got.out, watchHelp)
}
