package config

import (
	"errors"
	"slices"
	"testing"
)

// Settings of the real server come after those of ours, and before the stack's defaults.
func TestForeignSettings(t *testing.T) {
	foreign := func(ask Foreign) (ForeignSettings, error) {
		if ask.Line == "fell" {
			return ForeignSettings{}, errors.New("timber")
		}
		where := "flag --like, -x"
		return ForeignSettings{Values: []ForeignSetting{
			{Setting: "workers", Value: "3", Where: where},
			{Setting: "stack", Value: "elm", Where: where},
			{Setting: "backlog", Value: "7", Where: where},
			{Setting: "addr", Value: ":1", Where: where},
			{Setting: "roots", Value: "deep", Where: where},
			{Setting: "leaves", Value: "green", Where: where, Implied: true},
			{Setting: "timeout", Value: "5", Where: where},
		}, Ignored: []Error{{Where: where, Reason: "is ignored: bark"}}}, nil
	}
	for _, c := range []struct {
		args    []string
		stack   string
		workers int
		addr    string
		warned  []string
	}{
		{[]string{"--like=x"}, "elm", 3, ":1", []string{"flag --like, -x: is ignored: it is not imitated", "flag --like, -x: is ignored: bark", `flag --like, -x: has no effect with --stack elm: elms do not queue`}},
		{[]string{"--like=x", "--workers=2", "--addr=:2", "--stack=oak"}, "oak", 2, ":2", []string{"flag --like, -x: is ignored: it is not imitated", "flag --like, -x: is ignored: oaks take their time", "flag --like, -x: is ignored: bark"}},
		{nil, "oak", 3, ":1", []string{"flag --like, -x: is ignored: it is not imitated", "flag --like, -x: is ignored: oaks take their time", "flag --like, -x: is ignored: bark"}},
	} {
		var warned []string
		cfg, err := Load(Sources{Args: c.args, Stacks: testStacks(), GOOS: "linux", Foreign: foreign, Warn: func(err error) { warned = append(warned, err.Error()) }})
		if err != nil || cfg.Stack != c.stack || cfg.Workers != c.workers || cfg.Addr != c.addr || !slices.Equal(warned, c.warned) {
			t.Errorf("%q: got %s, %d, %s, %v, %q", c.args, cfg.Stack, cfg.Workers, cfg.Addr, err, warned)
		}
	}
	if _, err := Load(Sources{Args: []string{"--like=fell"}, Stacks: testStacks(), Foreign: foreign}); err == nil || err.Error() != "timber" {
		t.Errorf("got %v", err)
	}
	if _, err := Load(Sources{Args: []string{"--like=fell", "--nope"}, Stacks: testStacks(), Foreign: foreign}); err == nil || err.Error() == "timber" {
		t.Errorf("a mistake in our own flags is hidden: %v", err)
	}
}
