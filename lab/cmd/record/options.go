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
	only                    string
	again, list             bool
	docs, results, measured string
}

const usage = `record plays everything that the generated pages show, and writes them: docs/fidelity.md with a page for each
stack, docs/article.md, docs/bench.md and the README's table. It needs a quiet machine, the real servers, and about
an hour.

  go run ./lab/cmd/record                       every part; if the last record was interrupted, what is left of it
  go run ./lab/cmd/record --again               every part, whatever the last record has done
  go run ./lab/cmd/record --only bench,article  these parts again; "live" means the live run of every stack
  go run ./lab/cmd/record --list                the parts, when each was done, and how long it took

A part that fails stops the record; started again, it goes on with that part. What each part prints is kept as well.

Flags:
`

// parse reads the command line. It has printed the error that it returns.
func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	set := flag.NewFlagSet("record", flag.ContinueOnError)
	set.SetOutput(stderr)
	set.Usage = func() {
		fmt.Fprint(stderr, usage)
		set.PrintDefaults()
	}
	set.StringVar(&o.only, "only", "", "only these `parts`, with commas")
	set.BoolVar(&o.again, "again", false, "begin a new record")
	set.BoolVar(&o.list, "list", false, "list the parts")
	set.StringVar(&o.docs, "docs", "docs", "`folder` of the pages")
	set.StringVar(&o.measured, "measured", "stacks/measured", "`folder` of what target-server stacks NAME says was measured")
	set.StringVar(&o.results, "results", "lab/.results", "`folder` in which results, output and times are kept")
	if err := set.Parse(args); err != nil {
		return o, err
	}
	if err := o.validate(set.Args()); err != nil {
		fmt.Fprintln(stderr, "record:", err)
		return o, err
	}
	return o, nil
}

func (o options) validate(rest []string) error {
	var failed error
	if len(rest) > 0 {
		failed = fmt.Errorf("unexpected argument %q", rest[0])
	}
	names := []string{"live"}
	for _, p := range o.parts() {
		names = append(names, p.name)
	}
	for _, name := range o.named() {
		if !slices.Contains(names, name) {
			failed = errors.Join(failed, fmt.Errorf("--only names %q; it may name %s", name, strings.Join(names, ", ")))
		}
	}
	return failed
}

// named are the parts that --only names.
func (o options) named() []string {
	if o.only == "" {
		return nil
	}
	return strings.Split(o.only, ",")
}

// chosen reports whether --only names a part.
func (o options) chosen(name string) bool {
	return slices.Contains(o.named(), name) || strings.HasPrefix(name, "live-") && slices.Contains(o.named(), "live")
}
