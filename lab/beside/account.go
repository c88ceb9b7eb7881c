package beside

import (
	"cmp"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/target-server/target-server/server/admin"
)

// account is what the target counted while the generator kept it busy: sums over all workers, means over the samples.
type account struct {
	url  string
	span time.Duration

	accepted, answered, refused int64
	acceptedRate, answeredRate  float64 // a second

	workers, limit       int
	held, running        float64
	threads, queued      float64
	mostHeld, mostQueued int
	timeQueued           float64 // share of the samples in which a request was queued
	checks, failedChecks int
	checkFailure         error         // of one of the checks that failed
	checkTook            time.Duration // a typical answer to a check

	// In cores; 0 where it is not known.
	targetCPU, generatorCPU, machineCPU float64
	targetKnown                         bool
	cores                               int
}

// sum adds the workers up.
func (s sample) sum() admin.Statistics {
	all := make([]admin.Statistics, len(s.workers))
	for i, w := range s.workers {
		all[i] = w.Statistics
	}
	return admin.Sum(all)
}

// growth tells by how much a counter of the workers has grown from one sample to the next. A counter that is lower than
// before has started again at 0: its worker was replaced, or the totals were reset.
func growth(before, after sample, of func(worker) int64) (sum int64) {
	for _, w := range after.workers {
		now := of(w)
		i := slices.IndexFunc(before.workers, func(b worker) bool { return b.Worker == w.Worker })
		if i >= 0 && of(before.workers[i]) <= now {
			now -= of(before.workers[i])
		}
		sum += now
	}
	return sum
}

// grown is the growth over all samples.
func grown(samples []sample, of func(worker) int64) (sum int64) {
	for i := range len(samples) - 1 {
		sum += growth(samples[i], samples[i+1], of)
	}
	return sum
}

func accepted(w worker) int64 { return w.Accepted }

// active cuts off the samples before the first request came, and those after the last one was answered.
func active(samples []sample) []sample {
	begin, end := 0, len(samples)-1
	for begin < end && growth(samples[begin], samples[begin+1], accepted) == 0 {
		begin++
	}
	for end > begin && growth(samples[end-1], samples[end], accepted) == 0 && samples[end-1].sum().Held == 0 {
		end--
	}
	return samples[begin : end+1]
}

// summarise makes the account. The generator's processor time is that of its whole life, so what it spends on starting
// counts as well.
func summarise(samples []sample, checks []check, generator time.Duration) account {
	all := samples
	samples = active(samples)
	first, last := samples[0], samples[len(samples)-1]
	a := account{span: last.at.Sub(first.at), cores: runtime.NumCPU(), workers: len(last.workers), limit: last.sum().Limit}
	refusedChecks := a.readChecks(checks, first.at, last.at)
	if a.span <= 0 || len(samples) < 2 {
		return a
	}
	seconds := a.span.Seconds()
	a.answered = grown(samples, func(w worker) int64 { return w.Answered })
	a.refused = max(0, grown(samples, func(w worker) int64 { return w.Refused })-refusedChecks)
	a.accepted = max(a.answered, grown(samples, accepted)-refusedChecks)
	a.acceptedRate, a.answeredRate = float64(a.accepted)/seconds, float64(a.answered)/seconds
	a.targetCPU = time.Duration(grown(samples, func(w worker) int64 { return int64(w.spent) })).Seconds() / seconds
	a.targetKnown = !slices.ContainsFunc(last.workers, func(w worker) bool { return w.spent == 0 })
	a.machineCPU = (last.busy - first.busy).Seconds() / seconds
	a.generatorCPU = generator.Seconds() / all[len(all)-1].at.Sub(all[0].at).Seconds()
	a.readGauges(samples[1:]) // the first is from before
	return a
}

// readGauges takes the means and the maxima.
func (a *account) readGauges(samples []sample) {
	share := 1 / float64(len(samples))
	for _, s := range samples {
		sum := s.sum()
		a.held += float64(sum.Held) * share
		a.running += float64(sum.Busy) * share
		a.threads += float64(sum.Borrowed) * share
		a.queued += float64(sum.Waiting) * share
		a.mostHeld = max(a.mostHeld, int(sum.Held))
		a.mostQueued = max(a.mostQueued, sum.Waiting)
		if sum.Waiting > 0 {
			a.timeQueued += share
		}
	}
}

// readChecks looks at the checks that were under way between two moments, and returns how many of them were refused.
func (a *account) readChecks(checks []check, begin, end time.Time) (refused int64) {
	var made []check
	for _, c := range checks {
		switch {
		case c.began.After(end) || c.began.Add(c.took).Before(begin):
			continue
		case c.err != nil:
			a.failedChecks++
			a.checkFailure = c.err
		default:
			made = append(made, c)
		}
		a.checks++
		if c.status == 503 {
			refused++
		}
	}
	a.checkTook = typical(made)
	return refused
}

// typical is the median of what checks took; 0 of none. A check stands for the time until the next one began, so that a
// loop that is blocked for seconds, in which there is one check, is not outvoted by the quick checks of a moment.
func typical(checks []check) time.Duration {
	slices.SortFunc(checks, func(a, b check) int { return cmp.Compare(a.took, b.took) })
	var all, below time.Duration
	for _, c := range checks {
		all += max(c.took, checkEvery)
	}
	for _, c := range checks {
		if below += max(c.took, checkEvery); below > all/2 {
			return c.took
		}
	}
	return 0
}

// duration is how long each of n stays if so many leave in a second (Little's law).
func duration(n, rate float64) string {
	if rate <= 0 {
		return "none was answered"
	}
	return round(time.Duration(n/rate*float64(time.Second))).String() + " each"
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
	if a.accepted == 0 {
		fmt.Fprintf(&b, "beside: the target, %s, counted no request\n", a.url)
		a.writeChecks(line)
		return b.String()
	}
	fmt.Fprintf(&b, "beside: what the target, %s, counted in %.1f s\n", a.url, a.span.Seconds())
	line("requests", "%.1f/s accepted, %.1f/s answered, %d refused", a.acceptedRate, a.answeredRate, a.refused)
	line("held", "%.1f on average, %d at most; %s", a.held, a.mostHeld, duration(a.held, a.answeredRate))
	line("running", "%.1f on average", a.running)
	if a.threads > 0 || a.running == 0 { // not every mode uses threads
		line("threads", "%.1f of %d in use on average", a.threads, a.limit)
	}
	line("queued", "%.1f on average, %d at most; %s; in %.0f %% of the samples",
		a.queued, a.mostQueued, duration(a.queued, a.answeredRate), 100*a.timeQueued)
	a.writeChecks(line)
	line("processor", "%s", a.processors())
	if a.crowded() {
		line("", "no core is idle: if a time surprises you, the machine may be the cause")
	}
	return b.String()
}

func (a account) writeChecks(line func(what, format string, args ...any)) {
	if a.checks > a.failedChecks {
		line("a 404", "takes %v", round(a.checkTook))
	}
	if a.failedChecks > 0 {
		line("checks", "%d of %d failed: %v", a.failedChecks, a.checks, a.checkFailure)
	}
}

// processors lists the processor time that is known.
func (a account) processors() string {
	target, machine := "unknown", ""
	if a.targetKnown {
		target = fmt.Sprintf("%.2f", a.targetCPU)
	}
	if a.machineCPU > 0 {
		machine = fmt.Sprintf(", whole machine %.2f of %d cores", a.machineCPU, a.cores)
	}
	return fmt.Sprintf("target %s, generator %.2f%s", target, a.generatorCPU, machine)
}
