package report_test

import (
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/target-server/target-server/lab/report"
)

func example() report.Results {
	return report.Results{
		Parts: []report.Part{{
			Stack: "uvicorn", Date: "2026-11-25", Machine: "2 cores", Seconds: 600,
			Versions: map[string]map[string]string{"2023-03": {"uvicorn": "0.21.1", "anyio": "3.6.2"}, "current": {"uvicorn": "0.54.0"}},
			Rows: []report.Row{
				{Scenario: "pool-order-four", Vintage: "2023-03", Facts: 3, Agree: 3, Noise: 1, Repeats: 1},
				{Scenario: "pool-order-four", Vintage: "current", Facts: 3, Agree: 1, Missed: 1, Differ: []string{"starts"}, Unstable: []string{"most at once"}},
				{Scenario: "pool-of-one", Vintage: "current", Broken: "no server"},
			},
		}},
		Variants: []report.Variant{
			{Name: "limit-plus-one", About: "One thread too many.", Caught: []string{"pool-of-one"}, Facts: 2},
			{Name: "nothing", About: "No change."},
		},
	}
}

func TestPage(t *testing.T) {
	page := report.Page(example())
	for _, want := range []string{
		"against the real servers of 1 stacks and",
		"This run: 2026-11-25, 2 cores, 10 minutes.",
		"two performances of the real server disagree | 1 of 6 |",
		"agrees with neither of the two | 1 of 6 |",
		"up to three times | 1 of 6; 1 unstable |",
		"that a scenario catches | 1 of 2 |",
		"| uvicorn | 2023-03 | anyio 3.6.2, uvicorn 0.21.1 | 1 | 3 / 3 | 1 |",
		"| uvicorn | current | uvicorn 0.54.0 | 2 | 1 / 3 | 0 |",
		"- `pool-order-four` at current, starts: differs",
		"- `pool-order-four` at current, most at once: unstable",
		"- `pool-of-one` at current: could not be played",
		"| 3 / 3 | 1 / 3 |\n",
		"| – | broken |\n",
		"| nothing | No change. | **nothing** | 0 |",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q; it says\n%s", want, page)
		}
	}
	clean := example()
	clean.Parts[0].Rows = clean.Parts[0].Rows[:1]
	if page := report.Page(clean); !strings.Contains(page, "No fact of any scenario.") {
		t.Error("nothing differs, and the page does not say so")
	}
}

// A run of some stacks leaves what was found of the others.
func TestTake(t *testing.T) {
	r := report.Results{Parts: []report.Part{{Stack: "uvicorn", Date: "old"}, {Stack: "gone"}, {Stack: "flask", Date: "old"}}}
	r.Take([]report.Part{{Stack: "flask", Date: "new"}, {Stack: "hypercorn", Date: "new"}}, []string{"uvicorn", "hypercorn", "flask", "node"})
	want := []report.Part{{Stack: "uvicorn", Date: "old"}, {Stack: "hypercorn", Date: "new"}, {Stack: "flask", Date: "new"}}
	if !reflect.DeepEqual(r.Parts, want) {
		t.Errorf("got %+v, want %+v", r.Parts, want)
	}
	page := report.Page(r)
	for _, run := range []string{"The run of uvicorn: old", "The run of hypercorn, flask: new"} {
		if !strings.Contains(page, run) {
			t.Errorf("the page does not say %q", run)
		}
	}
}

func TestSaveAndLoad(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "live.json")
	want := example()
	kept := filepath.Join(filepath.Dir(path), "variants.json")
	if err := report.SaveVariants(kept, want.Variants); err != nil {
		t.Fatal(err)
	}
	if got, err := report.LoadVariants(kept); err != nil || !reflect.DeepEqual(got, want.Variants) {
		t.Errorf("got %+v, %v; want %+v", got, err, want.Variants)
	}
	want.Variants = nil
	if err := want.Save(path); err != nil {
		t.Fatal(err)
	}
	if got, err := report.Load(path); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v; want %+v", got, err, want)
	}
	if _, err := report.Load(path + "x"); err == nil {
		t.Error("a file that is not there was loaded")
	}
}
