package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
)

// options is the command line.
type options struct {
	only        []string
	quick, json bool
	env, docs   string
}

const usage = `bench measures the cost of target-server, compared with rivals that do the same.

  go run ./bench                     every figure, in about ten minutes
  go run ./bench --only memory,cpu   only these
  go run ./bench --quick             small sizes, to check that it works
  go run ./bench --only pace --docs docs   the pace alone, and its table in bench.md

Figures:
`

// parse reads the command line; an error has already been printed.
func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	set := flag.NewFlagSet("bench", flag.ContinueOnError)
	set.SetOutput(stderr)
	set.Usage = func() {
		fmt.Fprint(stderr, usage)
		for _, f := range figures() {
			fmt.Fprintf(stderr, "  %-9s %s\n", f.name, f.about)
		}
		fmt.Fprint(stderr, "\nFlags:\n")
		set.PrintDefaults()
	}
	only := set.String("only", "", "measure only these `figures`, separated by commas")
	set.BoolVar(&o.quick, "quick", false, "use small sizes, whose results mean little")
	set.BoolVar(&o.json, "json", false, "print JSON instead of a table")
	set.StringVar(&o.env, "env", "lab/.env", "`folder` of the lab's environments, for Uvicorn")
	set.StringVar(&o.docs, "docs", "", "`folder` for bench.md and its pictures, and the README beside it; none writes nothing")
	if err := set.Parse(args); err != nil {
		return o, err
	}
	if *only != "" {
		o.only = strings.Split(*only, ",")
	}
	if err := o.validate(set.Args()); err != nil {
		fmt.Fprintln(stderr, "bench:", err)
		return o, err
	}
	return o, nil
}

func (o options) validate(rest []string) error {
	var failed error
	if len(rest) > 0 {
		failed = fmt.Errorf("unexpected argument %q", rest[0])
	}
	var names []string
	for _, f := range figures() {
		names = append(names, f.name)
	}
	for _, name := range o.only {
		if !slices.Contains(names, name) {
			failed = errors.Join(failed, fmt.Errorf("unknown figure %q in --only; accepted are %s", name, strings.Join(names, ", ")))
		}
	}
	return failed
}

func (o options) chosen(name string) bool { return len(o.only) == 0 || slices.Contains(o.only, name) }
