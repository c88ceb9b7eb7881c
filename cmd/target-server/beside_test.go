//go:build unix

package main

import (
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"testing"
)

// A load of two or more requests at a time, as each of these servers meets it.
func TestBeside(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("curl is not installed")
	}
	for _, tt := range []struct {
		name, load string
		flags      []string
		want       string
	}{
		{"a blocked loop", "for i in 1 2 3 4 5 6 7 8; do curl -s $0 & done; wait", []string{"--mode=async-misuse", "--sleep=100ms"}, "the target is the limit: its loop is blocked, and even a 404 takes "},
		{"a queue", "for i in $(seq 20); do curl -s $0 & done; wait", []string{"--limit=1", "--sleep=100ms"}, "the target is the limit: all its threads are in use and requests are queued"},
		{"a full queue", "for i in 1 2 3 4 5 6 7 8; do curl -s $0 & done; wait", []string{"--limit=1", "--queue=2", "--sleep=1s"}, "it refused 5 of 8 requests with 503"},
		{"one client", "for i in 1 2 3 4; do curl -s $0; done", []string{"--sleep=100ms"}, "the target is not the limit: "},
		{"another server's client", "true", nil, "no request reached the target's program, which listens on http://127.0.0.1:"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := start(t, append(tt.flags, "--log-format=off")...)
			got := try(t, nil, map[string]string{"TARGET_SERVER_ADMIN_ADDR": strings.TrimPrefix(p.admin, "http://")},
				"beside", "--every=7ms", "--", "sh", "-c", tt.load, "http://"+p.addr+"/?id=1")
			if strings.Contains(got.out, "no core is idle") && strings.HasPrefix(tt.want, "the target is not the limit") {
				t.Skipf("other processes use every core, so the target is slow:\n%s", got.out)
			}
			if got.code != 0 || got.err != "" || !strings.Contains(got.out, tt.want) {
				t.Errorf("code %d, stderr %q, stdout:\n%s\nwant %q", got.code, got.err, got.out, tt.want)
			}
		})
	}
}

// The admin address may be given as the server was given it, or as the ready file has it.
func TestBesideAdminAddress(t *testing.T) {
	t.Parallel()
	p := start(t, "--log-format=off", "--workers=2")
	_, port, _ := strings.Cut(strings.TrimPrefix(p.admin, "http://"), ":")
	for _, args := range [][]string{{"--admin-addr", p.admin}, {"-admin", p.admin + "/"}, {"--admin=127.0.0.1:" + port}, {"--admin-addr=:" + port}, {"--admin-addr", "localhost:" + port}} {
		got := try(t, nil, nil, append(append([]string{"beside"}, args...), "--", "sh", "-c", "exit 7")...)
		if got.code != 7 || got.err != "" || !strings.Contains(got.out, "no request reached the target's program") {
			t.Errorf("%v: code %d, stdout %q, stderr %q; want the generator's status and a verdict", args, got.code, got.out, got.err)
		}
	}
}

// Each is one line that says what to do.
func TestBesideOfWrongInput(t *testing.T) {
	t.Parallel()
	other := httptest.NewServer(http.NotFoundHandler())
	defer other.Close()
	guarded := command(t, "--addr=127.0.0.1:0", "--admin-addr=127.0.0.1:0", "--admin-token=hush", "--log-format=off")
	guarded.launch()
	for _, tt := range []struct {
		args []string
		code int
		want string
	}{
		{nil, 2, "beside: no load generator is given; put its command after --, as in: target-server beside -- wrk"},
		{[]string{"--"}, 2, "no load generator is given"},
		{[]string{"wrk", "-c80"}, 2, `argument "wrk": is unexpected; put the load generator's command after --`},
		{[]string{"--", "no-such-generator"}, 2, `command "no-such-generator": cannot be run: executable file not found in $PATH`},
		{[]string{"--what", "--", "true"}, 2, "flag --what: is unknown to beside; accepted: --admin-addr, "},
		{[]string{"--every=0", "--", "true"}, 2, "flag --every: 0s is out of range; accepted: 1ms to 1m"},
		{[]string{"--every=often", "--", "true"}, 2, `flag --every: "often" is no`},
		{[]string{"--wait=2h", "--", "true"}, 2, "flag --wait: 2h0m0s is out of range; accepted: 0s to 1h"},
		{[]string{"--url=127.0.0.1:8080", "--", "true"}, 2, `flag --url: "127.0.0.1:8080" is not the URL of a target; accepted: http://HOST:PORT`},
		{[]string{"--admin-addr=9090", "--", "true"}, 2, `flag --admin-addr: "9090" is no`},
		{[]string{"--admin-addr=:0", "--", "true"}, 2, `flag --admin-addr: ":0" has no port to connect to`},
		{[]string{"--admin-token-file=/none", "--", "true"}, 2, `flag --admin-token-file: "/none" `},
		{[]string{"--admin-addr=127.0.0.1:1", "--wait=0", "--", "true"}, 1, "connection refused; start the target with --admin-addr 127.0.0.1:1"},
		{[]string{"--admin-addr", other.URL, "--", "true"}, 1, "this is not the admin address of a target-server"},
		{[]string{"--admin-addr", guarded.admin, "--", "true"}, 1, "it asks for a token; accepted: --admin-token TOKEN"},
		{[]string{"--admin-addr", guarded.admin, "--admin-token=x", "--", "true"}, 1, "it does not accept this token"},
		{[]string{"--admin-addr", guarded.admin, "--admin-token=hush", "--url=http://127.0.0.1:1", "--wait=0", "--", "true"}, 1, "no answer from http://127.0.0.1:1: connection refused"},
	} {
		got := try(t, nil, nil, append([]string{"beside"}, tt.args...)...)
		if got.code != tt.code || !strings.Contains(got.err, tt.want) || strings.Count(got.err, "\n") != 1 || got.out != "" {
			t.Errorf("beside %v: code %d, stdout %q, stderr %q; want %d and one line with %q", tt.args, got.code, got.out, got.err, tt.code, tt.want)
		}
	}
	if got := try(t, nil, nil, "beside", "--help"); got.code != 0 || got.out != besideHelp {
		t.Errorf("help: code %d, %q", got.code, got.out)
	}
}
