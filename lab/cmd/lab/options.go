package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/target-server/target-server/lab/runner"
	"github.com/target-server/target-server/lab/scenarios"
	"github.com/target-server/target-server/lab/servers"
)

// options is the command line.
type options struct {
	live, self, replay, record, measure, article, list, install, check, report, variants, probe bool
	core, once                                                                                  bool
	only, stack, vintage, http, loop                                                            string
	env, recordings, measured, results, docs, binary                                            string
	jobs, times                                                                                 int
}

const usage = `lab compares target-server with the real servers, fact by fact.

  go run ./lab/cmd/lab --live            real servers and target-server side by side
  go run ./lab/cmd/lab --self            the real servers against themselves: the noise
  go run ./lab/cmd/lab --replay          target-server against the recordings, without the real servers
  go run ./lab/cmd/lab --report          docs/fidelity.md, of what the last whole --live found
  go run ./lab/cmd/lab --variants        wrong variants of target-server against the recordings: is each caught?
  go run ./lab/cmd/lab --probe           probe servers that are known: is each verdict right?
  go run ./lab/cmd/lab --record          refresh the recordings
  go run ./lab/cmd/lab --article         the article's experiments, scaled down, side by side: docs/article.md
  go run ./lab/cmd/lab --measure         stacks/measured, of the recordings; --record does it as well
  go run ./lab/cmd/lab --list            the scenarios and what they ask
  go run ./lab/cmd/lab --install         only make the environments of the real servers
  go run ./lab/cmd/lab --check           start every real server that is pinned, and ask it once

Flags:
`

// parse reads the command line; the error, if any, has been shown already.
func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	set := flag.NewFlagSet("lab", flag.ContinueOnError)
	set.SetOutput(stderr)
	set.Usage = func() {
		fmt.Fprint(stderr, usage)
		set.PrintDefaults()
	}
	set.BoolVar(&o.live, "live", false, "compare target-server with the real servers")
	set.BoolVar(&o.self, "self", false, "compare the real servers with themselves")
	set.BoolVar(&o.replay, "replay", false, "compare target-server with the recordings")
	set.BoolVar(&o.record, "record", false, "write the recordings")
	set.BoolVar(&o.article, "article", false, "play the article's experiments and make a table of them")
	set.BoolVar(&o.measure, "measure", false, "write what the program tells of the recordings")
	set.BoolVar(&o.list, "list", false, "list the scenarios")
	set.BoolVar(&o.install, "install", false, "make the environments and stop")
	set.BoolVar(&o.check, "check", false, "start every pinned server and ask it once")
	set.BoolVar(&o.report, "report", false, "make the page and its pictures of the last whole run")
	set.BoolVar(&o.variants, "variants", false, "build wrong variants and see that each is caught")
	set.BoolVar(&o.once, "once", false, "play nothing again")
	set.BoolVar(&o.probe, "probe", false, "probe servers that are known and see that the verdicts are right")
	set.BoolVar(&o.core, "core", false, "play only the core scenarios")
	set.StringVar(&o.only, "only", "", "play only scenarios, or wrong variants, whose `name` begins so; several with commas")
	set.StringVar(&o.stack, "stack", "", "only one `stack`, as target-server names it")
	set.StringVar(&o.vintage, "vintage", "", "only one `vintage`: 2023-03 or current")
	set.StringVar(&o.http, "http", "", "the `parser` where a scenario leaves it open: h11 or httptools")
	set.StringVar(&o.loop, "loop", "", "the `loop` where a scenario leaves it open: asyncio or uvloop")
	set.StringVar(&o.env, "env", "lab/.env", "`folder` of the environments")
	set.StringVar(&o.recordings, "recordings", "lab/recordings", "`folder` of the recordings")
	set.StringVar(&o.measured, "measured", "stacks/measured", "`folder` of what the program tells of the recordings")
	set.StringVar(&o.results, "results", "lab/.results", "`folder` in which a whole run is kept")
	set.StringVar(&o.docs, "docs", "docs", "`folder` of the page")
	set.StringVar(&o.binary, "binary", "", "target-server, already built, as a `path`; none builds ./cmd/target-server")
	set.IntVar(&o.jobs, "jobs", 9, "servers that run at a time")
	set.IntVar(&o.times, "times", 3, "performances for a recording")
	if err := set.Parse(args); err != nil {
		return o, err
	}
	if err := o.validate(set.Args()); err != nil {
		fmt.Fprintln(stderr, "lab:", err)
		return o, err
	}
	return o, nil
}

func (o options) validate(rest []string) error {
	modes := 0
	for _, on := range []bool{o.live, o.self, o.replay, o.record, o.measure, o.article, o.list, o.install, o.check, o.report, o.variants, o.probe} {
		if on {
			modes++
		}
	}
	var failed error
	if modes != 1 {
		failed = errors.New("one of --live, --self, --replay, --record, --measure, --article, --list, --install, --check, --report, --variants, --probe is needed")
	}
	if len(rest) > 0 {
		failed = errors.Join(failed, fmt.Errorf("unexpected argument %q", rest[0]))
	}
	failed = errors.Join(failed,
		among("--stack", o.stack, servers.Stacks()...), among("--vintage", o.vintage, servers.Vintages()...), among("--http", o.http, "h11", "httptools"), among("--loop", o.loop, "asyncio", "uvloop"))
	if played := o.live || o.self || o.replay || o.record || o.list; played && len(o.plays()) == 0 {
		failed = errors.Join(failed, fmt.Errorf("no scenario%s begins with %q; --list shows them", ofStack(o.stack), o.only))
	}
	if o.variants && len(o.chosenVariants()) == 0 {
		failed = errors.Join(failed, fmt.Errorf("no wrong variant begins with %q; lab/variants has them", o.only))
	}
	if o.jobs < 1 || o.times < 2 {
		failed = errors.Join(failed, errors.New("--jobs must be at least 1 and --times at least 2"))
	}
	return failed
}

func among(flag, value string, accepted ...string) error {
	if value == "" || slices.Contains(accepted, value) {
		return nil
	}
	return fmt.Errorf("%s is %q; it may be %s", flag, value, strings.Join(accepted, ", "))
}

func ofStack(stack string) string {
	if stack == "" {
		return ""
	}
	return " of " + stack
}

// chosenScenarios lists those that the command line does not leave out.
func (o options) chosenScenarios() []scenarios.Scenario {
	return slices.DeleteFunc(scenarios.All(), func(s scenarios.Scenario) bool {
		return o.stack != "" && s.Server.Stack != o.stack || o.core && !s.Core || !o.chosen(s.Name)
	})
}

// plays lists what is to be played: each chosen scenario at each chosen vintage.
func (o options) plays() []runner.Play {
	var plays []runner.Play
	for _, scenario := range o.chosenScenarios() {
		for _, vintage := range servers.Vintages() {
			if o.vintage != "" && o.vintage != vintage || !scenario.At(vintage) {
				continue
			}
			plays = append(plays, runner.Play{Scenario: scenario, Config: o.configure(scenario.Server, vintage)})
		}
	}
	return plays
}

// whole reports whether nothing of a stack is left out.
func (o options) whole() bool {
	return !o.core && o.only+o.vintage+o.http+o.loop == ""
}

func (o options) chosen(name string) bool {
	if o.only == "" {
		return true
	}
	for prefix := range strings.SplitSeq(o.only, ",") {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

func (o options) configure(cfg servers.Config, vintage string) servers.Config {
	cfg.Vintage = vintage
	if cfg.HTTP == "" {
		cfg.HTTP = o.http
	}
	if cfg.Loop == "" {
		cfg.Loop = o.loop
	}
	return cfg
}
