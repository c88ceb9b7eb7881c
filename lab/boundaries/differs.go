package boundaries

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Differs is sequences with which target-server is known to differ from a real server, and why.
type Differs struct {
	Server  string `yaml:"server"`
	Vintage string `yaml:"vintage"`
	Names   string `yaml:"names,omitempty"`
	// Live: every sequence may differ when it is played beside the real server; the recordings are compared all the same.
	Live   bool   `yaml:"live,omitempty"`
	Reason string `yaml:"reason"`
}

// known is the file of them, in the folder of the recordings.
const known = "differs.yaml"

// Known reads which differences are known, from the folder of the recordings.
func Known(dir string) ([]Differs, error) {
	data, err := os.ReadFile(filepath.Join(dir, known))
	var all []Differs
	if err == nil {
		err = yaml.Unmarshal(data, &all)
	}
	if err != nil {
		return nil, fmt.Errorf("known differences: %w", err)
	}
	return all, nil
}

// Reason is why a server is known to differ with a sequence, played beside the real server or compared with its recording; or "".
func Reason(all []Differs, server, vintage, name string, live bool) string {
	for _, d := range all {
		if d.Server == server && d.Vintage == vintage && (live && d.Live || slices.Contains(strings.Fields(d.Names), name)) {
			return d.Reason
		}
	}
	return ""
}

// SaveKnown writes them, without those that keep leaves out.
func SaveKnown(dir string, all []Differs, keep func(server, vintage, name string) bool) error {
	var kept []Differs
	for _, d := range all {
		names := slices.DeleteFunc(strings.Fields(d.Names), func(name string) bool { return !keep(d.Server, d.Vintage, name) })
		if d.Names = strings.Join(names, " "); len(names) > 0 || d.Live {
			kept = append(kept, d)
		}
	}
	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	err := errors.Join(encoder.Encode(kept), encoder.Close())
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, known), out.Bytes(), 0o644)
	}
	if err != nil {
		return fmt.Errorf("known differences: %w", err)
	}
	return nil
}
