package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/target-server/target-server/lab/runner"
	"github.com/target-server/target-server/lab/scenarios"
	"github.com/target-server/target-server/lab/servers"
)

// options is the command line.
type options struct {
	live, self, replay, record, measure, article, list, install, check, report, variants, probe, pace, comparePace, computing bool
	core, once, watched                                                                                                       bool
	only, stack, vintage, http, loop                                                                                          string
	env, recordings, measured, results, docs, binary                                                                          string
	each                                                                                                                      time.Duration
	jobs, times                                                                                                               int
	sequences                                                                                                                 sequenceOptions
}

const usage = `lab compares target-server with the real servers, fact by fact.

  go run ./lab/cmd/lab --live       real servers and target-server side by side
  go run ./lab/cmd/lab --self       each real server compared with itself: what differs is noise
  go run ./lab/cmd/lab --replay     target-server compared with the recordings; needs no real servers
  go run ./lab/cmd/lab --report     write docs/fidelity.md, and a page for each stack, from the last whole --live
  go run ./lab/cmd/lab --variants   wrong variants of target-server compared with the recordings: is each caught?
  go run ./lab/cmd/lab --probe      probe servers whose behaviour is known: is each verdict right?
  go run ./lab/cmd/lab --record     refresh the recordings
  go run ./lab/cmd/lab --article    the article's experiments, scaled down, side by side: write docs/article.md
  go run ./lab/cmd/lab --measure    write stacks/measured from the recordings; --record and --report do so too
  go run ./lab/cmd/lab --list       list the scenarios and what they ask
  go run ./lab/cmd/lab --install    install the real servers and stop
  go run ./lab/cmd/lab --check      start every real server that is pinned, and send it one request
  go run ./lab/cmd/lab --pace       measure how long the real servers compute, and write pace/measured
  go run ./lab/cmd/lab --paced      target-server with --pace real and the real servers under load, side by side
  go run ./lab/cmd/lab --bytes FILE [FILE…]  byte sequences from files against both, in four ways; what differs, by kind
  go run ./lab/cmd/lab --boundaries N        the same with N generated sequences; with --record, record what the real servers do
  go run ./lab/cmd/lab --computing  how long a request to the event loop takes while 16 threads compute, side by side

Flags:
`

// parse reads the command line. It has printed the error that it returns.
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
	set.BoolVar(&o.article, "article", false, "play the article's experiments and write their page")
	set.BoolVar(&o.measure, "measure", false, "write what target-server stacks NAME says of the recordings")
	set.BoolVar(&o.list, "list", false, "list the scenarios")
	set.BoolVar(&o.install, "install", false, "install the real servers and stop")
	set.BoolVar(&o.check, "check", false, "start every pinned server and send it one request")
	set.BoolVar(&o.report, "report", false, "write the fidelity pages and their pictures from the last whole run")
	set.BoolVar(&o.variants, "variants", false, "build the wrong variants and check that each is caught")
	set.BoolVar(&o.pace, "pace", false, "measure the pace of the real servers; --times says in how many rounds")
	set.BoolVar(&o.comparePace, "paced", false, "compare target-server at --pace real with the real servers under load")
	set.BoolVar(&o.computing, "computing", false, "compare how long a request takes while threads compute")
	o.sequences.flags(set)
	set.DurationVar(&o.each, "each", 300*time.Millisecond, "with --pace, --paced and --computing, how `long` each load lasts")
	set.BoolVar(&o.once, "once", false, "do not repeat what disagrees")
	set.BoolVar(&o.probe, "probe", false, "probe servers whose behaviour is known, and check the verdicts")
	set.BoolVar(&o.watched, "watched", false, "with --live: while a client reads target-server's live page and its metrics are scraped ten times a second")
	set.BoolVar(&o.core, "core", false, "play only the core scenarios")
	set.StringVar(&o.only, "only", "", "play only scenarios, or wrong variants, whose names start with `prefix`; several prefixes with commas")
	set.StringVar(&o.stack, "stack", "", "only one `stack`, by the name that target-server has for it")
	set.StringVar(&o.vintage, "vintage", "", "only one `vintage`: 2023-03 or current")
	set.StringVar(&o.http, "http", "", "the `parser` for scenarios that do not choose one: h11 or httptools")
	set.StringVar(&o.loop, "loop", "", "the `loop` for scenarios that do not choose one: asyncio or uvloop")
	set.StringVar(&o.env, "env", "lab/.env", "`folder` of the real servers")
	set.StringVar(&o.recordings, "recordings", "lab/recordings", "`folder` of the recordings")
	set.StringVar(&o.measured, "measured", "stacks/measured", "`folder` of what target-server stacks NAME says of the recordings")
	set.StringVar(&o.results, "results", "lab/.results", "`folder` in which whole runs are kept")
	set.StringVar(&o.docs, "docs", "docs", "`folder` of the pages")
	set.StringVar(&o.binary, "binary", "", "`path` of a target-server that is built already; without it ./cmd/target-server is built")
	set.IntVar(&o.jobs, "jobs", 9, "how many servers run at a time")
	set.IntVar(&o.times, "times", 3, "how often a scenario is played for a recording")
	if err := set.Parse(args); err != nil {
		return o, err
	}
	rest, err := o.sequences.more(set)
	if err != nil {
		return o, err
	}
	if err := o.validate(rest); err != nil {
		fmt.Fprintln(stderr, "lab:", err)
		return o, err
	}
	return o, nil
}

func (o options) validate(rest []string) error {
	modes := 0
	for _, on := range []bool{o.live, o.self, o.replay, o.record && !o.sequences.chosen(), o.measure, o.article, o.list, o.install, o.check, o.report, o.variants, o.probe, o.pace, o.comparePace, o.computing, o.sequences.chosen()} {
		if on {
			modes++
		}
	}
	var failed error
	if modes != 1 {
		failed = errors.New("exactly one of --live, --self, --replay, --record, --measure, --article, --list, --install, --check, --report, --variants, --probe, --pace, --paced, --computing, --bytes, --boundaries is needed")
	}
	if o.watched && !o.live {
		failed = errors.Join(failed, errors.New("--watched needs --live"))
	}
	if len(rest) > 0 {
		failed = errors.Join(failed, fmt.Errorf("unexpected argument %q", rest[0]))
	}
	failed = errors.Join(failed,
		among("--stack", o.stack, servers.Stacks()...), among("--vintage", o.vintage, servers.Vintages()...), among("--http", o.http, "h11", "httptools"), among("--loop", o.loop, "asyncio", "uvloop"))
	if played := o.live || o.self || o.replay || o.record || o.list; played && len(o.plays()) == 0 {
		failed = errors.Join(failed, fmt.Errorf("no scenario%s has a name that starts with %q; --list shows them all", ofStack(o.stack), o.only))
	}
	if o.variants && len(o.chosenVariants()) == 0 {
		failed = errors.Join(failed, fmt.Errorf("no wrong variant has a name that starts with %q; docs/fidelity/wrong-variants.md lists them", o.only))
	}
	if o.sequences.chosen() {
		failed = errors.Join(failed, o.sequences.validate())
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

// chosenScenarios lists the scenarios that the command line does not leave out.
func (o options) chosenScenarios() []scenarios.Scenario {
	return slices.DeleteFunc(scenarios.All(), func(s scenarios.Scenario) bool {
		return o.stack != "" && s.Server.Stack != o.stack || o.core && !s.Core || !o.chosen(s.Name)
	})
}

// plays lists each chosen scenario at each chosen vintage.
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

// whole reports whether the command line selects everything of a stack.
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
