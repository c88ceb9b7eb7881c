package stacks

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
)

// measured holds a file for each stack, which the lab makes of its recordings
// (go run ./lab/cmd/lab --record, or --report).
//
//go:embed measured
var measured embed.FS

// Measure is how much of a real server was recorded, at one vintage. Every fact of it that is stable is one that
// go test ./lab/recordings holds target-server to.
type Measure struct {
	Recorded  string            `json:"recorded"` // the date of the newest recording
	Scenarios int               `json:"scenarios"`
	Facts     int               `json:"facts"`    // that are stable
	Unstable  int               `json:"unstable"` // facts on which the real server does not agree with itself
	Versions  map[string]string `json:"versions"` // by package
	Live      *Live             `json:"live,omitempty"`
}

// Live is what the last whole run of the lab found, with the real server and target-server side by side: docs/fidelity.md.
type Live struct {
	Date    string `json:"date"`
	Machine string `json:"machine"`
	Facts   int    `json:"facts"` // that were compared
	Equal   int    `json:"equal"`
}

// Measured gives what was recorded of a stack, by vintage; nothing, of one that
// the lab does not know.
func Measured(stack string) (map[string]Measure, error) {
	data, err := measured.ReadFile("measured/" + stack + ".json")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var all map[string]Measure
	if err == nil {
		err = json.Unmarshal(data, &all)
	}
	if err != nil {
		return nil, fmt.Errorf("what was measured of %s: %w", stack, err)
	}
	return all, nil
}
