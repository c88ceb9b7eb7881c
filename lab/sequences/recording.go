package sequences

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Recording is what a real server did with a set of sequences at each vintage. Outcomes of equal bytes are shared.
type Recording struct {
	Server    string                       `yaml:"server"`
	Sequences string                       `yaml:"sequences"` // their digest
	Recorded  map[string]string            `yaml:"recorded"`  // the date, by vintage
	Versions  map[string]map[string]string `yaml:"versions"`  // of the packages, by vintage
	Outcomes  []Shared                     `yaml:"outcomes"`
	// Unstable are the names of sequences with which the server did not always do the same, by vintage.
	Unstable map[string]string `yaml:"unstable,omitempty"`
}

// Shared is an outcome, and the names of the sequences that had it, by vintage.
type Shared struct {
	Text string            `yaml:"text"`
	Of   map[string]string `yaml:"of"`
}

// Digest identifies a set of sequences.
func Digest(all []Sequence) string {
	hash := sha256.New()
	for _, s := range all {
		fmt.Fprintf(hash, "%q %q\n", s.Name, s.Pieces)
	}
	return hex.EncodeToString(hash.Sum(nil)[:8])
}

// LoadRecording reads a recording.
func LoadRecording(path string) (Recording, error) {
	data, err := os.ReadFile(path)
	var r Recording
	if err == nil {
		err = yaml.Unmarshal(data, &r)
	}
	if err != nil {
		return r, fmt.Errorf("recording of sequences: %w", err)
	}
	return r, nil
}

// Save writes the recording.
func (r Recording) Save(path string) error {
	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	err := errors.Join(encoder.Encode(r), encoder.Close())
	if err == nil {
		err = os.WriteFile(path, out.Bytes(), 0o644)
	}
	if err != nil {
		return fmt.Errorf("recording of sequences: %w", err)
	}
	return nil
}

// At returns the outcome of each sequence at a vintage, by name.
func (r Recording) At(vintage string) map[string]string {
	all := map[string]string{}
	for _, shared := range r.Outcomes {
		for name := range strings.FieldsSeq(shared.Of[vintage]) {
			all[name] = shared.Text
		}
	}
	return all
}

// Take puts what was played at a vintage in place of what was recorded of it, and returns how many sequences are unstable: those
// of which the plays had several outcomes.
func (r *Recording) Take(vintage, date string, versions map[string]string, played []Result) int {
	at := map[string]map[string][]string{} // text, vintage, names
	for _, shared := range r.Outcomes {
		delete(shared.Of, vintage)
		if len(shared.Of) > 0 {
			at[shared.Text] = map[string][]string{}
			for other, names := range shared.Of {
				at[shared.Text][other] = strings.Fields(names)
			}
		}
	}
	var unstable []string
	for _, p := range played {
		text := p.Real[0].String()
		if slices.ContainsFunc(p.Real, func(o Outcome) bool { return o != p.Real[0] }) {
			unstable = append(unstable, p.Name)
			continue
		}
		if at[text] == nil {
			at[text] = map[string][]string{}
		}
		at[text][vintage] = append(at[text][vintage], p.Name)
	}
	r.Outcomes = nil
	for _, text := range slices.Sorted(maps.Keys(at)) {
		shared := Shared{Text: text, Of: map[string]string{}}
		for other, names := range at[text] {
			shared.Of[other] = strings.Join(names, " ")
		}
		r.Outcomes = append(r.Outcomes, shared)
	}
	fill(&r.Recorded, vintage, date)
	fill(&r.Versions, vintage, versions)
	fill(&r.Unstable, vintage, strings.Join(unstable, " "))
	return len(unstable)
}

func fill[T any](m *map[string]T, key string, value T) {
	if *m == nil {
		*m = map[string]T{}
	}
	(*m)[key] = value
}
