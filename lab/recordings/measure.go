package recordings

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/target-server/target-server/stacks"
)

// Measure counts the recordings of a stack, by vintage.
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

// WriteMeasure writes the file of what was measured of a stack, in the folder that package stacks embeds: what was recorded,
// and what the last run side by side found, by vintage. With no such run the file keeps the one that it has.
func (s Store) WriteMeasure(stack, dir string, live map[string]*stacks.Live) error {
	all, err := s.Measure(stack)
	if err != nil {
		return err
	}
	if live == nil {
		if live, err = liveIn(filepath.Join(dir, stack+".json")); err != nil {
			return err
		}
	}
	for vintage, m := range all {
		m.Live = live[vintage]
		all[vintage] = m
	}
	data, err := json.MarshalIndent(all, "", "  ")
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, stack+".json"), append(data, '\n'), 0o644)
	}
	if err != nil {
		return fmt.Errorf("the measure of %s: %w", stack, err)
	}
	return nil
}

// liveIn reads from a file of what was measured what the last run side by side found; nothing, if there is no such file.
func liveIn(path string) (map[string]*stacks.Live, error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var all map[string]stacks.Measure
	if err == nil {
		err = json.Unmarshal(data, &all)
	}
	if err != nil {
		return nil, fmt.Errorf("what was measured: %w", err)
	}
	live := map[string]*stacks.Live{}
	for vintage, m := range all {
		live[vintage] = m.Live
	}
	return live, nil
}
