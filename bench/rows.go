package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// row is one request in target-server's JSON log.
type row struct {
	Arrival time.Time `json:"arrival"`
	Start   time.Time `json:"start"`
	End     time.Time `json:"end"`
	Work    float64   `json:"work"` // seconds from start to end
	Target  string    `json:"target"`
}

// logged runs target-server with a JSON log, calls load, and returns the rows. The log goes to a file,
// because writing to it wakes no other process. machine is the 99th percentile of a bare sleep's
// lateness meanwhile.
func (b *bench) logged(
	ctx context.Context, s settings, load func(*target) error,
) (rows []row, machine float64, err error) {
	file, err := os.Create(filepath.Join(b.dir, "rows.json"))
	if err != nil {
		return nil, 0, fmt.Errorf("log: %w", err)
	}
	defer file.Close()
	s.rows = true
	t, err := start(ctx, b.programs[ours], s, file)
	if err != nil {
		return nil, 0, err
	}
	stop := control(ctx)
	err = load(t)
	machine = stop()
	if err = errors.Join(err, t.settle(ctx), t.stop()); err != nil {
		return nil, 0, err
	}
	rows, err = readRows(file.Name())
	return rows, machine, err
}

func readRows(path string) ([]row, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("log: %w", err)
	}
	defer file.Close()
	var rows []row
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		var r row
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			return nil, fmt.Errorf("log: %w in %s", err, lines.Text())
		}
		if !r.Start.IsZero() { // other rows are of requests that did not reach the handler
			rows = append(rows, r)
		}
	}
	return rows, lines.Err()
}
