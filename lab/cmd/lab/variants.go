package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/target-server/target-server/internal/machine"
	"github.com/target-server/target-server/lab/report"
	"github.com/target-server/target-server/lab/variants"
)

// variantsFile is where the last run of all wrong variants is kept.
func (o options) variantsFile() string { return filepath.Join(o.results, "variants.json") }

// chosenVariants lists the variants that the command line selects.
func (o options) chosenVariants() []variants.Variant {
	return slices.DeleteFunc(variants.All(), func(v variants.Variant) bool { return !o.chosen(v.Name) })
}

// catchVariants builds each wrong variant, plays its scenarios on it, and fails if one is not caught.
func (o options) catchVariants(ctx context.Context, stdout io.Writer) (int, error) {
	root, err := filepath.Abs(".")
	if err != nil {
		return exitFailed, fmt.Errorf("the working directory: %w", err)
	}
	results, err := variants.Run(ctx, root, o.chosenVariants(), stdout)
	if err != nil {
		return exitFailed, err
	}
	kept := report.Variants{Date: time.Now().Format(time.DateOnly), Machine: machine.Here().String()}
	var missed []string
	for _, r := range results {
		kept.All = append(kept.All, report.Variant{Name: r.Variant.Name, About: r.Variant.About, Caught: r.Caught, Facts: r.Facts})
		if len(r.Caught) == 0 {
			missed = append(missed, r.Variant.Name)
		}
	}
	fmt.Fprintf(stdout, "\n%d of %d wrong variants are caught\n", len(results)-len(missed), len(results))
	if len(missed) > 0 {
		fmt.Fprintln(stdout, "NOT CAUGHT:", strings.Join(missed, ", "))
	}
	if o.only == "" { // the report needs all of them
		err = report.SaveVariants(o.variantsFile(), kept)
	}
	if len(missed) > 0 || err != nil {
		return exitFailed, err
	}
	return exitGood, nil
}
