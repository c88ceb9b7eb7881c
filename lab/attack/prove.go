package attack

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// proveTime is how long a fault may stay unnoticed.
const proveTime = 3 * time.Minute

// Prove builds target-server with one fault after the other, and attacks each build until the intended
// check fails. A fault that is not noticed is an error. The working directory must be the root of the
// repository.
func Prove(ctx context.Context, seed uint64, out io.Writer) error {
	missed := 0
	for _, f := range Faults() {
		began := time.Now()
		rounds, detail, err := f.prove(ctx, seed)
		switch {
		case err != nil:
			return fmt.Errorf("fault %s: %w", f.Name, err)
		case detail == "":
			missed++
			fmt.Fprintf(out, "%-12s NOT NOTICED in %d rounds. %s\n", f.Name, rounds, f.About)
		default:
			fmt.Fprintf(out, "%-12s noticed by %q in round %d, after %v. %s\n", f.Name, f.Finds, rounds, time.Since(began).Round(time.Second/10), f.About)
		}
	}
	if missed > 0 {
		return fmt.Errorf("%d of %d faults were not noticed", missed, len(Faults()))
	}
	return nil
}

// prove returns the round in which the fault was noticed, and by what.
func (f Fault) prove(ctx context.Context, seed uint64) (rounds int, detail string, err error) {
	dir, err := os.MkdirTemp("", "fault")
	if err != nil {
		return 0, "", err
	}
	defer os.RemoveAll(dir)
	root, err := filepath.Abs(".")
	if err != nil {
		return 0, "", err
	}
	overlay, err := f.Overlay(root, dir)
	if err != nil {
		return 0, "", err
	}
	b := BinariesIn(dir)
	if f.Race {
		b.Plain, err = b.Race, build(ctx, b.Race, overlay, "-race")
	} else {
		b.Race, err = b.Plain, build(ctx, b.Plain, overlay)
	}
	if err != nil {
		return 0, "", err
	}
	for end := time.Now().Add(proveTime); time.Now().Before(end) && ctx.Err() == nil; rounds++ {
		r, err := NewRound(RoundSeed(seed, rounds), f.Target.Stack, f.Target.Vintage)
		if err != nil {
			return rounds, "", err
		}
		r.Race = f.Race
		o := r.Play(ctx, b)
		if i := slices.IndexFunc(o.Findings, func(found Finding) bool { return found.Check == f.Finds }); i >= 0 {
			return rounds, o.Findings[i].Detail, nil
		}
	}
	return rounds, "", ctx.Err()
}
