package recordings

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"go.yaml.in/yaml/v3"

	"github.com/target-server/target-server/lab/facts"
)

// Recording is what the real server showed in one scenario.
type Recording struct {
	Scenario string            `yaml:"scenario"`
	About    string            `yaml:"about"`
	Stack    string            `yaml:"stack"`
	Vintage  string            `yaml:"vintage"`
	Recorded string            `yaml:"recorded"` // the date
	Versions map[string]string `yaml:"versions"`
	Facts    []facts.Fact      `yaml:"facts"`
	Unstable []string          `yaml:"unstable,omitempty"` // names of facts on which the server did not agree with itself
}

// Sample returns the recorded facts as one run.
func (r Recording) Sample() facts.Sample { return facts.Sample{Runs: [][]facts.Fact{r.Facts}} }

// Store is a folder of recordings.
type Store struct {
	Dir string
}

func (s Store) path(stack, vintage, scenario string) string {
	return filepath.Join(s.Dir, stack, vintage, scenario+".yaml")
}

// Load reads one recording.
func (s Store) Load(stack, vintage, scenario string) (Recording, error) {
	data, err := os.ReadFile(s.path(stack, vintage, scenario))
	if err != nil {
		return Recording{}, fmt.Errorf("recording of %s: %w", scenario, err)
	}
	var r Recording
	if err := yaml.Unmarshal(data, &r); err != nil {
		return Recording{}, fmt.Errorf("recording of %s: %w", scenario, err)
	}
	return r, nil
}

// Save writes one recording, unless the existing one differs only in its date.
func (s Store) Save(r Recording) error {
	if have, err := s.Load(r.Stack, r.Vintage, r.Scenario); err == nil && same(have, r) {
		return nil
	}
	data, err := encode(r)
	if err != nil {
		return fmt.Errorf("recording of %s: %w", r.Scenario, err)
	}
	path := s.path(r.Stack, r.Vintage, r.Scenario)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("recording of %s: %w", r.Scenario, err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		return fmt.Errorf("recording of %s: %w", r.Scenario, err)
	}
	return nil
}

// same reports whether two recordings are equivalent: facts that agree by their own rule need no new
// file.
func same(a, b Recording) bool {
	if len(a.Facts) != len(b.Facts) || fmt.Sprint(a.Versions, a.Unstable, a.About) != fmt.Sprint(b.Versions, b.Unstable, b.About) {
		return false
	}
	for i, f := range a.Facts {
		if !f.Agree(b.Facts[i]) || f.Rule() != b.Facts[i].Rule() {
			return false
		}
	}
	return true
}

func encode(r Recording) ([]byte, error) {
	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	if err := encoder.Encode(r); err != nil {
		return nil, err
	}
	return out.Bytes(), encoder.Close()
}
