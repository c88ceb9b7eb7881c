package traceprocessor

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// Processor is an installed trace processor.
type Processor struct {
	node, script, folder string
}

// Row is a row of a result, by the names of its columns. Whole numbers are strings.
type Row map[string]any

// Find finds the trace processor from the folder of the lab. Its error says what is missing, and how to install it.
func Find(lab string) (*Processor, error) {
	folder := filepath.Join(lab, ".env", "perfetto")
	if _, err := os.Stat(filepath.Join(folder, "engine_bundle.js")); err != nil {
		return nil, errors.New("no trace processor in lab/.env/perfetto: run lab/traceprocessor/install.sh")
	}
	node, err := exec.LookPath("node")
	if err != nil {
		return nil, errors.New("no node to run the trace processor: install Node 18 or later")
	}
	return &Processor{node: node, script: filepath.Join(lab, "traceprocessor", "query.mjs"), folder: folder}, nil
}

// Query asks about the file of a trace, and returns the rows of each answer.
func (p *Processor) Query(ctx context.Context, path string, queries ...string) ([][]Row, error) {
	input, err := json.Marshal(queries)
	if err != nil {
		return nil, fmt.Errorf("queries: %w", err)
	}
	command := exec.CommandContext(ctx, p.node, p.script, p.folder, path)
	var stdout, stderr bytes.Buffer
	command.Stdin, command.Stdout, command.Stderr = bytes.NewReader(input), &stdout, &stderr
	if err := command.Run(); err != nil {
		return nil, fmt.Errorf("trace processor: %w: %s", err, stderr.Bytes())
	}
	var results [][]Row
	if err := json.Unmarshal(stdout.Bytes(), &results); err != nil {
		return nil, fmt.Errorf("trace processor: %w in %.200s", err, stdout.Bytes())
	}
	return results, nil
}
