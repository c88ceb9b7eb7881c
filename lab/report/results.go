package report

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/target-server/target-server/lab/runner"
	"github.com/target-server/target-server/lab/servers"
	"github.com/target-server/target-server/stacks"
)

// Results is what the last whole run of each stack found, with the real server and target-server side by side.
type Results struct {
	Parts    []Part   `json:"parts"`
	Curves   []Curve  `json:"curves"`
	Variants Variants `json:"-"` // in a file of their own, since they have a run of their own
}

// Part is what was found of one stack. The parts may come from one run or from several.
type Part struct {
	Stack    string                       `json:"stack"`
	Date     string                       `json:"date"`
	Machine  string                       `json:"machine"`
	Seconds  float64                      `json:"seconds"`  // that this stack took; 0 if it was played together with others
	Servers  map[string]string            `json:"servers"`  // by vintage: what the real server is, in a few words
	Versions map[string]map[string]string `json:"versions"` // by vintage and package
	Rows     []Row                        `json:"rows"`
}

// Row is one scenario at one vintage.
type Row struct {
	Scenario string `json:"scenario"`
	Vintage  string `json:"vintage"`
	Facts    int    `json:"facts"`
	Agree    int    `json:"agree"`
	// Noise and Missed are those of the first performances (runner.Verdict).
	Noise    int      `json:"noise"`
	Missed   int      `json:"missed"`
	Repeats  int      `json:"repeats"`
	Differ   []string `json:"differ,omitempty"`
	Unstable []string `json:"unstable,omitempty"`
	Broken   string   `json:"broken,omitempty"` // why it could not be played
}

// Curve is a series of numbers that one server showed, to be drawn.
type Curve struct {
	Figure  string    `json:"figure"`
	Vintage string    `json:"vintage"`
	Server  string    `json:"server"` // "real" or "ours"
	Y       []float64 `json:"y"`      // X is 1, 2, 3, …
}

// Variants is what the last run of all wrong variants found.
type Variants struct {
	Date    string    `json:"date"`
	Machine string    `json:"machine"`
	All     []Variant `json:"all"`
}

// Variant is target-server with one deliberate mistake, and what caught it.
type Variant struct {
	Name   string   `json:"name"`
	About  string   `json:"about"`
	Caught []string `json:"caught"` // by which scenarios; none if it was not
	Facts  int      `json:"facts"`  // how many facts differed
}

// NewRow is the row of a verdict.
func NewRow(v runner.Verdict) Row {
	row := Row{
		Scenario: v.Scenario, Vintage: v.Vintage, Facts: len(v.Findings), Agree: v.Count(runner.Agrees),
		Noise: v.Noise, Missed: v.Missed, Repeats: v.Repeats,
	}
	if v.Err != nil {
		row.Broken = v.Err.Error()
	}
	for _, f := range v.Findings {
		switch f.Outcome {
		case runner.Differs:
			row.Differ = append(row.Differ, f.Name)
		case runner.Unstable:
			row.Unstable = append(row.Unstable, f.Name)
		case runner.Agrees:
		}
	}
	return row
}

// Take replaces parts with newer ones of the same stacks, and puts all in the order of known. Parts of a stack that known
// does not have are dropped.
func (r *Results) Take(newer []Part, known []string) {
	have := r.Parts
	r.Parts = nil
	for _, stack := range known {
		of := func(p Part) bool { return p.Stack == stack }
		if i := slices.IndexFunc(newer, of); i >= 0 {
			r.Parts = append(r.Parts, newer[i])
		} else if i := slices.IndexFunc(have, of); i >= 0 {
			r.Parts = append(r.Parts, have[i])
		}
	}
}

// TakeCurves replaces the curves of figures that were played again, and drops those of figures that are gone.
func (r *Results) TakeCurves(newer []Curve) {
	have := r.Curves
	r.Curves = nil
	for _, f := range Figures() {
		of := func(c Curve) bool { return c.Figure != f.Name }
		played := slices.DeleteFunc(slices.Clone(newer), of)
		if len(played) == 0 {
			played = slices.DeleteFunc(slices.Clone(have), of)
		}
		r.Curves = append(r.Curves, played...)
	}
}

// Rows are those of every part.
func (r Results) Rows() []Row {
	var all []Row
	for _, p := range r.Parts {
		all = append(all, p.Rows...)
	}
	return all
}

// Live sums up what was found, by stack and vintage, for target-server stacks NAME.
func (r Results) Live() map[string]map[string]*stacks.Live {
	all := map[string]map[string]*stacks.Live{}
	for _, p := range r.Parts {
		all[p.Stack] = map[string]*stacks.Live{}
		for _, vintage := range servers.Vintages() {
			sum := sums(p.Rows, at(vintage))
			all[p.Stack][vintage] = &stacks.Live{Date: p.Date, Machine: p.Machine, Facts: sum.Facts, Equal: sum.Agree}
		}
	}
	return all
}

// Load reads results from a file.
func Load(path string) (Results, error) {
	var r Results
	err := load(path, &r)
	return r, err
}

// Save writes results to a file, in a folder that is made if need be.
func (r Results) Save(path string) error { return save(path, r) }

// LoadVariants reads what caught the wrong variants from a file.
func LoadVariants(path string) (Variants, error) {
	var all Variants
	err := load(path, &all)
	return all, err
}

// SaveVariants writes what caught the wrong variants to a file, in a folder that is made if need be.
func SaveVariants(path string, all Variants) error { return save(path, all) }

func load(path string, into any) error {
	data, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(data, into)
	}
	if err != nil {
		return fmt.Errorf("results of the lab: %w", err)
	}
	return nil
}

func save(path string, from any) error {
	data, err := json.MarshalIndent(from, "", " ")
	if err == nil {
		err = os.MkdirAll(filepath.Dir(path), 0o755)
	}
	if err == nil {
		err = os.WriteFile(path, data, 0o644)
	}
	if err != nil {
		return fmt.Errorf("results of the lab: %w", err)
	}
	return nil
}
