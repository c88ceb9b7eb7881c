package main

import (
	"bytes"
	"context"
	"strings"
	"testing"
)

func TestWrongCommandLines(t *testing.T) {
	tests := []struct {
		args []string
		want string
	}{
		{nil, "exactly one of --live"},
		{[]string{"--live", "--self"}, "exactly one of --live"},
		{[]string{"--live", "--vintage", "1999"}, `--vintage is "1999"; it may be 2023-03, current`},
		{[]string{"--live", "--stack", "apache"}, `--stack is "apache"; it may be uvicorn, hypercorn, `},
		{[]string{"--live", "--stack", "flask", "--only", "pool-order"}, `no scenario of flask has a name that starts with "pool-order"`},
		{[]string{"--live", "--http", "x"}, "it may be h11, httptools"},
		{[]string{"--live", "--loop", "x"}, "it may be asyncio, uvloop"},
		{[]string{"--live", "more"}, `unexpected argument "more"`},
		{[]string{"--live", "--jobs", "0"}, "--jobs must be at least 1"},
		{[]string{"--what"}, "flag provided but not defined"},
		{[]string{"--live", "--only", "no-such-scenario"}, "no scenario"},
		{[]string{"--variants", "--only", "no-such-variant"}, `no wrong variant has a name that starts with "no-such-variant"`},
	}
	for _, test := range tests {
		t.Run(strings.Join(test.args, " "), func(t *testing.T) {
			var stderr bytes.Buffer
			if code := run(context.Background(), test.args, &stderr, &stderr); code != exitUsage {
				t.Errorf("exit: got %d, want %d", code, exitUsage)
			}
			if !strings.Contains(stderr.String(), test.want) {
				t.Errorf("said %q, want %q", &stderr, test.want)
			}
		})
	}
}

func TestList(t *testing.T) {
	var stdout bytes.Buffer
	if code := run(t.Context(), []string{"--list"}, &stdout, &stdout); code != exitGood {
		t.Errorf("exit: got %d", code)
	}
	if !strings.Contains(stdout.String(), "pool-order-four") {
		t.Errorf("got %q", &stdout)
	}
}

func TestChosenVariants(t *testing.T) {
	all := options{}.chosenVariants()
	some := options{only: all[1].Name}.chosenVariants()
	if len(some) == 0 || len(some) == len(all) || some[0].Name != all[1].Name {
		t.Errorf("of %d: got %v, want %q", len(all), some, all[1].Name)
	}
}

func TestPlays(t *testing.T) {
	var stderr bytes.Buffer
	o, err := parse([]string{"--live", "--only", "pool-order,blocked-connected", "--vintage", "current", "--http", "h11", "--loop", "uvloop"}, &stderr)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, play := range o.plays() {
		got = append(got, play.Scenario.Name+" "+play.Config.Vintage+" "+play.Config.HTTP+" "+play.Config.Loop)
	}
	want := []string{
		"pool-order-four current h11 uvloop", "pool-order-forty current h11 uvloop",
		"blocked-connected-asyncio current h11 asyncio", "blocked-connected-uvloop current h11 uvloop",
	}
	if strings.Join(got, "; ") != strings.Join(want, "; ") {
		t.Errorf("got %q, want %q", got, want)
	}
}
