package attack

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/target-server/target-server/server/admin"
)

// rest is the state of a server at one moment, with the reasons why it is not idle.
type rest struct {
	workers   []admin.Statistics
	processes []process
	troubles  []Finding
}

// String is the troubles on one line.
func (r *rest) String() string {
	var all []string
	for _, t := range r.troubles {
		all = append(all, string(t.Check)+": "+t.Detail)
	}
	return strings.Join(all, "; ")
}

func (r *rest) trouble(c Check, format string, args ...any) {
	r.troubles = append(r.troubles, Finding{c, fmt.Sprintf(format, args...)})
}

// blame turns the troubles into findings.
func (r *rest) blame(s *stage) {
	for _, t := range r.troubles {
		s.find(t.Check, "%s", t.Detail)
	}
}

// How long a server may take to become idle, how long of that without any progress, and how many checks
// in a row must find it idle.
const (
	restTime = time.Minute
	stuck    = 15 * time.Second
	settled  = 3
)

// calm waits until the server is idle and, if an earlier state is given, matches it.
func (s *stage) calm(ctx context.Context, before *rest) (last *rest, ok bool) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	same, moved := 0, time.Now()
	last = &rest{}
	ok = s.until(ctx, restTime, func() bool {
		now := s.look(ctx, before)
		moves := now.progress() != last.progress() // even if it holds no request at the moments of the checks
		if moves {
			moved = time.Now()
		} else if time.Since(moved) > stuck {
			cancel()
		}
		if len(now.troubles) == 0 && !moves && (before != nil || alike(last, now)) {
			same++
		} else {
			same = 0
		}
		last = now
		return same >= settled
	})
	return last, ok
}

// progress is the number of requests that have come and ended. It grows while a server works through
// those that it has read.
func (r *rest) progress() (n int64) {
	for _, w := range r.workers {
		n += w.Accepted + w.Answered + w.Left + w.Refused + w.Cancelled
	}
	return n
}

// alike compares two moments: before the attack, a server is idle when nothing changes.
func alike(a, b *rest) bool {
	if len(a.processes) != len(b.processes) || len(a.workers) != len(b.workers) {
		return false
	}
	for i := range a.processes {
		if a.processes[i].descriptors != b.processes[i].descriptors {
			return false
		}
	}
	for i := range a.workers {
		if a.workers[i].Goroutines != b.workers[i].Goroutines {
			return false
		}
	}
	return true
}

// look records the server's present state.
func (s *stage) look(ctx context.Context, before *rest) *rest {
	now := &rest{}
	var err error
	if now.workers, _, err = s.statistics(ctx); err != nil {
		now.trouble(Answers, "%v", err)
		return now
	}
	s.checkSums(now.workers)
	for _, w := range now.workers {
		if w.Error != "" {
			now.trouble(Answers, "worker %d: %s", w.Worker, w.Error)
		}
		if w.Held+int64(w.Borrowed+w.Waiting+w.Busy+w.Zombies) > 0 {
			now.trouble(Held, "%+v", w)
		}
	}
	now.processes = group(s.pid())
	for i := range now.processes {
		p := &now.processes[i]
		if p.state == "Z" && p.pid != s.pid() {
			now.trouble(Zombies, "process %d of %d is a zombie", p.pid, p.parent)
			continue
		}
		p.weigh() // a process that has ended has nothing
	}
	if before != nil {
		s.compare(now, before)
	}
	return now
}

// compare checks whether more descriptors are open, or more goroutines run, than before. A worker that
// is new since then is compared with the largest of the earlier ones; a parent with more workers than
// before has more descriptors open.
func (s *stage) compare(now, before *rest) {
	most, grown := map[bool]int{}, len(now.processes) > len(before.processes)
	for _, p := range before.processes {
		first := p.pid == s.pid()
		most[first] = max(most[first], p.descriptors)
	}
	for _, p := range now.processes {
		if first := p.pid == s.pid(); p.descriptors > most[first]+s.stays && (!first || !grown) {
			now.trouble(Descriptors, "process %d has %d descriptors open, %d before: %s", p.pid, p.descriptors, most[first], strings.Join(descriptorsOf(p.pid), ", "))
		}
	}
	goroutines := 0
	for _, w := range before.workers {
		goroutines = max(goroutines, w.Goroutines)
	}
	for _, w := range now.workers {
		if w.Goroutines > goroutines {
			now.trouble(Goroutines, "worker %d has %d goroutines, %d before", w.Worker, w.Goroutines, goroutines)
		}
	}
}
