package config

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/distribution"
)

// from makes Sources of arguments and NAME=value pairs, with the clock at 7 ns.
func from(args, env []string) Sources {
	return Sources{
		Args: args,
		LookupEnv: func(name string) (string, bool) {
			for _, pair := range env {
				if n, value, _ := strings.Cut(pair, "="); n == name {
					return value, true
				}
			}
			return "", false
		},
		Now:      func() time.Time { return time.Unix(0, 7) },
		Environ:  env,
		Stacks:   testStacks(),
		Commands: []string{"stacks"},
		GOOS:     "linux",
	}
}

// write writes a file into a folder of the test and returns its path.
func write(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "load.yaml")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// lines splits the message of err.
func lines(err error) []string {
	if err == nil {
		return nil
	}
	return strings.Split(err.Error(), "\n")
}

// wantLines checks that err has exactly these lines, of which only the beginnings are given.
func wantLines(t *testing.T, err error, want ...string) {
	t.Helper()
	got := lines(err)
	if len(got) != len(want) {
		t.Fatalf("got %d lines, want %d:\n%s", len(got), len(want), strings.Join(got, "\n"))
	}
	for i := range want {
		if !strings.HasPrefix(got[i], want[i]) {
			t.Errorf("line %d:\n got %s\nwant %s…", i+1, got[i], want[i])
		}
	}
}

func TestNothingGivenIsTheStacksDefault(t *testing.T) {
	got, err := Load(from(nil, nil))
	want := oakValues()
	want.Seed = 7
	if err != nil || got != want {
		t.Errorf("got %+v, %v\nwant %+v", got, err, want)
	}
}

func TestEverySettingFromEverySource(t *testing.T) {
	want := Config{
		Addr: "127.0.0.1:0", Stack: "oak", Vintage: VintageCurrent, Like: "uvicorn a:b", Mode: "threadpool", App: "fastapi",
		Limit: 200, Queue: 10, Workers: 2, Respawn: true, Sleep: distribution.Of(800 * time.Second), Backlog: 100, KeepAlive: time.Minute,
		ForwardedAllowIPs: "10.0.0.0/8", LimitConcurrency: 5, LimitMaxRequests: 6, Timeout: NoTimeout, GracefulTimeout: 3 * time.Second, Loop: "asyncio",
		ServerHeader: true, Header: "X-A:b", KeepAliveMaxRequests: 9, H2MaxConcurrentStreams: 8,
		HTTP: "h11", LogFormat: "json", AccessLogFormat: "%(h)s", AdminAddr: ":9090", AdminHost: "a,b:1", AdminToken: "hush", AdminOpen: true, Trace: "run.csv", TraceSize: 1 << 20, ReadyFile: "/r", ExitWithParent: true, History: 77, Seed: 42,
	}
	written := [][2]string{
		{"addr", "127.0.0.1:0"},
		{"stack", "oak"},
		{"vintage", "current"},
		{"like", "uvicorn a:b"},
		{"mode", "threadpool"},
		{"app", "fastapi"},
		{"limit", "200"},
		{"queue", "10"},
		{"workers", "2"},
		{"respawn", "true"},
		{"exit-with-parent", "true"},
		{"history", "77"},
		{"sleep", "800s"},
		{"pace", "none"},
		{"backlog", "100"},
		{"keep-alive", "60"},
		{"limit-concurrency", "5"},
		{"limit-max-requests", "6"},
		{"timeout", "none"},
		{"graceful-timeout", "3"},
		{"loop", "asyncio"},
		{"http", "h11"},
		{"forwarded-allow-ips", "10.0.0.0/8"},
		{"log-format", "json"},
		{"access-log", "off"},
		{"access-log-format", "%(h)s"},
		{"proxy-headers", "off"},
		{"server-header", "on"},
		{"date-header", "no"},
		{"header", "X-A:b"},
		{"keep-alive-max-requests", "9"},
		{"h2-max-concurrent-streams", "8"},
		{"admin-addr", ":9090"},
		{"admin-host", "a,b:1"},
		{"admin-token", "hush"}, // in place of admin-token-file; mode and sleep are in place of program
		{"admin-open", "yes"},
		{"trace", "run.csv"},
		{"trace-size", "1MiB"},
		{"ready-file", "/r"},
		{"seed", "42"},
	}
	if len(written) != len(options(testStacks()))-2 {
		t.Fatalf("%d settings are written here, and there are %d", len(written), len(options(testStacks()))-2)
	}
	var equals, apart, env []string
	var yaml strings.Builder
	yaml.WriteString("# everything\n")
	for _, w := range written {
		equals = append(equals, "--"+w[0]+"="+w[1])
		apart = append(apart, "-"+w[0], w[1])
		env = append(env, envName(w[0])+"="+w[1])
		yaml.WriteString(w[0] + ": '" + w[1] + "'\n")
	}
	path := write(t, yaml.String())
	for name, src := range map[string]Sources{
		"flags with =":          from(equals, nil),
		"flags and values":      from(apart, nil),
		"environment":           from(nil, env),
		"file by flag":          from([]string{"--config", path}, nil),
		"file by environment":   from(nil, []string{"TARGET_SERVER_CONFIG=" + path}),
		"flags and same in env": from(equals, env),
	} {
		if got, err := Load(src); err != nil || got != want {
			t.Errorf("%s: got %+v, %v\nwant %+v", name, got, err, want)
		}
	}
}

func TestFlagBeatsEnvironmentBeatsFileBeatsDefault(t *testing.T) {
	path := write(t, "limit: 3\n")
	// The flag repeats the default: it counts because it was given.
	for _, tt := range []struct {
		flag, env, file bool
		want            int
	}{
		{true, true, true, 40},
		{true, true, false, 40},
		{true, false, true, 40},
		{true, false, false, 40},
		{false, true, true, 2},
		{false, true, false, 2},
		{false, false, true, 3},
		{false, false, false, 40},
	} {
		var args, env []string
		if tt.flag {
			args = append(args, "--limit=40")
		}
		if tt.env {
			env = append(env, "TARGET_SERVER_LIMIT=2")
		}
		if tt.file {
			args = append(args, "--config="+path)
		}
		if got, err := Load(from(args, env)); err != nil || got.Limit != tt.want {
			t.Errorf("flag %v, environment %v, file %v: limit %d, %v; want %d", tt.flag, tt.env, tt.file, got.Limit, err, tt.want)
		}
	}
}

func TestTheConfigFlagBeatsItsVariable(t *testing.T) {
	path := write(t, "limit: 3")
	got, err := Load(from([]string{"--config", path}, []string{"TARGET_SERVER_CONFIG=/none"}))
	if err != nil || got.Limit != 3 {
		t.Errorf("limit %d, %v; want 3", got.Limit, err)
	}
}

func TestALosingValueIsNotRead(t *testing.T) {
	got, err := Load(from([]string{"--limit=5"}, []string{"TARGET_SERVER_LIMIT=junk"}))
	if err != nil || got.Limit != 5 {
		t.Errorf("limit %d, %v; want 5", got.Limit, err)
	}
}

func TestTheStacksDefaultsFollowTheVintage(t *testing.T) {
	rows := testStacks()
	rows[1].Values.Limit = 99
	src := from(nil, []string{"TARGET_SERVER_VINTAGE=current"})
	src.Stacks = rows
	if got, err := Load(src); err != nil || got.Limit != 99 || got.Vintage != VintageCurrent {
		t.Errorf("limit %d of %s, %v; want 99 of current", got.Limit, got.Vintage, err)
	}
}

func TestAToggleMayHaveItsValueApart(t *testing.T) {
	for _, tt := range []struct {
		args string
		want bool
	}{
		{"--respawn", true},
		{"--respawn true", true},
		{"--respawn false", false},
		{"-respawn off --limit 3", false},
		{"--respawn=no", false},
		{"--respawn --limit 3", true},
	} {
		if got, err := Load(from(strings.Fields("--workers 2 "+tt.args), nil)); err != nil || got.Respawn != tt.want {
			t.Errorf("%s: %v, %v; want %v", tt.args, got.Respawn, err, tt.want)
		}
	}
}

func TestHelpAndVersionBeatErrors(t *testing.T) {
	for _, tt := range []struct {
		args string
		want error
	}{
		{"--help", ErrHelp},
		{"-h", ErrHelp},
		{"--nonsense --limit junk -h", ErrHelp},
		{"stray --help", ErrHelp},
		{"--version", ErrVersion},
		{"--nonsense --version", ErrVersion},
	} {
		if _, err := Load(from(strings.Fields(tt.args), nil)); !errors.Is(err, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.args, err, tt.want)
		}
	}
	if got, err := Load(from([]string{"--ready-file", "-h"}, nil)); err != nil || got.ReadyFile != "-h" {
		t.Errorf("the value -h: got %q, %v", got.ReadyFile, err)
	}
}

func TestWrongArguments(t *testing.T) {
	for _, tt := range []struct {
		args string
		want []string
	}{
		{"--limit=", []string{`flag --limit: "" is not a whole number; accepted: `}},
		{"--limit -5", []string{`flag --limit: "-5" is too small; accepted: `}},
		{"--limit", []string{`flag --limit: has no value; accepted: --limit=N`}},
		{"--config", []string{`flag --config: has no value; accepted: --config=PATH`}},
		{"--limit 1 --limit 2", []string{`flag --limit: is given twice; give it once`}},
		{"--config x --config y", []string{`flag --config: is given twice; give it once`, `flag --config: "y" cannot be opened (no such file or directory)`}},
		{"--keep-alive 1 --timeout-keep-alive 1", []string{`flag --timeout-keep-alive: sets the same as flag --keep-alive; give only one of them`}},
		{"--timeout-keep-alive x", []string{`flag --timeout-keep-alive: "x" is not a duration; accepted: `}},
		{"--nonsense --also=5", []string{
			`flag --nonsense: is unknown; target-server --help lists every flag`,
			`flag --also=5: is unknown; target-server --help lists every flag`,
		}},
		{"--limt 3", []string{`flag --limt: is unknown; did you mean --limit? (target-server --help lists every flag)`}},
		{"--keep_alive=3", []string{`flag --keep_alive=3: is unknown; did you mean --keep-alive?`}},
		{"--port=80", []string{`flag --port=80: is unknown; use --addr :80`}},
		{"--confg x.yaml", []string{`flag --confg: is unknown; did you mean --config?`}},
		{"--port 80", []string{`flag --port: is unknown; use --addr :80`}},
		{"--host 0.0.0.0 --port 80", []string{`flag --host: is unknown; use --addr 0.0.0.0:8080`, `flag --port: is unknown; use --addr :80`}},
		{"-b 127.0.0.1:80", []string{`flag -b: is unknown; use --addr 127.0.0.1:80`}},
		{"-w 4 -k gthread", []string{`flag -w: is unknown; use --workers 4`, `flag -k: is unknown; the worker class is part of the stack: use --stack NAME`}},
		{"--threads=8", []string{`flag --threads=8: is unknown; use --limit 8`}},
		{"--tls", []string{`flag --tls: is unknown; TLS is not supported: put a proxy that terminates it in front, `}},
		{"--ssl-keyfile key.pem --ssl-certfile cert.pem", []string{`flag --ssl-keyfile: is unknown; TLS is not`, `flag --ssl-certfile: is unknown; TLS is not`}},
		{"--reload --limit 3", []string{`flag --reload: is unknown; target-server runs no Python code: `}},
		{"--limit --queue 3", []string{`flag --limit: has no value; accepted: --limit=N`}},
		{"--limit --respawn --workers 2", []string{`flag --limit: has no value; accepted: --limit=N`}},
		{"---limit 3", []string{`flag ---limit: is unknown; did you mean --limit?`}},
		{"--limit 3 stacks", []string{`argument "stacks": is unexpected; a command comes first: target-server stacks`}},
		{"--limit 3 8080", []string{`argument "8080": is unexpected; use --addr :8080`}},
		{"--limit 3 elm", []string{`argument "elm": is unexpected; use --stack elm`}},
		{"--limit 3 app:app", []string{`argument "app:app": is unexpected; target-server runs no Python code: `}},
		{"--limit 3 load.yaml", []string{`argument "load.yaml": is unexpected; use --program load.yaml for an application, or --config load.yaml for settings`}},
		{"---limit=3", []string{`flag ---limit=3: is unknown; did you mean --limit?`}},
		{"--=3 --limit=x", []string{`flag --=3: is unknown; `, `flag --limit: "x" is not`}},
		{"--nonsense ---x", []string{`flag --nonsense: is unknown; `, `flag ---x: is unknown; `}},
		{"run", []string{`argument "run": is unexpected; `}},
		{"-", []string{`argument "-": is unexpected; `}},
		{"-- --limit=3", []string{`argument "--limit=3": is unexpected; `}},
		{"--workers 2 --respawn perhaps", []string{`argument "perhaps": is unexpected; --respawn takes no value, or one of true or false, on or off, `}},
		{"--workers 2 --respawn=true false", []string{`argument "false": is unexpected; `}},
		{"--respawn=perhaps", []string{`flag --respawn: "perhaps" is neither on nor off; `}},
		{"--limit=a --workers=b --sleep=c", []string{`flag --sleep: "c"`, `flag --limit: "a"`, `flag --workers: "b"`}},
	} {
		t.Run(tt.args, func(t *testing.T) {
			_, err := Load(from(strings.Fields(tt.args), nil))
			wantLines(t, err, tt.want...)
		})
	}
}

func TestWrongEnvironment(t *testing.T) {
	for _, tt := range []struct{ env, want string }{
		{"TARGET_SERVER_LIMIT_CONCURRENCY=-1", `environment variable TARGET_SERVER_LIMIT_CONCURRENCY: "-1" is too small; accepted: `},
		{"TARGET_SERVER_LIMIT=", `environment variable TARGET_SERVER_LIMIT: "" is not a whole number; accepted: `},
		{"TARGET_SERVER_TIMEOUT_KEEP_ALIVE=x", `environment variable TARGET_SERVER_TIMEOUT_KEEP_ALIVE: "x" is not a duration; accepted: `},
		{"TARGET_SERVER_CONFIG=", `environment variable TARGET_SERVER_CONFIG: "" is empty; accepted: a readable YAML file`},
		{"TARGET_SERVER_CONFIG=/none", `environment variable TARGET_SERVER_CONFIG: "/none" cannot be opened (no such file or directory); `},
		{"TARGET_SERVER_QUEUE=5 TARGET_SERVER_MODE=cooperative", `environment variable TARGET_SERVER_QUEUE: 5 cannot be used with --mode cooperative, `},
		{
			"TARGET_SERVER_KEEP_ALIVE=1 TARGET_SERVER_TIMEOUT_KEEP_ALIVE=1",
			`environment variable TARGET_SERVER_TIMEOUT_KEEP_ALIVE: sets the same as environment variable TARGET_SERVER_KEEP_ALIVE; `,
		},
	} {
		_, err := Load(from(nil, strings.Fields(tt.env)))
		wantLines(t, err, tt.want)
	}
}

// warnings loads settings, which must be fine, and returns the warnings.
func warnings(t *testing.T, src Sources) (got []string) {
	t.Helper()
	src.Warn = func(err error) { got = append(got, err.Error()) }
	if _, err := Load(src); err != nil {
		t.Error(err)
	}
	return got
}

// What Kubernetes and Docker set for a Service, or container, called target-server never stops a server, nor do variables
// of other programs.
func TestVariablesOfOthers(t *testing.T) {
	silent := []string{
		"TARGET_SERVER_SERVICE_HOST=10.0.0.1", "TARGET_SERVER_SERVICE_PORT=8080", "TARGET_SERVER_SERVICE_PORT_HTTP=8080",
		"TARGET_SERVER_PORT=tcp://10.0.0.1:8080", "TARGET_SERVER_PORT_8080_TCP=tcp://10.0.0.1:8080",
		"TARGET_SERVER_PORT_8080_TCP_PROTO=tcp", "TARGET_SERVER_PORT_8080_TCP_PORT=8080", "TARGET_SERVER_PORT_8080_TCP_ADDR=10.0.0.1",
		// of the Services target-server-admin, -limit and -queue
		"TARGET_SERVER_ADMIN_SERVICE_HOST=10.0.0.1", "TARGET_SERVER_LIMIT_PORT=tcp://10.0.0.1:1", "TARGET_SERVER_QUEUE_PORT_53_UDP=udp://10.0.0.1:53",
		"TARGET_SERVER_NAME=/client/target-server", "TARGET_SERVER_ENV_PATH=/bin",
		"TARGET_SERVER_BINARY=/usr/bin/target-server", "TARGET_SERVER_TEST_AS_PROGRAM=1", "PATH=/bin", "TARGET_SERVE_LIMIT=5",
		"TARGET_SERVER_LIMIT=5", "TARGET_SERVER_TIMEOUT_KEEP_ALIVE=5",
	}
	if got := warnings(t, from(nil, silent)); got != nil {
		t.Errorf("warned: %q", got)
	}
	for variable, want := range map[string]string{
		"TARGET_SERVER_URL=http://x":  "environment variable TARGET_SERVER_URL: names no setting and is ignored; target-server --help lists every variable",
		"TARGET_SERVER_HOST=10.0.0.1": "environment variable TARGET_SERVER_HOST: names no setting and is ignored; use TARGET_SERVER_ADDR=10.0.0.1:8080",
		"TARGET_SERVER_PORT=8000":     "environment variable TARGET_SERVER_PORT: names no setting and is ignored; use TARGET_SERVER_ADDR=:8000",
		"TARGET_SERVER_TLS=on":        "environment variable TARGET_SERVER_TLS: names no setting and is ignored; TLS is not supported: ",
		"TARGET_SERVER_\n=x":          `environment variable "TARGET_SERVER_\n": names no setting and is ignored; `,
	} {
		if got := warnings(t, from(nil, []string{variable})); len(got) != 1 || !strings.HasPrefix(got[0], want) {
			t.Errorf("%s: warned %q, want %s", variable, got, want)
		}
	}
}

func TestMisspeltVariables(t *testing.T) {
	for name, want := range map[string]string{
		"TARGET_SERVER_LIMITS": "TARGET_SERVER_LIMIT", "TARGET_SERVER_KEEPALIVE": "TARGET_SERVER_KEEP_ALIVE", "TARGET_SERVER_WORKER": "TARGET_SERVER_WORKERS",
		"TARGET_SERVER_limit": "TARGET_SERVER_LIMIT", "TARGET_SERVER_config": "TARGET_SERVER_CONFIG", "TARGET_SERVER_CONFG": "TARGET_SERVER_CONFIG", "TARGET_SERVER_KEEP-ALIVE": "TARGET_SERVER_KEEP_ALIVE",
		"TARGET_SERVER_ADMIN_TOKN": "TARGET_SERVER_ADMIN_TOKEN",
	} {
		_, err := Load(from(nil, []string{name + "=hush"}))
		wantLines(t, err, "environment variable "+name+": names no setting; did you mean "+want+"?")
		if strings.Contains(err.Error(), "hush") {
			t.Errorf("the value is shown: %v", err)
		}
	}
}

// What is accepted although it does nothing is said, once for each setting, and only of settings that were given.
func TestSettingsWithoutEffect(t *testing.T) {
	const noAdmin = ": has no effect without an admin address; add --admin-addr 127.0.0.1:9090"
	for _, tt := range []struct {
		args, env string
		want      []string
	}{
		{"", "", nil},
		{"--history 5 --admin-open", "TARGET_SERVER_ADMIN_TOKEN=hush", []string{"flag --admin-open" + noAdmin, "flag --history" + noAdmin}},
		{"--history 5 --admin-addr 127.0.0.1:9090", "", nil},
		{"--log-format json --access-log-format %(h)s", "", []string{"flag --access-log-format: has no effect with --log-format json; it is for --log-format native"}},
		{"--access-log-format %(h)s", "", nil},
		{"--vintage current --no-access-log --access-log-format %(h)s", "", []string{"flag --access-log-format: has no effect without access lines, as with --no-access-log"}},
		{"--vintage current --no-access-log --log-format off", "", []string{"flag --no-access-log: has no effect with --log-format off; it is for --log-format native"}},
		{"--trace-size 1MiB", "", []string{"flag --trace-size: has no effect without a trace; add --trace run.pftrace"}},
		{"--trace-size 1MiB --trace a.csv", "", nil},
		{"--stack elm --backlog 5", "", []string{"flag --backlog: has no effect with --stack elm: elms do not queue"}},
		{"--stack oak --backlog 5", "", nil},
		{"--mode cooperative --limit 200", "", []string{"flag --limit: has no effect with --mode cooperative, which uses no threads; it is for --mode threadpool"}},
		{"--mode async-misuse", "TARGET_SERVER_LIMIT=3", []string{"environment variable TARGET_SERVER_LIMIT: has no effect with --mode async-misuse, which uses no threads; it is for --mode threadpool"}},
		{"--mode cooperative --limit 40", "", nil},
		{"--respawn", "", []string{"flag --respawn: has no effect with --workers 1 on --stack oak: no parent process is there to replace the worker; add --workers 2"}},
		{"--respawn --workers 2", "", nil},
	} {
		var env []string
		if tt.env != "" {
			env = []string{tt.env}
		}
		if got := warnings(t, from(strings.Fields(tt.args), env)); !slices.Equal(got, tt.want) {
			t.Errorf("%s %s: warned %q, want %q", tt.args, tt.env, got, tt.want)
		}
	}
}

func TestAdminIsLocal(t *testing.T) {
	for addr, want := range map[string]bool{
		"": false, "localhost:9090": true, "127.0.0.1:9090": true, "[::1]:9090": true, "[::ffff:127.0.0.1]:9090": true,
		":9090": false, "0.0.0.0:9090": false, "[::]:9090": false, "target:9090": false, "10.0.0.1:9090": false,
	} {
		if got := (Config{AdminAddr: addr}).AdminIsLocal(); got != want {
			t.Errorf("%q: want %v, got %v", addr, want, got)
		}
	}
}
