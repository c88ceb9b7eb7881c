package main

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/target-server/target-server/server/admin"
)

// account is the target's, of the time in which it was asked for anything:
// sums of all workers, means over the samples.
type account struct {
	span                 time.Duration
	came, answered       float64 // a second
	refused              int64
	limit                int
	held, busy, waiting  float64
	mostHeld, mostInLine int
	inLine               float64       // share of the samples in which somebody waited
	knock                time.Duration // median wait for an answer that needs no work
	workers              int

	// In cores; 0 where it is not known.
	targetCPU, generatorCPU, machineCPU float64
	cores                               int
}

// sum adds the workers up.
func (s sample) sum() admin.Statistics { return admin.Sum(s.workers) }

// active cuts off the samples before the first request came, and those after
// the last one was answered.
func active(samples []sample) []sample {
	begin, end := 0, len(samples)-1
	for begin < end && samples[begin+1].sum().Accepted == samples[0].sum().Accepted {
		begin++
	}
	last := samples[len(samples)-1].sum()
	for end > begin && samples[end-1].sum().Accepted == last.Accepted && samples[end-1].sum().Held == 0 {
		end--
	}
	return samples[begin : end+1]
}

// median of durations; 0 of none.
func median(all []time.Duration) time.Duration {
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return all[len(all)/2]
}

// summarise makes the account. The generator's processor time is of its whole
// life, so what it spends on starting counts as well.
func summarise(samples []sample, generator time.Duration) account {
	all := samples
	samples = active(samples)
	first, last := samples[0], samples[len(samples)-1]
	a := account{span: last.at.Sub(first.at), cores: runtime.NumCPU(), workers: len(last.workers), limit: last.sum().Limit}
	if a.span <= 0 || len(samples) < 2 {
		return a
	}
	seconds := a.span.Seconds()
	a.came = float64(last.sum().Accepted-first.sum().Accepted) / seconds
	a.answered = float64(last.sum().Answered-first.sum().Answered) / seconds
	a.refused = last.sum().Refused - first.sum().Refused
	a.targetCPU = (last.spent - first.spent).Seconds() / seconds
	a.machineCPU = (last.busy - first.busy).Seconds() / seconds
	a.generatorCPU = generator.Seconds() / all[len(all)-1].at.Sub(all[0].at).Seconds()
	share := 1 / float64(len(samples)-1)
	for _, s := range samples[1:] { // the first is from before
		sum := s.sum()
		a.held += float64(sum.Held) * share
		a.busy += float64(sum.Borrowed) * share
		a.waiting += float64(sum.Waiting) * share
		a.mostHeld = max(a.mostHeld, int(sum.Held))
		a.mostInLine = max(a.mostInLine, sum.Waiting)
		if sum.Waiting > 0 {
			a.inLine += share
		}
	}
	return a
}

// duration is how long each of n stays if so many leave in a second (Little's law).
func duration(n, rate float64) string {
	if rate <= 0 {
		return "for ever"
	}
	return round(time.Duration(n / rate * float64(time.Second))).String()
}

// round leaves three digits.
func round(d time.Duration) time.Duration {
	unit := time.Microsecond
	for unit*1000 < d {
		unit *= 10
	}
	return d.Round(unit)
}

func (a account) text() string {
	var b strings.Builder
	line := func(what, format string, args ...any) {
		fmt.Fprintf(&b, "  %-12s %s\n", what, fmt.Sprintf(format, args...))
	}
	fmt.Fprintf(&b, "beside: the target's own account of %.1f s\n", a.span.Seconds())
	line("requests", "%.1f/s came, %.1f/s answered, %d refused", a.came, a.answered, a.refused)
	line("held", "%.1f on average, %d at most: %s each", a.held, a.mostHeld, duration(a.held, a.answered))
	line("threads", "%.1f of %d busy on average", a.busy, a.limit)
	line("in line", "%.1f on average, %d at most: %s each; somebody in %.0f %% of the looks", a.waiting, a.mostInLine, duration(a.waiting, a.answered), 100*a.inLine)
	line("a 404", "takes %v", round(a.knock))
	line("processor", "target %.2f, generator %.2f, the whole machine %.2f of %d cores", a.targetCPU, a.generatorCPU, a.machineCPU, a.cores)
	if a.crowded() {
		line("", "no processor is idle: a time that surprises may be the machine's")
	}
	return b.String()
}
