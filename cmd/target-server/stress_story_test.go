//go:build unix

package main

import (
	"cmp"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/target-server/target-server/server/admin"
)

// row is one request in the log.
type row struct {
	Start, End  time.Time
	Worker      int
	Outcome, ID string
	Status      int
}

// sums are one worker's counts, from /stats or from the rows.
type sums struct{ started, answered, refused, cancelled, left int64 }

func sumsOf(s admin.Statistics) sums {
	return sums{s.Started, s.Answered, s.Refused, s.Cancelled, s.Left}
}

// rows reads the log.
func (s *stress) rows() (all []row) {
	s.t.Helper()
	text, err := os.ReadFile(s.log)
	if err != nil {
		s.t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		var r row
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			s.t.Fatalf("%q: %v", line, err)
		}
		all = append(all, r)
	}
	return all
}

// reconcile waits until the server is idle, and compares clients, /stats and rows with each other.
func (s *stress) reconcile() {
	s.t.Helper()
	var all []admin.Statistics
	s.until("nothing is held, and the rows are written", func() bool {
		all = s.statistics()
		counted := count(s.rows())
		for _, w := range all {
			if w.Error != "" || w.Held+int64(w.Borrowed)+int64(w.Waiting) > 0 || counted[w.Worker] != sumsOf(w) {
				return false
			}
		}
		return len(all) == len(s.pids)
	})
	rows := s.rows()
	s.clients(rows)
	s.overlaps(rows)
}

// count counts the rows.
func count(rows []row) map[int]sums {
	all := map[int]sums{}
	for _, r := range rows {
		w := all[r.Worker]
		if !r.Start.IsZero() {
			w.started++
		}
		switch r.Outcome {
		case "answered":
			w.answered++
		case "refused":
			w.refused++
		case "cancelled":
			w.cancelled++
		case "client left":
			w.left++
		}
		all[r.Worker] = w
	}
	return all
}

// clients compares what the clients saw with the rows. An answer that a worker sends in the turn in
// which it is killed has no row; there are at most as many of these as it has threads.
func (s *stress) clients(rows []row) {
	s.t.Helper()
	byID := map[string]row{}
	for _, r := range rows {
		if _, twice := byID[r.ID]; twice {
			s.t.Errorf("%s has two rows", r.ID)
		}
		byID[r.ID] = r
		if (r.Outcome == "client left") != (r.Status == 0) {
			s.t.Errorf("%s: its outcome and its status do not go together: %+v", r.ID, r)
		}
		if r.Status != 0 && !s.left[r.ID] && s.got[r.ID] != r.Status {
			s.t.Errorf("%s has stayed and had %d; its row: %+v", r.ID, s.got[r.ID], r)
		}
	}
	unlogged := 0
	for id, status := range s.got {
		if r, known := byID[id]; !known {
			unlogged++
		} else if r.Status != status {
			s.t.Errorf("%s had %d; its row: %+v", id, status, r)
		}
	}
	if s.killed == 0 && unlogged+len(s.cut) > 0 || unlogged > highest {
		s.t.Errorf("%d answers have no row, %d who stayed were cut off", unlogged, len(s.cut))
	}
	if len(s.got) == 0 {
		s.t.Error("nobody was answered")
	}
}

// overlaps counts, worker by worker, the requests that run at once: in a phase, except at its edges, no more than its limit.
func (s *stress) overlaps(rows []row) {
	s.t.Helper()
	type event struct {
		at    time.Time
		delta int
	}
	events := map[int][]event{}
	for _, r := range rows {
		if !r.Start.IsZero() {
			events[r.Worker] = append(events[r.Worker], event{r.Start, 1}, event{r.End, -1})
		}
	}
	for worker, all := range events {
		slices.SortStableFunc(all, func(a, b event) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.delta, b.delta)) })
		running := 0
		for _, e := range all {
			running += e.delta
			for _, p := range s.phases {
				if e.at.After(p.from.Add(edge)) && e.at.Before(p.till.Add(-edge)) && running > p.limit {
					s.t.Errorf("worker %d at %v: %d in work, limit %d", worker, e.at, running, p.limit)
				}
			}
		}
		if running != 0 {
			s.t.Errorf("worker %d: %d have started and not ended", worker, running)
		}
	}
}
