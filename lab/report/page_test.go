package report_test

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/target-server/target-server/lab/report"
	"github.com/target-server/target-server/stacks"
)

func example() report.Results {
	return report.Results{
		Parts: []report.Part{{
			Stack: "uvicorn", Date: "2026-11-25", Machine: "2 cores", Seconds: 600,
			Servers:  map[string]string{"2023-03": "FastAPI on Uvicorn"},
			Versions: map[string]map[string]string{"2023-03": {"uvicorn": "0.21.1", "anyio": "3.6.2"}, "current": {"uvicorn": "0.54.0"}},
			Rows: []report.Row{
				{Scenario: "pool-order-four", Vintage: "2023-03", Facts: 3, Agree: 3, Noise: 1, Repeats: 1},
				{Scenario: "pool-order-four", Vintage: "current", Facts: 3, Agree: 1, Missed: 1, Differ: []string{"starts"}, Unstable: []string{"most at once"}},
				{Scenario: "pool-of-one", Vintage: "current", Broken: "no server"},
			},
		}},
		Curves: []report.Curve{
			{Figure: "staircase", Vintage: "2023-03", Server: "real", Y: []float64{1, 2}},
			{Figure: "burst-flask", Vintage: "2023-03", Server: "real", Y: []float64{1, 2}},
			{Figure: "burst-flask", Vintage: "current", Server: "ours", Y: []float64{1, 2}},
		},
		Variants: report.Variants{Date: "2026-11-24", Machine: "4 cores", All: []report.Variant{
			{Name: "limit-plus-one", About: "One thread too many.", Caught: []string{"pool-of-one"}, Facts: 2},
			{Name: "nothing", About: "No change."},
		}},
	}
}

func TestPages(t *testing.T) {
	pages := report.Pages(example())
	for name, says := range map[string][]string{
		"fidelity.md": {
			"2 scenarios of 1 stacks were played",
			"\nPlayed on 2026-11-25, 2 cores, in 10 minutes.\n",
			"| [uvicorn](fidelity/uvicorn.md) | 2 | 3 of 3 | 1 of 3 | 1, and 1 not played | 1 |",
			"| **all** | 2 | 3 of 3 | 1 of 3 | 1, and 1 not played | 1 |",
			"were not the same both times | 1 of 6 facts |",
			"agreed with neither of the two | 1 of 6 facts |",
			"still different | 1 of 6 facts |",
			"does a scenario catch it? | 1 of 2 caught |",
		},
		"fidelity/uvicorn.md": {
			"played the same 2 scenarios on both",
			"can see. Played on 2026-11-25, 2 cores, in 10 minutes.\n",
			"1 of 6 facts were not the same both times",
			"| 2023-03 | FastAPI on Uvicorn | 1 | 3 of 3 | 0 | 0 | 1 |",
			"- 2023-03: anyio 3.6.2, uvicorn 0.21.1\n",
			"- `pool-order-four` at current: “starts” is different",
			"- `pool-order-four` at current: “most at once” is unstable",
			"- `pool-of-one` at current: the scenario could not be played",
			"| 3 / 3 | 1 / 3 |\n",
			"| – | not played |\n",
			"(staircase-2023-03.svg)",
		},
		"fidelity/wrong-variants.md": {
			"1 of 2 are caught.\nPlayed on 2026-11-24, 4 cores.\n",
			"| nothing | No change. | **nothing** | 0 |",
		},
	} {
		for _, want := range says {
			if !strings.Contains(pages[name], want) {
				t.Errorf("%s does not say %q; it says\n%s", name, want, pages[name])
			}
		}
	}
	clean := example()
	clean.Parts[0].Rows = clean.Parts[0].Rows[:1]
	if page := report.Pages(clean)["fidelity/uvicorn.md"]; !strings.Contains(page, "None in this run.") {
		t.Errorf("nothing differs, and the page does not say so:\n%s", page)
	}
}

// A stack's page shows its own pictures, at each vintage that was played.
func TestPicturesAreOfTheirStack(t *testing.T) {
	r := example()
	if page := report.Pages(r)["fidelity/uvicorn.md"]; strings.Count(page, ".svg") != 1 {
		t.Errorf("uvicorn's page does not show the one picture that was played:\n%s", page)
	}
	r.Parts[0].Stack = "flask"
	if page := report.Pages(r)["fidelity/flask.md"]; strings.Contains(page, "staircase") || strings.Count(page, ".svg") != 2 {
		t.Errorf("flask's page does not show its own two pictures:\n%s", page)
	}
}

// What a page links to is there: another page, a picture, a heading, or a file of the project.
func TestLinks(t *testing.T) {
	docs := t.TempDir()
	if err := report.Write(docs, example()); err != nil {
		t.Fatal(err)
	}
	heading := regexp.MustCompile(`(?m)^#+ (.*)$`)
	for name, text := range report.Pages(example()) {
		for _, m := range regexp.MustCompile(`\]\(([^)]*)\)`).FindAllStringSubmatch(text, -1) {
			file, anchor, _ := strings.Cut(m[1], "#")
			target := filepath.Join(filepath.Dir(name), file)
			data, err := os.ReadFile(filepath.Join(docs, target))
			if err != nil {
				_, err = os.Stat(filepath.Join("../../docs", target))
			}
			if err != nil {
				t.Errorf("%s links to %s: %v", name, m[1], err)
			}
			found := anchor == ""
			for _, h := range heading.FindAllStringSubmatch(string(data), -1) {
				found = found || strings.ReplaceAll(strings.ToLower(h[1]), " ", "-") == anchor
			}
			if !found {
				t.Errorf("%s links to %s, which has no such heading", name, m[1])
			}
		}
	}
}

// Pages of stacks, and pictures of figures, that are gone are removed.
func TestWriteRemovesOldPages(t *testing.T) {
	docs := t.TempDir()
	r := example()
	if err := report.Write(docs, r); err != nil {
		t.Fatal(err)
	}
	r.Parts[0].Stack, r.Curves = "flask", r.Curves[:2]
	if err := report.Write(docs, r); err != nil {
		t.Fatal(err)
	}
	found, err := filepath.Glob(filepath.Join(docs, "fidelity", "*"))
	var want []string
	for _, name := range []string{"burst-flask-2023-03.svg", "flask.md", "staircase-2023-03.svg", "wrong-variants.md"} {
		want = append(want, filepath.Join(docs, "fidelity", name))
	}
	if err != nil || !reflect.DeepEqual(found, want) {
		t.Errorf("got %q, %v; want %q", found, err, want)
	}
}

// A run of some stacks leaves what was found of the others.
func TestTake(t *testing.T) {
	r := report.Results{Parts: []report.Part{{Stack: "uvicorn", Date: "old"}, {Stack: "gone"}, {Stack: "flask", Date: "old"}}}
	r.Take([]report.Part{{Stack: "flask", Date: "new", Seconds: 60}, {Stack: "hypercorn", Date: "new", Seconds: 120}}, []string{"uvicorn", "hypercorn", "flask", "node"})
	want := []report.Part{{Stack: "uvicorn", Date: "old"}, {Stack: "hypercorn", Date: "new", Seconds: 120}, {Stack: "flask", Date: "new", Seconds: 60}}
	if !reflect.DeepEqual(r.Parts, want) {
		t.Errorf("got %+v, want %+v", r.Parts, want)
	}
	page := report.Pages(r)["fidelity.md"]
	for _, run := range []string{"\nuvicorn: played on old", "\nhypercorn, flask: played on new, , in 3 minutes."} {
		if !strings.Contains(page, run) {
			t.Errorf("the page does not say %q:\n%s", run, page)
		}
	}
}

func TestTakeCurves(t *testing.T) {
	r := report.Results{Curves: []report.Curve{{Figure: "staircase", Server: "old"}, {Figure: "order", Server: "old"}, {Figure: "gone"}}}
	r.TakeCurves([]report.Curve{{Figure: "order", Server: "new"}})
	want := []report.Curve{{Figure: "staircase", Server: "old"}, {Figure: "order", Server: "new"}}
	if !reflect.DeepEqual(r.Curves, want) {
		t.Errorf("got %+v, want %+v", r.Curves, want)
	}
}

func TestLive(t *testing.T) {
	want := &stacks.Live{Date: "2026-11-25", Machine: "2 cores", Facts: 3, Equal: 1}
	if got := example().Live()["uvicorn"]["current"]; !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
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
	want.Variants = report.Variants{}
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
