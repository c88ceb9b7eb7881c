package variants_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/target-server/target-server/lab/scenarios"
	"github.com/target-server/target-server/lab/variants"
)

// The project's folder, relative to this one.
func root(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestEveryVariantFitsTheSource(t *testing.T) {
	seen, played := map[string]bool{}, scenarios.All()
	for _, v := range variants.All() {
		if _, err := v.Edited(root(t)); err != nil {
			t.Error(err)
		}
		if seen[v.Name] || v.About == "" || len(v.Scenarios) == 0 {
			t.Errorf("%s: a variant must have a unique name, a sentence and scenarios", v.Name)
		}
		seen[v.Name] = true
		for _, name := range v.Scenarios {
			if !slices.ContainsFunc(played, func(s scenarios.Scenario) bool { return strings.HasPrefix(s.Name, name) }) {
				t.Errorf("%s: no scenario begins with %q", v.Name, name)
			}
		}
	}
	if len(seen) < 20 {
		t.Errorf("%d variants, want at least 20", len(seen))
	}
}

// Each variant is built and played, and a scenario must catch it.
func TestEveryVariantIsCaught(t *testing.T) {
	if os.Getenv("LAB_VARIANTS") == "" {
		t.Skip("building every variant takes minutes on two cores: run make lab-variants, or set LAB_VARIANTS=1")
	}
	for _, v := range variants.All() {
		t.Run(v.Name, func(t *testing.T) {
			results, err := variants.Run(t.Context(), root(t), []variants.Variant{v}, os.Stderr)
			if err != nil || len(results) != 1 {
				t.Fatalf("got %d results, %v", len(results), err)
			}
			if len(results[0].Caught) == 0 {
				t.Errorf("%s none of %v caught it", v.About, v.Scenarios)
			}
		})
	}
}

// A variant that is not caught is reported as such, and one that does not fit is refused.
func TestAVariantThatChangesNothing(t *testing.T) {
	nothing := variants.Variant{
		Name: "nothing", About: "No mistake.", Scenarios: []string{"pool-of-one"},
		Edits: []variants.Edit{{File: "limiter/queue.go", Old: "package limiter\n", New: "package limiter\n\n// Nothing.\n"}},
	}
	results, err := variants.Run(t.Context(), root(t), []variants.Variant{nothing}, os.Stderr)
	if err != nil || len(results) != 1 || len(results[0].Caught) != 0 {
		t.Errorf("got %+v, %v; want one that is not caught", results, err)
	}
	stale := nothing
	stale.Edits = []variants.Edit{{File: "limiter/queue.go", Old: "no such text"}}
	if _, err := variants.Run(t.Context(), root(t), []variants.Variant{stale}, os.Stderr); !errors.Is(err, variants.ErrStale) {
		t.Errorf("got %v, want %v", err, variants.ErrStale)
	}
	broken := nothing
	broken.Edits = []variants.Edit{{File: "limiter/queue.go", Old: "package limiter\n", New: "package\n"}}
	if _, err := variants.Run(t.Context(), root(t), []variants.Variant{broken}, os.Stderr); err == nil {
		t.Error("a variant that cannot be built counts as caught")
	}
}
