package config

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/distribution"
)

func TestRules(t *testing.T) {
	for _, tt := range []struct {
		args string
		want string // empty if it is fine
	}{
		{"--stack ash", `flag --stack: "ash" is unknown; accepted: oak, elm`},
		{"--stack ash --vintage current", `flag --stack: "ash" is unknown; accepted: oak, elm`},
		{"--stack elm", ""},
		{"--stack elm --vintage current", `flag --vintage: "current" is not a vintage of --stack elm; accepted: 2023-03`},
		{"--app flask", `flag --app: "flask" cannot be used with --stack oak --vintage 2023-03: no flask hangs on an oak; accepted: fastapi`},
		{"--app fastapi", ""},
		{"--timeout 30", `flag --timeout: "30s" cannot be used with --stack oak --vintage 2023-03: oaks take their time; accepted: only the default, none`},
		{"--timeout 30 --vintage current", `flag --timeout: "30s" cannot be used with --stack oak --vintage current: `},
		{"--timeout none", ""},
		{"--graceful-timeout 3", `flag --graceful-timeout: "3s" cannot be used with --stack oak --vintage 2023-03: young oaks fall at once`},
		{"--timeout-graceful-shutdown 3", `flag --timeout-graceful-shutdown: "3s" cannot be used`},
		{"--graceful-timeout 0", `flag --graceful-timeout: "0s" cannot be used`},
		{"--graceful-timeout none", ""},
		{"--graceful-timeout 3 --vintage current", ""},
		{"--timeout-graceful-shutdown 0 --vintage current", ""},
		{"--loop uvloop --http httptools --vintage current", ""},
		{"--loop uvloop --http h11 --vintage current", `flag --loop: "uvloop" cannot be used with --stack oak --vintage current: it does not grow beside h11; accepted: auto, asyncio`},
		{"--mode cooperative --limit 200", ""},
		{"--mode cooperative --limit 40", ""},
		{"--mode async-misuse --limit unlimited", ""},
		{"--respawn", ""},
		{"--respawn --workers 2", ""},
		{"--respawn --stack elm", ""},
		{"--mode cooperative --queue unlimited", ""},
		{"--mode async-misuse --queue 0", `flag --queue: 0 cannot be used with --mode async-misuse, in which no request waits for a thread; accepted: unlimited, or --mode threadpool`},
		{"--queue 0", ""},
		{"--trace a/../run.csv --ready-file run.csv", `flag --trace: "a/../run.csv" is also the file of --ready-file; accepted: another path`},
		{"--admin-addr :8080", `flag --admin-addr: ":8080" is also the address of --addr; accepted: another address, or off`},
		{"--admin-addr localhost:0 --addr localhost:0", ""},
		{"--admin-addr off", ""},
	} {
		_, err := Load(from(strings.Fields(tt.args), nil))
		if tt.want == "" {
			wantLines(t, err)
			continue
		}
		wantLines(t, err, tt.want)
	}
}

func TestWorkersOnWindows(t *testing.T) {
	for _, tt := range []struct{ goos, args, want string }{
		{"windows", "--workers=2", "flag --workers: 2 processes cannot share a listening socket on Windows; accepted: 1"},
		{"windows", "--workers=1", ""},
		{"windows", "--stack=elm", `flag --stack: "elm" runs its workers under a parent process, and processes cannot share a listening socket on Windows; accepted: oak`},
		{"darwin", "--workers=2", ""},
		{"darwin", "--stack=elm", ""},
	} {
		src := from(strings.Fields(tt.args), nil)
		src.GOOS = tt.goos
		_, err := Load(src)
		if tt.want == "" {
			wantLines(t, err)
			continue
		}
		wantLines(t, err, tt.want)
	}
}

func TestOneErrorDoesNotHideAnother(t *testing.T) {
	_, err := Load(from(
		strings.Fields("--stack flask --queue 3 --mode cooperative --workers 0 stray"),
		[]string{"TARGET_SERVER_SLEEP=long", "TARGET_SERVER_CONFIG=/none"}))
	wantLines(t, err,
		`argument "stray": is unexpected`,
		`environment variable TARGET_SERVER_CONFIG: "/none" cannot be opened`,
		`flag --stack: "flask" is unknown; accepted: oak, elm`,
		`environment variable TARGET_SERVER_SLEEP: "long" is not a duration`,
		`flag --workers: "0" is too small`,
		`flag --queue: 3 cannot be used with --mode cooperative`)
}

func TestValidateJudgesAConfigThatNobodyRead(t *testing.T) {
	good := oakValues()
	if err := good.Validate(testStacks()); err != nil {
		t.Errorf("the defaults are refused: %v", err)
	}
	bad := good
	bad.Limit = 0
	bad.Queue = -2
	bad.Sleep = distribution.Of(-time.Second)
	bad.Mode = "magic"
	bad.Addr = ""
	bad.KeepAlive = NoTimeout
	wantLines(t, bad.Validate(testStacks()),
		`flag --mode: "magic" is unknown; accepted: `,
		`flag --sleep: "-1s" is negative; accepted: `,
		`flag --limit: "0" is too small; accepted: `,
		`flag --queue: "-2" is too small; accepted: `,
		`flag --addr: "" is empty; accepted: `,
		`flag --keep-alive: "-1ns" is negative; accepted: `)
	if got := len(lines(Config{}.Validate(testStacks()))); got != 9 { // App may be empty
		t.Errorf("the zero Config has %d errors, want 9:\n%v", got, Config{}.Validate(testStacks()))
	}
}

func TestDefaultsAreValid(t *testing.T) {
	for _, row := range testStacks() {
		if err := row.Values.Validate(testStacks()); err != nil {
			t.Errorf("%s %s: %v", row.Values.Stack, row.Values.Vintage, err)
		}
		for name := range row.Refuses {
			setting, _, _ := strings.Cut(name, "=")
			if find(options(testStacks()), setting) == nil {
				t.Errorf("%s %s refuses %s, which is no setting", row.Values.Stack, row.Values.Vintage, setting)
			}
		}
	}
}

func TestAVintageThatAStackLacks(t *testing.T) {
	_, err := Load(Sources{Args: []string{"--vintage=current"}, Stacks: testStacks()[:1], GOOS: "linux"})
	wantLines(t, err, `flag --vintage: "current" is not a vintage of --stack oak; accepted: 2023-03`)
}

func TestOptionsDescribesEverySetting(t *testing.T) {
	described := Options(testStacks())
	if len(described) != len(options(testStacks()))+1 {
		t.Fatalf("%d settings described, want %d and config", len(described), len(options(testStacks())))
	}
	for _, d := range described {
		if d.Name == "" || d.Env == "" || d.Group == "" || d.Usage == "" || (d.Value == "") != slices.Contains([]string{"respawn", "exit-with-parent", "admin-open", "access-log", "proxy-headers", "server-header", "date-header"}, d.Name) {
			t.Errorf("incomplete: %+v", d)
		}
	}
	if d := described[len(described)-1]; d.Name != "config" || d.Env != "TARGET_SERVER_CONFIG" {
		t.Errorf("the last is %+v, want config", d)
	}
}
