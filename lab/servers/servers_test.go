package servers

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/lab/driver"
)

func full() Config {
	return Config{
		Vintage: VintageCurrent, Mode: "cooperative", Loop: "asyncio", HTTP: "h11", Sleep: 1500 * time.Millisecond, Limit: 4, Workers: 2,
		LimitConcurrency: 5, LimitMaxRequests: 6, Backlog: 7, KeepAlive: 2 * time.Second, GracefulTimeout: 3 * time.Second,
	}
}

func TestCommands(t *testing.T) {
	genuine := Real{Dir: "/env"}.Command(full(), 18000)
	wantArgs := "/env/current/bin/python -m uvicorn app:app --host 127.0.0.1 --port 18000 --loop asyncio --http h11 --workers 2" +
		" --limit-concurrency 5 --limit-max-requests 6 --backlog 7 --timeout-keep-alive 2 --timeout-graceful-shutdown 3"
	if got := strings.Join(genuine.Args, " "); got != wantArgs {
		t.Errorf("real: got %s, want %s", got, wantArgs)
	}
	if got, want := strings.Join(genuine.Env, " "), "APP_MODE=cooperative APP_SLEEP=1.5 APP_LIMIT=4"; got != want {
		t.Errorf("real: got %s, want %s", got, want)
	}
	ours := Ours{Binary: "/bin/ts"}.Command(full(), 18000)
	wantArgs = "/bin/ts --addr 127.0.0.1:18000 --vintage current --mode cooperative --sleep 1.5s --loop asyncio --http h11" +
		" --workers 2 --limit-concurrency 5 --limit-max-requests 6 --backlog 7 --keep-alive 2s --graceful-timeout 3s"
	if got := strings.Join(ours.Args, " "); got != wantArgs {
		t.Errorf("ours: got %s, want %s", got, wantArgs)
	}
}

func TestCommandsOfTheOtherStacks(t *testing.T) {
	tests := map[string]string{
		"hypercorn":        "-m hypercorn app:app --worker-class asyncio --access-logfile - --bind 127.0.0.1:18000 --workers 2 --backlog 7",
		"hypercorn-trio":   "-m hypercorn app:app --worker-class trio --access-logfile - --bind 127.0.0.1:18000 --workers 2 --backlog 7",
		"gunicorn-uvicorn": "-m gunicorn app:app --worker-class uvicorn_worker.UvicornWorker --access-logfile - --bind 127.0.0.1:18000 --control-socket gunicorn-18000.ctl --workers 2 --backlog 7",
		"gunicorn-sync":    "-m gunicorn flask_app:app --worker-class sync --access-logfile - --bind 127.0.0.1:18000 --control-socket gunicorn-18000.ctl --workers 2 --backlog 7 --timeout 9",
		"gunicorn-gthread": "-m gunicorn flask_app:app --worker-class gthread --access-logfile - --bind 127.0.0.1:18000 --threads 4 --control-socket gunicorn-18000.ctl --workers 2 --backlog 7",
		"flask-single":     "flask_app.py",
		"tomcat":           "-Xshare:auto -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx256m -Xss256k -cp .:* App",
	}
	for stack, want := range tests {
		cfg := Config{Stack: stack, Vintage: VintageCurrent, Mode: "threadpool", Limit: 4, Workers: 2, Backlog: 7}
		if stack == "gunicorn-sync" {
			cfg.Timeout = 9 * time.Second
		}
		command := Real{Dir: "/env"}.Command(cfg, 18000)
		if got := strings.Join(command.Args[1:], " "); got != want {
			t.Errorf("%s:\n got %s\nwant %s", stack, got, want)
		}
	}
	if env := strings.Join(Real{}.Command(Config{Stack: "flask-single", NumbersThreads: true}, 18000).Env, " "); !strings.Contains(env, "APP_PORT=18000 APP_THREADED=0") || !strings.Contains(env, "APP_IDENT=native") {
		t.Errorf("environment: %s", env)
	}
	cfg := Config{Stack: "tomcat", Vintage: VintageCurrent, Sleep: time.Second, Limit: 4, Backlog: 7, KeepAlive: 2 * time.Second}
	if env, want := strings.Join(Real{}.Command(cfg, 18000).Env, " "), "APP_PORT=18000 APP_SLEEP=1 APP_LIMIT=4 APP_BACKLOG=7 APP_KEEP_ALIVE=2000"; env != want {
		t.Errorf("environment:\n got %s\nwant %s", env, want)
	}
}

func TestPinsAreWhole(t *testing.T) {
	for _, vintage := range Vintages() {
		data, err := pinned.ReadFile(vintage + ".txt")
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(data)) {
			if !strings.HasPrefix(line, "#") && (!strings.Contains(line, "==") || !strings.Contains(line, " --hash=sha256:")) {
				t.Errorf("%s: %q is not pinned by version and hash", vintage, line)
			}
			if strings.Contains(line, "://") {
				t.Errorf("%s: %q names a host", vintage, line)
			}
		}
	}
}

func TestVersions(t *testing.T) {
	for stack, want := range map[string]string{"": "uvicorn", "hypercorn-trio": "trio", "gunicorn-uvicorn": "gunicorn", "gunicorn-sync": "flask", "flask": "werkzeug"} {
		for _, vintage := range Vintages() {
			if versions, err := Versions(stack, vintage); err != nil || versions[want] == "" || versions["python-dotenv"] != "" {
				t.Errorf("%s at %s: versions %v, %v; want %s and no irrelevant packages", stack, vintage, versions, err, want)
			}
		}
	}
	if _, err := Versions(Uvicorn, "1999"); err == nil {
		t.Error("an unknown vintage has versions")
	}
	if _, err := Versions("apache", VintageCurrent); err == nil {
		t.Error("an unknown stack has versions")
	}
}

func TestEnsureDoesNothingWhenTheEnvironmentMatches(t *testing.T) {
	dir := t.TempDir()
	home := filepath.Join(dir, Vintage202303)
	if err := os.MkdirAll(home, 0o755); err != nil {
		t.Fatal(err)
	}
	data, err := pinned.ReadFile(Vintage202303 + ".txt")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(home, stampFile), []byte(digest(data)), 0o644); err != nil {
		t.Fatal(err)
	}
	var progress strings.Builder
	got, err := Ensure(t.Context(), dir, "flask", Vintage202303, &progress)
	if err != nil || got != dir || progress.Len() > 0 {
		t.Errorf("got %q, %v, said %q", got, err, &progress)
	}
	if _, err := os.Stat(filepath.Join(home, "app.py")); err != nil {
		t.Errorf("the program is missing: %v", err)
	}
}

// Every stack in the table has a command, a way to tell that it is up, and packages.
func TestEveryRealServerIsWhole(t *testing.T) {
	seen := map[string]bool{}
	for _, o := range oracles() {
		if seen[o.stack] || o.command == nil || o.up == nil || o.in.ensure == nil || o.in.versions == nil || len(o.packages) == 0 {
			t.Errorf("%s: it must be in the table once, with every field set", o.stack)
		}
		seen[o.stack] = true
		for _, vintage := range Vintages() {
			if command := (Real{Dir: "/env"}).Command(Config{Stack: o.stack, Vintage: vintage, Mode: "threadpool"}, 18000); len(command.Args) == 0 {
				t.Errorf("%s at %s: no command", o.stack, vintage)
			}
		}
	}
}

func TestUp(t *testing.T) {
	lines := []driver.Line{{Text: "INFO:     Uvicorn running on http://127.0.0.1:1"}, {Text: "INFO:     Application startup complete."}}
	if !Up(Config{}, lines) || Up(Config{}, lines[:1]) || Up(Config{}, lines[1:]) {
		t.Error("a server must be up once it runs and its application has started, and not before")
	}
	says := func(texts ...string) (lines []driver.Line) {
		for _, text := range texts {
			lines = append(lines, driver.Line{Text: text})
		}
		return lines
	}
	for stack, all := range map[string][]string{
		"hypercorn":        {"[INFO] Running on http://127.0.0.1:1", "[INFO] Running on http://127.0.0.1:1"},
		"gunicorn-uvicorn": {"Listening at", "Application startup complete.", "Application startup complete."},
		"gunicorn-sync":    {"Listening at", "Booting worker", "Booting worker"},
	} {
		cfg := Config{Stack: stack, Workers: 2}
		if !Up(cfg, says(all...)) || Up(cfg, says(all[:len(all)-1]...)) {
			t.Errorf("%s must be up after %q, and not before", stack, all)
		}
	}
	if Up(Config{Workers: 2}, lines) || !Up(Config{Workers: 2}, append(lines, lines[1])) {
		t.Error("two workers must be up once both have started")
	}
}
