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

// Sample is the resources of an idle server, summed over all its processes.
type Sample struct {
	At          time.Duration // since the part began
	Memory      int           // resident bytes (VmRSS)
	Descriptors int
	Goroutines  int // of the workers
	Processes   int
	Answered    int64 // by the workers that are alive
	Left        int64 // requests whose client left before the answer, likewise
	Requests    int64 // sent by the crowd
}

// String is a line of a table.
func (s Sample) String() string {
	return fmt.Sprintf("%8.0f s  %8.1f MB  %5d descriptors  %4d goroutines  %2d processes  %9d requests",
		s.At.Seconds(), float64(s.Memory)/1e6, s.Descriptors, s.Goroutines, s.Processes, s.Requests)
}

// Rest waits until the server holds no requests and no connections, checks that the sums balance, and
// takes a sample.
func (t *Target) Rest(ctx context.Context) (Sample, error) {
	var last Sample
	var failed error
	same := 0
	err := t.until(ctx, "the server is idle", func() bool {
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

// settled is how often in a row a sample must equal the previous one.
const settled = 10

var errBusy = errors.New("requests are held")

// sample takes a sample of a server that holds no requests.
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
			return Sample{}, fmt.Errorf("worker %d has accepted %d requests, but its sums add up to %d: %+v", w.PID, w.Accepted, sum, w)
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

// add adds the resources of one process.
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

// The bounds of what counts as flat: the garbage collector may keep memory for a while.
const (
	memoryShare = 0.15
	memorySlack = 3 << 20
)

// Flat returns an error if something grows. It leaves out the first sample and compares the later half
// of the others with the earlier half: memory by its median, descriptors and goroutines by their
// minimum, which may not rise at all. A sample that was taken while a worker was being replaced has fewer processes than
// the others, and is left out too.
func Flat(samples []Sample) error {
	samples = complete(samples)
	if len(samples) < 3 {
		return fmt.Errorf("%d samples are too few; at least 3 are needed", len(samples))
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

// complete returns the samples with all processes.
func complete(samples []Sample) []Sample {
	most := 0
	for _, s := range samples {
		most = max(most, s.Processes)
	}
	return slices.DeleteFunc(slices.Clone(samples), func(s Sample) bool { return s.Processes < most })
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
