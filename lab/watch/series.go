package watch

import (
	"math"
	"slices"

	"github.com/target-server/target-server/server/admin"
)

// The figures of the curves.
const (
	mostPoints    = 900                 // seconds that are kept
	latencyMemory = 10 * 1000           // ms: latencies are those of the last ten seconds
	mostLatencies = 4096                // the newest
	gap           = admin.Millis(2_500) // without a frame, after which differences between totals mean nothing
)

// point is what happened within one second.
type point struct {
	second           int64 // since 1970
	running, waiting int   // the most, all workers together
	backlog          int   // of the kernel: the longest of any worker, since workers may share one
	finished         int64
}

// latency is how long a request took, and when it ended.
type latency struct{ until, took admin.Millis }

// total is how many requests a process has finished.
type total struct {
	process  int
	finished int64
}

// series is the course of the sums over all workers.
type series struct {
	points    []point
	totals    map[int]total // finished requests, by the worker's number
	latencies []latency
	last      admin.Millis
}

func (s *series) add(f *admin.Frame) {
	if f.Time-s.last > gap || f.Time < s.last {
		s.totals = nil
	}
	if f.Time < s.last-gap { // another clock
		s.points, s.latencies = nil, nil
	}
	s.last = f.Time
	now := point{second: int64(f.Time / 1000)}
	totals := make(map[int]total, len(f.Workers))
	for i := range f.Workers {
		w := &f.Workers[i]
		n, st := number(w, i), &w.Statistics
		before, known := s.totals[n]
		if st.Error != "" {
			if known {
				totals[n] = before
			}
			continue
		}
		now.running += st.Busy
		now.waiting += st.Waiting
		if w.Backlog != nil {
			now.backlog = max(now.backlog, w.Backlog.Waiting)
		}
		totals[n] = total{st.Worker, st.Answered + st.Left + st.Cancelled}
		if known && before.process == st.Worker {
			now.finished += max(0, totals[n].finished-before.finished)
		}
		s.note(w.Ended)
	}
	s.totals = totals
	s.put(now)
	s.forget()
}

// note takes the latencies of requests that have ended.
func (s *series) note(ended []admin.LiveCall) {
	for i := range ended {
		if c := &ended[i]; lastOf(c) && c.Until >= c.Arrived {
			s.latencies = append(s.latencies, latency{c.Until, c.Until - c.Arrived})
		}
	}
}

// lastOf reports whether a call is the last of its request, so that its end is the request's.
func lastOf(c *admin.LiveCall) bool {
	return c.Outcome == "" || c.Outcome == admin.Answered || c.Outcome == admin.ClientLeft || c.Outcome == admin.Cancelled
}

func (s *series) put(now point) {
	if n := len(s.points); n > 0 && s.points[n-1].second >= now.second {
		p := &s.points[n-1]
		p.running, p.waiting, p.backlog = max(p.running, now.running), max(p.waiting, now.waiting), max(p.backlog, now.backlog)
		p.finished += now.finished
		return
	}
	s.points = append(s.points, now)
}

func (s *series) forget() {
	if n := len(s.points) - mostPoints; n > 0 {
		s.points = slices.Delete(s.points, 0, n)
	}
	old := slices.IndexFunc(s.latencies, func(l latency) bool { return l.until >= s.last-latencyMemory })
	if old < 0 {
		old = len(s.latencies)
	}
	s.latencies = slices.Delete(s.latencies, 0, max(old, len(s.latencies)-mostLatencies))
}

// rate is how many requests finished per second, in the last whole seconds; NaN before there is one.
func (s *series) rate() float64 {
	const seconds = 5
	n := len(s.points) - 1
	if n < 1 {
		return math.NaN()
	}
	finished, seen := int64(0), 0
	for _, p := range s.points[max(0, n-seconds):n] {
		if p.second >= s.points[n].second-seconds {
			finished += p.finished
			seen++
		}
	}
	if seen == 0 {
		return math.NaN()
	}
	return float64(finished) / float64(seen)
}

// quantile is how long at most the fastest share of requests took lately; NaN if none has ended.
func (s *series) quantile(share float64) admin.Millis {
	if len(s.latencies) == 0 {
		return admin.Millis(math.NaN())
	}
	took := make([]admin.Millis, len(s.latencies))
	for i, l := range s.latencies {
		took[i] = l.took
	}
	slices.Sort(took)
	return took[max(0, int(math.Ceil(share*float64(len(took))))-1)]
}

// age is how many seconds the series has lasted.
func (s *series) age() int64 {
	if len(s.points) == 0 {
		return 0
	}
	return s.points[len(s.points)-1].second - s.points[0].second + 1
}

// curve returns a value for each of so many steps, the last of which is now; NaN where nothing is known.
func (s *series) curve(steps int, step int64, of func(point) float64, sum bool) []float64 {
	steps = max(0, steps)
	values := make([]float64, steps)
	for i := range values {
		values[i] = math.NaN()
	}
	last := int64(s.last/1000) / step
	seconds := make([]int, steps)
	for _, p := range s.points {
		i := int64(steps) - 1 - (last - p.second/step)
		if i < 0 || i >= int64(steps) {
			continue
		}
		seconds[i]++
		switch v := of(p); {
		case math.IsNaN(values[i]):
			values[i] = v
		case sum:
			values[i] += v
		default:
			values[i] = max(values[i], v)
		}
	}
	if sum {
		for i := range values {
			values[i] /= float64(max(1, seconds[i]))
		}
	}
	return values
}
