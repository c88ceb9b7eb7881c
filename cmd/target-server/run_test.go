package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/stacks"
)

// outcome is what a user sees of one run.
type outcome struct {
	code     int
	out, err string
	served   *config.Config
}

// try runs the program with a server that ends at once with the error end.
func try(t *testing.T, end error, env map[string]string, args ...string) outcome {
	t.Helper()
	var got outcome
	p := program{
		serve:  func(_ context.Context, cfg config.Config, _ streams) error { got.served = &cfg; return end },
		build:  build{version: "v1.2.3", goVersion: "go1.26.0", platform: "linux/amd64"},
		now:    func() time.Time { return time.Unix(0, 7) },
		stacks: stacks.Defaults(),
		environ: func() []string {
			var all []string
			for name, value := range env {
				all = append(all, name+"="+value)
			}
			return all
		},
	}
	lookup := func(name string) (string, bool) { value, ok := env[name]; return value, ok }
	var out, errs bytes.Buffer
	got.code = p.run(t.Context(), args, lookup, strings.NewReader(""), &out, &errs)
	got.out, got.err = out.String(), errs.String()
	return got
}

// ended is the error of a server that ends with a given exit status.
type ended int

func (e ended) Error() string { return fmt.Sprintf("ended with %d", int(e)) }
func (e ended) ExitCode() int { return int(e) }

func TestServing(t *testing.T) {
	for _, tt := range []struct {
		name   string
		end    error
		code   int
		stderr string
	}{
		{"a regular end", nil, 0, ""},
		{"a failure", errors.New("listen: address in use"), 1, "target-server: listen: address in use\n"},
		{"two failures", errors.Join(errors.New("one"), errors.New("two")), 1, "target-server: one\ntarget-server: two\n"},
		{"an end of the stack's own", fmt.Errorf("serve: %w", ended(3)), 3, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := try(t, tt.end, map[string]string{"TARGET_SERVER_WORKERS": "2"}, "--limit=3")
			if got.code != tt.code || got.err != tt.stderr || got.out != "" {
				t.Errorf("got %d, %q, %q; want %d, nothing, %q", got.code, got.out, got.err, tt.code, tt.stderr)
			}
			if got.served == nil || got.served.Limit != 3 || got.served.Workers != 2 || got.served.Seed != 7 {
				t.Errorf("served %+v", got.served)
			}
		})
	}
}

func TestWrongInput(t *testing.T) {
	const commands = "probe, watch, beside, plot, healthcheck, program, stacks, version, help"
	for _, tt := range []struct{ args, want string }{
		{"--limit=0", "target-server: flag --limit: \"0\" is too small; accepted: a whole number from 1 to 2147483647, or unlimited\n"},
		{
			"--limit=x --sleep=y", "target-server: flag --sleep: \"y\" is not a duration; accepted: a duration such as 100ms, 5s or 2m (a bare number is seconds), from 0 to 8760h, or a distribution such as exp(50ms)\n" +
				"target-server: flag --limit: \"x\" is not a whole number; accepted: a whole number from 1 to 2147483647, or unlimited\n",
		},
		{"serve", "target-server: command \"serve\": is unknown; leave it out: target-server with flags alone starts a server\n"},
		{"a\nb", "target-server: command \"a\\nb\": is unknown; accepted: " + commands + ", or flags alone to start a server\n"},
		{"version --limit", "target-server: argument \"--limit\": is unexpected; target-server version takes no arguments\n"},
		{"stacks apache", "target-server: stack \"apache\": is unknown; accepted: " + strings.Join(stackNames(), ", ") + "\n"},
		{"stacks uvicorn current", "target-server: argument \"current\": is unexpected; accepted: target-server stacks, or target-server stacks NAME\n"},
		{"healthcheck now", "target-server: argument \"now\": is unexpected; accepted after healthcheck: only flags, as in healthcheck --addr 127.0.0.1:8080\n"},
		{"healthcheck --limit=3", "target-server: flag --limit: is unknown to healthcheck; accepted: --addr, --timeout, --connect-only\n"},
		{"healthcheck --timeout=soon", "target-server: flag --timeout: \"soon\" is not a duration; accepted: a duration such as 100ms, 5s or 2m\n"},
		{"healthcheck --timeout=-1s", "target-server: flag --timeout: -1s is too short; accepted: a duration above 0, such as 3s\n"},
		{"healthcheck --addr=80", "target-server: flag --addr: \"80\" is not an address (missing port in address); accepted: host:port such as 127.0.0.1:8080 or :8080, with port 0 for a free port\n"},
		{"healthcheck --addr=:0", "target-server: flag --addr: \":0\" has no port to connect to; accepted: the port that the server got\n"},
	} {
		t.Run(tt.args, func(t *testing.T) {
			got := try(t, nil, nil, strings.Split(tt.args, " ")...)
			if got.code != 2 || got.out != "" || got.served != nil {
				t.Errorf("code %d, stdout %q, served %v; want 2, nothing, nothing", got.code, got.out, got.served)
			}
			if got.err != tt.want {
				t.Errorf("stderr:\n got %s\nwant %s", got.err, tt.want)
			}
		})
	}
}

func TestHelpIsPinned(t *testing.T) {
	for file, args := range map[string][]string{
		"help.txt":             {"--help"},
		"healthcheck-help.txt": {"healthcheck", "--help"},
		"program-help.txt":     {"program", "--help"},
		"plot-help.txt":        {"plot", "--help"},
		"watch-help.txt":       {"watch", "--help"},
	} {
		got := try(t, nil, nil, args...)
		if got.code != 0 || got.err != "" || got.served != nil {
			t.Errorf("%v: code %d, stderr %q, served %v", args, got.code, got.err, got.served)
		}
		golden(t, file, got.out)
		for line := range strings.Lines(got.out) {
			if len(line) > 101 {
				t.Errorf("%v: a line of %d characters: %s", args, len(line)-1, line)
			}
		}
	}
}

func stackNames() []string { return program{stacks: stacks.Defaults()}.stackNames() }

// Every stack is listed with its vintages and with the defaults that are its own.
func TestEveryStackIsListed(t *testing.T) {
	got := try(t, nil, nil, "stacks")
	if got.code != 0 || got.err != "" || got.served != nil {
		t.Errorf("code %d, stderr %q, served %v", got.code, got.err, got.served)
	}
	for _, row := range stacks.Defaults() {
		if want := fmt.Sprintf("  %-9s%s\n", row.Values.Vintage, row.Summary); !strings.Contains(got.out, "\n"+want) {
			t.Errorf("%s is not listed as %q:\n%s", row.Values.Stack, want, got.out)
		}
	}
	for _, want := range append(stackNames(), "--sleep 5s --limit 40 --backlog 2048 --keep-alive 5s") {
		if !strings.Contains(got.out, want+"\n") {
			t.Errorf("%q is not in it:\n%s", want, got.out)
		}
	}
	for line := range strings.Lines(got.out) {
		if len([]rune(line)) > helpWidth+1 {
			t.Errorf("a line of %d characters: %s", len(line)-1, line)
		}
	}
}

// Each stack is explained under the same headings, in lines that fit; there is a guide to it, and its figures are the lab's.
func TestEveryStackIsExplained(t *testing.T) {
	for _, name := range stackNames() {
		t.Run(name, func(t *testing.T) {
			got := try(t, nil, nil, "stacks", name)
			if got.code != 0 || got.err != "" || got.served != nil {
				t.Errorf("code %d, stderr %q, served %v", got.code, got.err, got.served)
			}
			wanted := []string{
				"  --vintage 2023-03 ", "What it is for:\n  ", "Its settings with their defaults, and what the real server calls them:\n", "  --addr ", "Its modes:\n  - ", "Settings that it refuses, and why:\n  - ",
				"Facts recorded from the real server, which tests compare this one with:\n  - ", "Known differences from the real server:\n  - ",
			}
			measured, err := stacks.Measured(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range measured {
				wanted = append(wanted, fmt.Sprintf("%d facts in %d scenarios", m.Facts, m.Scenarios))
			}
			for _, row := range stacks.Defaults() {
				for setting := range row.Refuses {
					if row.Values.Stack == name {
						wanted = append(wanted, "- "+refused(setting, row))
					}
				}
			}
			for _, want := range wanted {
				if !strings.Contains(got.out, want) {
					t.Errorf("%q is not in it:\n%s", want, got.out)
				}
			}
			for line := range strings.Lines(got.out) {
				if len([]rune(line)) > helpWidth+1 {
					t.Errorf("a line of %d characters: %s", len(line)-1, line)
				}
			}
		})
	}
}

// golden compares text with a file in testdata, and writes it if UPDATE is set.
func golden(t *testing.T, file, got string) {
	t.Helper()
	path := filepath.Join("testdata", file)
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; if that is meant: UPDATE=1 go test -run %s ./cmd/target-server\ngot:\n%s", path, t.Name(), got)
	}
}

func TestEveryRoadToHelpAndVersion(t *testing.T) {
	help, version := try(t, nil, nil, "--help").out, "target-server v1.2.3 go1.26.0 linux/amd64\n"
	for args, want := range map[string]string{
		"-h": help, "help": help, "--limit=3 --help": help, "version --help": help, "help help": help, "stacks -h": stacksHelp, "help stacks": stacksHelp, "help healthcheck": healthcheckHelp,
		"version": version, "--version": version, "--limit=3 --version": version,
	} {
		if got := try(t, nil, nil, strings.Fields(args)...); got.code != 0 || got.out != want || got.err != "" {
			t.Errorf("%s: code %d, stderr %q, stdout:\n%s", args, got.code, got.err, got.out)
		}
	}
}

func TestVersionNamesTheRevision(t *testing.T) {
	b := build{version: "(devel)", revision: "abc", date: "2026-01-02T03:04:05Z", modified: true, goVersion: "go1.26.0", platform: "linux/arm64"}
	if got, want := b.String(), "target-server (devel) (revision abc modified, 2026-01-02T03:04:05Z) go1.26.0 linux/arm64"; got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	if b := buildInfo(); b.version == "" || b.goVersion == "" || b.platform == "" {
		t.Errorf("this very binary: %+v", b)
	}
}
