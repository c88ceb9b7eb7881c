package report

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/target-server/target-server/lab/runner"
)

// Results is what the last whole run of every stack found, real servers and target-server side by side.
type Results struct {
	Parts    []Part    `json:"parts"`
	Curves   []Curve   `json:"curves"` // Uvicorn's
	Variants []Variant `json:"-"`      // kept apart: they are played on their own
}

// Part is what one run found of a stack. A run may have had several.
type Part struct {
	Stack    string                       `json:"stack"`
	Date     string                       `json:"date"`
	Machine  string                       `json:"machine"`
	Seconds  float64                      `json:"seconds"`  // that the run took, with all its stacks
	Versions map[string]map[string]string `json:"versions"` // by vintage
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

// Variant is one deliberately wrong variant, and what caught it.
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

// Take puts parts of a newer run in the place of those of the same stacks, and orders all as known has them. What is of a
// stack that known does not have is dropped.
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

// Rows are those of every part.
func (r Results) Rows() []Row {
	var all []Row
	for _, p := range r.Parts {
		all = append(all, p.Rows...)
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

// LoadVariants reads what caught the wrong variants.
func LoadVariants(path string) ([]Variant, error) {
	var all []Variant
	err := load(path, &all)
	return all, err
}

// SaveVariants writes what caught the wrong variants.
func SaveVariants(path string, all []Variant) error { return save(path, all) }

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
