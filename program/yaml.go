package program

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"

	"go.yaml.in/yaml/v3"

	"github.com/target-server/target-server/distribution"
)

// Check is [Read] for a program of Go values: the same rules, messages and defaults. It returns a program of its own,
// complete: Name "" becomes app, Status 0 becomes 200, Type "" becomes application/json, Body "" becomes null and a Body
// such as 2KiB becomes a JSON string of that size, where the file has the same defaults. Pools and dependencies that a
// route uses need not be listed as well, and a Query without a Pool uses the only one. A Pool's Async is found, and a
// route's Line and Column are ignored. The error is a [*Problems] whose places are fields such as Routes[0].Steps[1].
func Check(p *Program) (*Program, error) {
	w := newWriter()
	root := w.program(p)
	r := newReader("", nil)
	r.places, r.laws = w.places, w.laws
	r.root(root)
	read, err := r.result()
	if len(w.problems) > 0 {
		return nil, &Problems{List: w.problems}
	}
	return read, err
}

// YAML is a file that describes the same program, for [Read]. The files that it names in file(...) are the same as well.
func (p *Program) YAML() ([]byte, error) {
	w := newWriter()
	text, err := yaml.Marshal(w.program(p))
	return text, errors.Join(err, (&Problems{List: w.problems}).orNil())
}

// document is a program in JSON. It contains what the program read from files, so that its receiver needs none.
type document struct {
	File string                               `json:"file,omitempty"`
	YAML string                               `json:"yaml"`
	Laws map[string]distribution.Distribution `json:"laws,omitempty"`
}

// MarshalJSON writes the whole program, with the durations of file(...).
func (p *Program) MarshalJSON() ([]byte, error) {
	w := newWriter()
	text, err := yaml.Marshal(w.program(p))
	if err = errors.Join(err, (&Problems{List: w.problems}).orNil()); err != nil {
		return nil, err
	}
	return json.Marshal(document{p.File, string(text), w.laws})
}

// UnmarshalJSON reads what MarshalJSON writes, and opens no file. The places of routes are those in its text.
func (p *Program) UnmarshalJSON(text []byte) error {
	var d document
	if err := json.Unmarshal(text, &d); err != nil {
		return fmt.Errorf("program: %w", err)
	}
	r := newReader(d.File, nil)
	maps.Copy(r.laws, d.Laws)
	if root := r.parse([]byte(d.YAML)); root != nil {
		r.root(root)
	}
	read, err := r.result()
	if err != nil {
		return fmt.Errorf("program: %w", err)
	}
	*p = *read
	return nil
}
