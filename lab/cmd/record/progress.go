package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"
)

// progress is what is known of the parts. It is kept in a file, so that an interrupted record can go on.
type progress struct {
	Began time.Time        `json:"began"` // the record; what was done before belongs to an earlier one
	Parts map[string]entry `json:"parts"`
}

// entry is one part as it was last done.
type entry struct {
	Ended   time.Time `json:"ended"`
	Seconds float64   `json:"seconds"`
	Note    string    `json:"note,omitempty"`
}

func (e entry) took() time.Duration { return time.Duration(e.Seconds * float64(time.Second)) }

// has reports whether a part was done in this record.
func (p progress) has(name string) bool {
	e, ok := p.Parts[name]
	return ok && e.Ended.After(p.Began)
}

// load reads the progress; nothing is done yet if there is no such file.
func load(path string) (progress, error) {
	p := progress{Began: time.Now(), Parts: map[string]entry{}}
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return p, nil
	}
	if err == nil {
		err = json.Unmarshal(data, &p)
	}
	if err != nil {
		return p, fmt.Errorf("progress: %w (remove %s to begin again)", err, path)
	}
	return p, nil
}

func (p progress) save(path string) error {
	data, err := json.MarshalIndent(p, "", " ")
	if err == nil {
		err = os.WriteFile(path, data, 0o644)
	}
	if err != nil {
		return fmt.Errorf("progress: %w", err)
	}
	return nil
}
