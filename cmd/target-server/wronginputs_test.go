package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/target-server/target-server/distribution"
)

// wrongInput is one wrong input as a user would give it, and the line that answers it after "target-server: ", up to what
// a test need not repeat. FILE stands for the path of the file.
type wrongInput struct {
	args, env, file string
	want            string
}

// Each wrong input is answered by one line, which names it and says what to do, and status 2. Nothing is served.
func TestWrongInputs(t *testing.T) {
	const (
		addresses = "accepted: host:port such as 127.0.0.1:8080 or :8080, with port 0 for a free port"
		noTLS     = "TLS is not supported: put a proxy that terminates it in front, such as HAProxy or nginx"
		noPython  = "target-server runs no Python code: choose what to imitate with --stack, --app and --mode, or describe the application in a file for --program"
	)
	inputs := []wrongInput{
		// values of flags
		{args: "--limit=forty", want: `flag --limit: "forty" is not a whole number; accepted: a whole number from 1 to 2147483647, or unlimited`},
		{args: "--limit", want: `flag --limit: has no value; accepted: --limit=N`},
		{args: "--limit --queue 3", want: `flag --limit: has no value; accepted: --limit=N`},
		{args: "--limit 3 --limit 4", want: `flag --limit: is given twice; give it once`},
		{args: "--sleep 5d", want: `flag --sleep: "5d" is not a duration; accepted: ` + distribution.Accepted},
		{args: "--sleep uniform(20ms,5ms)", want: `flag --sleep: "uniform(20ms,5ms)" has a max below its min (character 14); accepted: uniform(5ms, 20ms)`},
		{args: "--sleep normal(50ms,10ms)", want: `flag --sleep: "normal(50ms,10ms)" has a parameter without a name where sd= is expected (character 13); accepted: normal(50ms, sd=10ms)`},
		{args: "--sleep gauss(50ms)", want: `flag --sleep: "gauss(50ms)" names no distribution; accepted: uniform(5ms, 20ms), exp(50ms), normal(50ms, sd=10ms), lognormal(p50=8ms, p99=60ms), quantiles(`},
		{args: "--sleep exp(50ms", want: `flag --sleep: "exp(50ms" has no closing parenthesis (character 9); accepted: exp(50ms)`},
		{args: "--sleep file(/none)", want: `flag --sleep: "file(/none)" names a file that cannot be opened (no such file or directory); accepted: file(times.txt), a file with a duration a line`},
		{args: "--keep-alive exp(50ms)", want: `flag --keep-alive: "exp(50ms)" is not a duration; accepted: a duration such as 100ms, 5s or 2m (a bare number is seconds), from 0 to 8760h`},
		{env: "TARGET_SERVER_SLEEP=weighted(1ms)", want: `environment variable TARGET_SERVER_SLEEP: "weighted(1ms)" has a parameter that is not a duration, a colon and a weight (character 10); accepted: weighted(150us: 10, 2ms: 5)`},
		{file: "sleep: quantiles(min=1ms, p50=8ms)", want: `file FILE, line 1, key sleep: "quantiles(min=1ms, p50=8ms)" does not end with max= (character 20); accepted: quantiles(min=1ms, p50=8ms, `},
		{file: "sleep: weighted(1ms: 2)", want: `file FILE: is not YAML (`},
		{args: "--addr 8080", want: `flag --addr: "8080" is not an address (missing port in address); ` + addresses},
		{args: "--mode async", want: `flag --mode: "async" is unknown; accepted: threadpool, async-misuse, cooperative`},
		{args: "--vintage 2024", want: `flag --vintage: "2024" is unknown; accepted: 2023-03, current`},
		{args: "--access-log-format %(x)q", want: `flag --access-log-format: "%(x)q" is not an atom; accepted: text with `},
		{args: "--admin-addr 0.0.0.0:9090", want: `flag --admin-addr: "0.0.0.0:9090" can be reached from other machines, which could pause the server; accepted: a loopback address`},
		// programs
		{args: "--program none.yaml", want: `flag --program: "none.yaml" cannot be opened (no such file or directory); accepted: a readable YAML file, or the name of a built-in program: async-misuse, `},
		{args: "--program", want: `flag --program: has no value; accepted: --program=FILE`},
		{args: "--program crud --program health", want: `flag --program: is given twice; give it once`},
		{args: "--program crud --mode cooperative", want: `flag --mode: "cooperative" belongs to the article's program, and flag --program serves another; give only one of them`},
		{args: "--sleep 1s", env: "TARGET_SERVER_PROGRAM=crud", want: `flag --sleep: "1s" belongs to the article's program, and environment variable TARGET_SERVER_PROGRAM serves another; give only one of them`},
		{args: "--program crud --mode cooperative", file: "limit: 3", want: `flag --mode: `},
		{args: "--mode cooperative", file: "program: crud", want: `flag --mode: "cooperative" belongs to the article's program, and file FILE, line 1, key program serves another; `},
		{args: "--program health --stack gunicorn-sync --app fastapi", want: `flag --program: "health" cannot be used with --stack gunicorn-sync --vintage 2023-03: gunicorn's own workers run WSGI applications`},
		// flags that are not there
		{args: "--port 8080", want: `flag --port: is unknown; use --addr :8080`},
		{args: "--bind 0.0.0.0:8000", want: `flag --bind: is unknown; use --addr 0.0.0.0:8000`},
		{args: "--tls", want: `flag --tls: is unknown; ` + noTLS},
		{args: "--ssl-keyfile key.pem", want: `flag --ssl-keyfile: is unknown; ` + noTLS},
		{args: "-w 4", want: `flag -w: is unknown; use --workers 4`},
		{args: "--threads 4", want: `flag --threads: is unknown; use --limit 4`},
		{args: "--reload", want: `flag --reload: is unknown; ` + noPython},
		{args: "--log-level debug", want: `flag --log-level: is unknown; use --log-format native, json, console or off`},
		{args: "--keepalive 5", want: `flag --keepalive: is unknown; did you mean --keep-alive? (target-server --help lists every flag)`},
		{args: "--admin 9090", want: `flag --admin: is unknown; did you mean --admin-addr 127.0.0.1:9090? `},
		{args: "--stack fastapi", want: `flag --stack: "fastapi" is unknown; did you mean uvicorn? accepted: `},
		{args: "--sleep 100 ms", want: `argument "ms": is unexpected; write a duration as one word, such as 100ms`},
		{args: "--limit 40 41", want: `argument "41": is unexpected; flags alone start a server`},
		{args: "health", want: `command "health": is unknown; did you mean target-server healthcheck?`},
		{args: "limit=3", want: `command "limit=3": is unknown; flags begin with two dashes: "--limit=3"`},
		{args: "help gunicorn-sync", want: `command "gunicorn-sync": is a stack; use target-server stacks gunicorn-sync`},
		{args: "--nonsense", want: `flag --nonsense: is unknown; target-server --help lists every flag`},
		// settings that would do nothing
		{args: "--stack node --limit 5", want: `flag --limit: "5" cannot be used with --stack node --vintage 2023-03: Node runs handlers on its event loop, so no thread limits`},
		{args: "--stack node --queue 5", want: `flag --queue: "5" cannot be used with --stack node --vintage 2023-03: Node runs handlers on its event loop, so no request waits`},
		{args: "--stack node --respawn", want: `flag --respawn: "on" cannot be used with --stack node --vintage 2023-03: the program imitated has no parent process; accepted: only the default, off`},
		{args: "--mode cooperative --queue 3", want: `flag --queue: 3 cannot be used with --mode cooperative, in which no request waits for a thread; `},
		{args: "--timeout 30", want: `flag --timeout: "30s" cannot be used with --stack uvicorn --vintage 2023-03: Uvicorn has no such option; it is gunicorn's; accepted: only the default, none`},
		{args: "--stack tomcat --workers 2", want: `flag --workers: "2" cannot be used with --stack tomcat --vintage 2023-03: Tomcat is one process with many threads; accepted: only the default, 1`},
		// the environment
		{env: "TARGET_SERVER_LIMITS=5", want: `environment variable TARGET_SERVER_LIMITS: names no setting; did you mean TARGET_SERVER_LIMIT?`},
		{env: "TARGET_SERVER_LIMIT=", want: `environment variable TARGET_SERVER_LIMIT: "" is not a whole number; accepted: `},
		{env: "TARGET_SERVER_CONFIG=/none", want: `environment variable TARGET_SERVER_CONFIG: "/none" cannot be opened (no such file or directory); accepted: a readable YAML file`},
		// the file
		{file: "config: other.yaml", want: `file FILE, line 1, key config: is not allowed in a file, which cannot name another one; give --config once, on the command line`},
		{file: "limits: 5", want: `file FILE, line 1, key limits: is unknown; did you mean limit?`},
		{file: "port: 8000", want: `file FILE, line 1, key port: is unknown; use addr: :8000`},
		{file: "limit: [1, 2]", want: `file FILE, line 1, key limit: has a list as its value; accepted: a single value`},
		{file: "limit = 5", want: `file FILE: contains a single value; accepted: one mapping from flag names to values, such as limit: 40`},
		// arguments and commands
		{args: "serve", want: `command "serve": is unknown; leave it out: target-server with flags alone starts a server`},
		{args: "app:app", want: `command "app:app": is unknown; ` + noPython},
		{args: "uvicorn", want: `command "uvicorn": is unknown; use --stack uvicorn`},
		{args: "8080", want: `command "8080": is unknown; use --addr :8080`},
		{args: "load.yaml", want: `command "load.yaml": is unknown; use --program load.yaml for an application, or --config load.yaml for settings`},
		{args: "stack", want: `command "stack": is unknown; did you mean target-server stacks?`},
		{args: "--limit 3 stacks", want: `argument "stacks": is unexpected; a command comes first: target-server stacks`},
		{args: "--workers 2 --respawn perhaps", want: `argument "perhaps": is unexpected; --respawn takes no value, or one of true or false, `},
		{args: "stacks apache", want: `stack "apache": is unknown; accepted: uvicorn, `},
		{args: "stacks uvicorn current", want: `argument "current": is unexpected; accepted: target-server stacks, or target-server stacks NAME`},
		{args: "version now", want: `argument "now": is unexpected; target-server version takes no arguments`},
		{args: "help apache", want: `command "apache": is unknown; accepted: probe, `},
		{args: strings.Repeat("x", 1000), want: `command "` + strings.Repeat("x", 60) + `"… (1000 bytes): is unknown; `},
	}
	if len(inputs) < 30 {
		t.Errorf("there are %d inputs, want 30 or more", len(inputs))
	}
	for _, input := range inputs {
		t.Run(input.args+input.env+input.file, func(t *testing.T) {
			args := strings.Fields(input.args)
			if input.file != "" {
				path := filepath.Join(t.TempDir(), "load.yaml")
				if err := os.WriteFile(path, []byte(input.file), 0o600); err != nil {
					t.Fatal(err)
				}
				args, input.want = append(args, "--config="+path), strings.Replace(input.want, "FILE", path, 1)
			}
			env := map[string]string{}
			if name, value, ok := strings.Cut(input.env, "="); ok {
				env[name] = value
			}
			got := try(t, nil, env, args...)
			if got.code != exitWrong || got.out != "" || got.served != nil {
				t.Errorf("status %d, stdout %q, served %v; want status 2 and nothing else", got.code, got.out, got.served)
			}
			if !strings.HasPrefix(got.err, "target-server: "+input.want) || strings.Count(got.err, "\n") != 1 || len(got.err) > 500 {
				t.Errorf("stderr:\n got %swant target-server: %s…, one line", got.err, input.want)
			}
		})
	}
}

// What Kubernetes puts into the environment for a Service called target-server never stops a server, and what does
// nothing is said in one line, before the server starts.
func TestWarnings(t *testing.T) {
	for _, tt := range []struct {
		args string
		env  map[string]string
		want string
	}{
		{"", map[string]string{"TARGET_SERVER_PORT": "tcp://10.0.0.1:8080", "TARGET_SERVER_SERVICE_HOST": "10.0.0.1", "TARGET_SERVER_PORT_8080_TCP": "tcp://10.0.0.1:8080"}, ""},
		{"", map[string]string{"TARGET_SERVER_BINARY": "/bin/target-server"}, ""},
		{"", map[string]string{"TARGET_SERVER_URL": "http://a"}, "environment variable TARGET_SERVER_URL: names no setting and is ignored; target-server --help lists every variable"},
		{"--stack hypercorn-trio --limit 200", nil, "flag --limit: has no effect with --stack hypercorn-trio: the real program sets anyio's limit, and on trio AnyIO uses another one, always 40; only PUT /limit on the admin address changes it"},
		{"--mode cooperative --limit 3", nil, "flag --limit: has no effect with --mode cooperative, which uses no threads; it is for --mode threadpool"},
		{"--mode async-misuse", map[string]string{"TARGET_SERVER_LIMIT": "3"}, "environment variable TARGET_SERVER_LIMIT: has no effect with --mode async-misuse, which uses no threads; it is for --mode threadpool"},
		{"--respawn", nil, "flag --respawn: has no effect with --workers 1 on --stack uvicorn: no parent process is there to replace the worker; add --workers 2"},
		{"--admin-open", nil, "flag --admin-open: has no effect without an admin address; add --admin-addr 127.0.0.1:9090"},
		{"", map[string]string{"TARGET_SERVER_ADMIN_TOKEN": "hush"}, ""},
	} {
		if tt.want != "" {
			tt.want = "target-server: warning: " + tt.want + "\n"
		}
		if got := try(t, nil, tt.env, strings.Fields(tt.args)...); got.code != exitFine || got.served == nil || got.err != tt.want {
			t.Errorf("%s %v: status %d, served %v, stderr %q; want %q", tt.args, tt.env, got.code, got.served != nil, got.err, tt.want)
		}
	}
}
