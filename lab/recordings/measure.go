package recordings

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/target-server/target-server/stacks"
)

// Measure adds up the recordings of a stack, by vintage.
func (s Store) Measure(stack string) (map[string]stacks.Measure, error) {
	files, err := filepath.Glob(s.path(stack, "*", "*"))
	if err != nil {
		return nil, fmt.Errorf("recordings of %s: %w", stack, err)
	}
	all := map[string]stacks.Measure{}
	for _, file := range files {
		vintage := filepath.Base(filepath.Dir(file))
		r, err := s.Load(stack, vintage, strings.TrimSuffix(filepath.Base(file), ".yaml"))
		if err != nil {
			return nil, err
		}
		m := all[vintage]
		m.Scenarios++
		m.Facts += len(r.Facts)
		m.Unstable += len(r.Unstable)
		if r.Recorded >= m.Recorded {
			m.Recorded, m.Versions = r.Recorded, r.Versions
		}
		all[vintage] = m
	}
	return all, nil
}

// WriteMeasure makes the file of what was measured of a stack, in the folder
// that package stacks embeds.
func (s Store) WriteMeasure(stack, dir string) error {
	all, err := s.Measure(stack)
	if err != nil {
		return err
	}
	data, err := json.MarshalIndent(all, "", "  ")
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, stack+".json"), append(data, '\n'), 0o644)
	}
	if err != nil {
		return fmt.Errorf("what was measured of %s: %w", stack, err)
	}
	return nil
}
