package distribution

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// fileJSON is the law of a file, with its content, so that its receiver needs no file.
type fileJSON struct {
	File      string          `json:"file"`
	Durations []time.Duration `json:"durations"` // nanoseconds
}

// MarshalJSON writes the text that [Parse] reads, or for a file an object with its name and durations.
func (d Distribution) MarshalJSON() ([]byte, error) {
	if f, ok := d.law.(*File); ok {
		return json.Marshal(fileJSON{f.Path, f.Durations})
	}
	return json.Marshal(d.String())
}

// UnmarshalJSON reads what MarshalJSON writes, and opens no file.
func (d *Distribution) UnmarshalJSON(document []byte) error {
	var text string
	if json.Unmarshal(document, &text) == nil {
		parsed, err := Parse(text)
		if err != nil {
			return fmt.Errorf("distribution %w", err)
		}
		*d = parsed
		return nil
	}
	var f fileJSON
	if err := json.Unmarshal(document, &f); err != nil {
		return fmt.Errorf("distribution: %w", err)
	}
	if len(f.Durations) == 0 || !slices.IsSorted(f.Durations) || f.Durations[0] < 0 || f.Durations[len(f.Durations)-1] > LongestDuration {
		return fmt.Errorf("distribution of a file: its durations are not sorted times from 0 to %v", LongestDuration)
	}
	*d = Distribution{law: &File{f.File, f.Durations}}
	return nil
}
