package soak

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"
)

// Sample is what a server takes when it is at rest: all its processes together.
type Sample struct {
	At          time.Duration // since the part began
	Memory      int           // bytes that are resident (VmRSS)
	Descriptors int
	Goroutines  int // of the workers
	Processes   int
	Answered    int64 // by the workers that live
	Left        int64 // requests whose client has not waited for the answer, likewise
	Requests    int64 // that the crowd has made
}

// String is a line of a table.
func (s Sample) String() string {
	return fmt.Sprintf("%8.0f s  %8.1f MB  %5d descriptors  %4d goroutines  %2d processes  %9d requests",
		s.At.Seconds(), float64(s.Memory)/1e6, s.Descriptors, s.Goroutines, s.Processes, s.Requests)
}

// Rest waits until the server holds nothing and no connection, looks whether
// the sums balance, and takes a sample.
func (t *Target) Rest(ctx context.Context) (Sample, error) {
	var last Sample
	var failed error
	same := 0
	err := t.until(ctx, "the server is at rest", func() bool {
		var now Sample
		if now, failed = t.sample(ctx); failed != nil {
			return false
		}
		if now.Descriptors == last.Descriptors && now.Goroutines == last.Goroutines && now.Processes == last.Processes {
			same++
		} else {
			same = 0
		}
		last = now
		return same >= settled
	})
	if err != nil {
		return last, fmt.Errorf("%w; last seen: %s; %w", err, last, failed)
	}
	return last, nil
}

// settled is how often in a row a sample must be as the one before.
const settled = 10

var errBusy = errors.New("requests are held")

// sample takes one of a server that holds nothing.
func (t *Target) sample(ctx context.Context) (Sample, error) {
	workers, err := t.Workers(ctx)
	if err != nil {
		return Sample{}, err
	}
	var s Sample
	pids := []int{t.cmd.Process.Pid}
	for _, w := range workers {
		if w.Held+w.Borrowed+w.Waiting > 0 {
			return Sample{}, errBusy
		}
		if sum := w.Held + w.Answered + w.Refused + w.Cancelled + w.Left; sum != w.Accepted {
			return Sample{}, fmt.Errorf("worker %d has accepted %d requests, and its sums are %d: %+v", w.PID, w.Accepted, sum, w)
		}
		s.Goroutines += w.Goroutines
		s.Answered += w.Answered
		s.Left += w.Left
		pids = append(pids, w.PID)
	}
	slices.Sort(pids)
	pids = slices.Compact(pids)
	s.Processes = len(pids)
	for _, pid := range pids {
		if err := s.add(pid); err != nil {
			return Sample{}, err
		}
	}
	return s, nil
}

// add counts what one process takes.
func (s *Sample) add(pid int) error {
	files, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid))
	if err != nil {
		return fmt.Errorf("descriptors: %w", err)
	}
	s.Descriptors += len(files)
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return fmt.Errorf("memory: %w", err)
	}
	for line := range strings.Lines(string(text)) {
		kilobytes := 0
		if n, _ := fmt.Sscanf(line, "VmRSS: %d kB", &kilobytes); n == 1 {
			s.Memory += kilobytes * 1024
		}
	}
	return nil
}

// Bounds of what is flat: memory is the collector's to keep for a while.
const (
	memoryShare = 0.15
	memorySlack = 3 << 20
)

// Flat tells whether nothing grows: the later half of the samples, after the
// first, against the earlier. Memory is compared by its median; descriptors and
// goroutines by the least that each half shows, which may not rise at all.
func Flat(samples []Sample) error {
	if len(samples) < 3 {
		return fmt.Errorf("%d samples show nothing; it takes 3", len(samples))
	}
	warm := samples[1:]
	early, late := warm[:(len(warm)+1)/2], warm[len(warm)/2:]
	memory := func(s Sample) int { return s.Memory }
	was, is := median(early, memory), median(late, memory)
	var failed error
	if float64(is) > float64(was)*(1+memoryShare)+memorySlack {
		failed = errors.Join(failed, fmt.Errorf("memory has grown from %d to %d bytes", was, is))
	}
	for _, f := range []struct {
		name string
		of   func(Sample) int
	}{
		{"descriptors", func(s Sample) int { return s.Descriptors }},
		{"goroutines", func(s Sample) int { return s.Goroutines }},
	} {
		if was, is := least(early, f.of), least(late, f.of); is > was {
			failed = errors.Join(failed, fmt.Errorf("%s have grown from %d to %d", f.name, was, is))
		}
	}
	return failed
}

func median(samples []Sample, of func(Sample) int) int {
	var all []int
	for _, s := range samples {
		all = append(all, of(s))
	}
	slices.Sort(all)
	return all[len(all)/2]
}

func least(samples []Sample, of func(Sample) int) int {
	n := of(samples[0])
	for _, s := range samples {
		n = min(n, of(s))
	}
	return n
}
