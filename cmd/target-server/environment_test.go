//go:build linux

package main

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/target-server/target-server/config"
)

// Whatever an environment variable holds, it is accepted, or refused in one short line with exit status
// 2. 120 kB is about as much as Linux allows in one.
func TestOddEnvironment(t *testing.T) {
	values := []string{"", " ", "\x01\xff\x1b[2J", "-1", "1e400", "%(", "{}", "\n\n", strings.Repeat("9", 120_000), strings.Repeat("é", 50_000)}
	for _, o := range config.Options(nil) {
		if o.Name == "ready-file" || o.Name == "access-log-format" { // any path, and nearly any text: see accesslog.TestHostileFormats
			continue
		}
		for _, value := range values {
			got := try(t, nil, map[string]string{o.Env: value})
			short := strings.Count(got.err, "\n") == 1 && len(got.err) < 3_000
			if taken := got.code == exitFine && got.err == ""; !taken && (got.code != exitWrong || !short) {
				t.Errorf("%s=%.20q: status %d, stderr %.300q", o.Env, value, got.code, got.err)
			}
		}
	}
}

// Variables of the Go runtime may hold nonsense, except GOMEMLIMIT, which the runtime checks before the
// program begins.
func TestOddGoEnvironment(t *testing.T) {
	for _, e := range []string{"GOGC=junk", "GOMAXPROCS=-3", "GOMAXPROCS=64", "GODEBUG=x=y,,=,a", "GOTRACEBACK=zz", "HOME=", "TZ=Nowhere/Never", "XDG_RUNTIME_DIR=\xff"} {
		p := command(t, "--sleep=0s", "--workers=2", "--addr=127.0.0.1:0", "--admin-addr=127.0.0.1:0")
		p.cmd.Env = append(p.cmd.Env, e)
		p.launch()
		if text, err := p.get(t.Context(), "/?id=1"); err != nil || text != `200 "hello"` {
			t.Errorf("%s: got %q, %v", e, text, err)
		}
		p.kill()
	}
}

// A machine that has been up for years when the server starts: its monotonic clock is far advanced.
// There is no namespace for the wall clock; TestWallClockIsSet sets that in simulated time.
func TestClockFarOn(t *testing.T) {
	unshare, err := exec.LookPath("unshare")
	if err != nil {
		t.Skip("no unshare here")
	}
	enter := []string{"unshare", "--time", "--monotonic", "1000000000", "--boottime", "1000000000"}
	if text, err := exec.Command(unshare, append(enter[1:], "true")...).CombinedOutput(); err != nil {
		t.Skipf("no namespace of time to be had here: %v: %s", err, text)
	}
	for _, args := range []string{"--vintage=current --workers=2", "--stack=gunicorn-gthread --workers=2", "--stack=tomcat"} {
		p := command(t, append(strings.Fields(args), "--sleep=10ms", "--addr=127.0.0.1:0", "--admin-addr=127.0.0.1:0")...)
		p.cmd.Path, p.cmd.Args = unshare, append(enter, p.cmd.Args...)
		p.launch()
		if text, err := p.get(t.Context(), "/?id=1"); err != nil || !strings.HasPrefix(text, "200 ") {
			t.Errorf("%s: got %q, %v", args, text, err)
		}
		p.kill()
	}
}
