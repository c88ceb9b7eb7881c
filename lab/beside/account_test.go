package main

import (
	"testing"
	"time"

	"github.com/target-server/target-server/server/admin"
)

// looks makes samples a tenth of a second apart.
func looks(all ...admin.Statistics) []sample {
	samples := make([]sample, len(all))
	for i, s := range all {
		samples[i] = sample{at: time.Unix(0, 0).Add(time.Duration(i) * time.Second / 10), workers: []admin.Statistics{s}}
	}
	return samples
}

// What the generator needs to start, and to print its report, is no part of the account.
func TestSummariseLeavesOutWhatIsBeforeAndAfter(t *testing.T) {
	a := summarise(looks(
		admin.Statistics{Limit: 2, Accepted: 7, Answered: 7},
		admin.Statistics{Limit: 2, Accepted: 7, Answered: 7},
		admin.Statistics{Limit: 2, Accepted: 10, Answered: 7, Held: 3, Borrowed: 2, Waiting: 1},
		admin.Statistics{Limit: 2, Accepted: 12, Answered: 9, Held: 3, Borrowed: 2, Waiting: 1},
		admin.Statistics{Limit: 2, Accepted: 12, Answered: 12},
		admin.Statistics{Limit: 2, Accepted: 12, Answered: 12},
		admin.Statistics{Limit: 2, Accepted: 12, Answered: 12},
	), time.Second)
	if a.span != 300*time.Millisecond {
		t.Errorf("want 300ms, got %v", a.span)
	}
	if want, got := 5/0.3, a.answered; got < want-0.01 || got > want+0.01 {
		t.Errorf("want %.2f answers a second, got %.2f", want, got)
	}
	if a.held != 2 || a.mostHeld != 3 || a.mostInLine != 1 {
		t.Errorf("want 2 held on average, 3 at most, 1 in line at most; got %v, %d, %d", a.held, a.mostHeld, a.mostInLine)
	}
}

func TestWorkersAreAddedUp(t *testing.T) {
	s := sample{workers: []admin.Statistics{{Limit: 40, Held: 3, Waiting: 1}, {Limit: 40, Held: 4}}}
	if sum := s.sum(); sum.Limit != 80 || sum.Held != 7 || sum.Waiting != 1 {
		t.Errorf("want 80 threads, 7 held, 1 waiting; got %+v", sum)
	}
}

func TestDurationHasThreeDigits(t *testing.T) {
	for _, c := range []struct {
		n, rate float64
		want    string
	}{{40, 400, "100ms"}, {8.2, 72619, "113µs"}, {347, 381.6, "909ms"}, {4, 2, "2s"}, {1, 0, "for ever"}} {
		if got := duration(c.n, c.rate); got != c.want {
			t.Errorf("%v at %v a second: want %s, got %s", c.n, c.rate, c.want, got)
		}
	}
}
