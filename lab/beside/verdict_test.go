package main

import (
	"strings"
	"testing"
	"time"
)

// The figures are those of real runs, rounded.
func TestVerdict(t *testing.T) {
	for _, c := range []struct {
		name string
		a    account
		want string
	}{
		{"no request", account{}, "no request"},
		{"a pool with 80 clients", account{came: 400, busy: 40, limit: 40, waiting: 40, inLine: 0.98}, "the target is the limit: all its threads"},
		{"the same, its line full", account{came: 600, busy: 40, limit: 40, waiting: 10, inLine: 0.97, refused: 400}, "the target is the limit: its line is full"},
		{"as many clients as threads", account{came: 390, held: 39.5, busy: 39.2, limit: 40}, "target and generator match"},
		{"ten clients", account{came: 97, held: 9.9, busy: 9.9, limit: 40, generatorCPU: 0.02}, "the target is not the limit"},
		{"ten clients on a machine that others use", account{came: 97, held: 9.9, busy: 9.9, limit: 40, machineCPU: 2, cores: 2}, "the target is not the limit"},
		{"a blocked loop", account{came: 9.6, held: 1, mostHeld: 1, limit: 40, knock: 900 * time.Millisecond, workers: 1}, "the target is the limit: its loop is blocked"},
		{"a loop that lacks processor time", account{came: 2e4, limit: 40, knock: 5 * time.Millisecond, workers: 1, targetCPU: 0.2, generatorCPU: 0.6, machineCPU: 2, cores: 2}, "the target is not the limit"},
		{"a loop that has a processor and no time left", account{came: 1e5, held: 8, mostHeld: 60, limit: 40, knock: 2 * time.Millisecond, workers: 1, targetCPU: 0.96, cores: 8}, "the target is the limit: its loop has no processor time"},
		{"both on two cores", account{came: 9e4, held: 5, mostHeld: 47, limit: 40, workers: 1, targetCPU: 0.7, generatorCPU: 0.9, machineCPU: 1.95, cores: 2}, "the machine is the limit"},
		{"a generator that computes", account{came: 3e4, held: 0.7, mostHeld: 52, limit: 40, workers: 1, targetCPU: 0.3, generatorCPU: 1, machineCPU: 1.3, cores: 2}, "the generator is the limit"},
		{"half and half", account{came: 300, held: 30, limit: 40, busy: 30, inLine: 0.4}, "now this, now that"},
	} {
		if got := c.a.verdict(); !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: want %q…, got %q", c.name, c.want, got)
		}
	}
}
