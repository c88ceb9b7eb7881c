package sequences

import (
	"bytes"
	"compress/gzip"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
)

// Sequence is what a client sends on one connection: pieces, with a pause between two.
type Sequence struct {
	Name   string
	Pieces []string
}

// row is a sequence in a file: one piece, or several.
type row struct {
	Name   string   `json:"name"`
	Bytes  string   `json:"bytes_hex,omitempty"`
	Pieces []string `json:"pieces_hex,omitempty"`
}

// Load reads a file of sequences: a list in JSON, which may be compressed with gzip. Each has a name, and bytes_hex, or
// pieces_hex if it is sent in several pieces.
func Load(path string) ([]Sequence, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("sequences: %w", err)
	}
	all, err := decode(data)
	if err != nil {
		return nil, fmt.Errorf("sequences in %s: %w", path, err)
	}
	return all, nil
}

// gzipMagic begins every file that gzip has compressed.
const gzipMagic = "\x1f\x8b"

func decode(data []byte) ([]Sequence, error) {
	if bytes.HasPrefix(data, []byte(gzipMagic)) {
		unpacked, err := gzip.NewReader(bytes.NewReader(data))
		if err == nil {
			data, err = io.ReadAll(unpacked)
		}
		if err != nil {
			return nil, err
		}
	}
	var rows []row
	if err := json.Unmarshal(data, &rows); err != nil {
		return nil, err
	}
	all := make([]Sequence, len(rows))
	for i, r := range rows {
		if r.Bytes != "" {
			r.Pieces = append([]string{r.Bytes}, r.Pieces...)
		}
		all[i].Name = r.Name
		for _, piece := range r.Pieces {
			raw, err := hex.DecodeString(piece)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", r.Name, err)
			}
			all[i].Pieces = append(all[i].Pieces, string(raw))
		}
		if len(all[i].Pieces) == 0 {
			return nil, fmt.Errorf("%q has no bytes", r.Name)
		}
	}
	return all, nil
}

// Save writes sequences to a file that Load reads.
func Save(path string, all []Sequence) error {
	rows := make([]row, len(all))
	for i, s := range all {
		rows[i].Name = s.Name
		for _, piece := range s.Pieces {
			rows[i].Pieces = append(rows[i].Pieces, hex.EncodeToString([]byte(piece)))
		}
	}
	data, err := json.MarshalIndent(rows, "", " ")
	if err == nil {
		err = os.WriteFile(path, append(data, '\n'), 0o644)
	}
	if err != nil {
		return fmt.Errorf("sequences: %w", err)
	}
	return nil
}
