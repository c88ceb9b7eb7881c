package beside

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/server/admin"
)

// looks makes samples a tenth of a second apart.
func looks(all ...admin.Statistics) []sample {
	samples := make([]sample, len(all))
	for i, s := range all {
		samples[i] = sample{at: moment(i), workers: []worker{{Statistics: s}}}
	}
	return samples
}

// moment is the time of the i-th sample.
func moment(i int) time.Time { return time.Unix(0, 0).Add(time.Duration(i) * time.Second / 10) }

// What the generator needs to start, and to print its report, is no part of the account.
func TestSummariseLeavesOutWhatIsBeforeAndAfter(t *testing.T) {
	a := summarise(looks(
		admin.Statistics{Limit: 2, Accepted: 7, Answered: 7},
		admin.Statistics{Limit: 2, Accepted: 7, Answered: 7},
		admin.Statistics{Limit: 2, Accepted: 10, Answered: 7, Held: 3, Busy: 2, Borrowed: 2, Waiting: 1},
		admin.Statistics{Limit: 2, Accepted: 12, Answered: 9, Held: 3, Busy: 2, Borrowed: 2, Waiting: 1},
		admin.Statistics{Limit: 2, Accepted: 12, Answered: 12},
		admin.Statistics{Limit: 2, Accepted: 12, Answered: 12},
		admin.Statistics{Limit: 2, Accepted: 12, Answered: 12},
	), nil, time.Second)
	if a.span != 300*time.Millisecond {
		t.Errorf("want 300ms, got %v", a.span)
	}
	if want, got := 5/0.3, a.answeredRate; got < want-0.01 || got > want+0.01 {
		t.Errorf("want %.2f answers a second, got %.2f", want, got)
	}
	if a.held != 2 || a.mostHeld != 3 || a.mostQueued != 1 {
		t.Errorf("want 2 held on average, 3 at most, 1 queued at most; got %v, %d, %d", a.held, a.mostHeld, a.mostQueued)
	}
}

func TestWorkersAreAddedUp(t *testing.T) {
	s := sample{workers: []worker{{Statistics: admin.Statistics{Limit: 40, Held: 3, Waiting: 1}}, {Statistics: admin.Statistics{Limit: 40, Held: 4}}}}
	if sum := s.sum(); sum.Limit != 80 || sum.Held != 7 || sum.Waiting != 1 {
		t.Errorf("want 80 threads, 7 held, 1 queued; got %+v", sum)
	}
}

// A worker that is replaced begins at 0, and so does one whose totals are reset: neither takes away from what was counted.
func TestCountersThatStartAgain(t *testing.T) {
	of := func(pid int, n int64) worker {
		return worker{Statistics: admin.Statistics{Worker: pid, Answered: n, Accepted: n}}
	}
	a := summarise([]sample{
		{at: moment(0), workers: []worker{of(1, 100), of(2, 100)}},
		{at: moment(1), workers: []worker{of(1, 110), of(2, 105)}},
		{at: moment(2), workers: []worker{of(1, 120), of(3, 4)}}, // a new one in place of 2
		{at: moment(3), workers: []worker{of(1, 3), of(3, 9)}},   // reset
	}, nil, 0)
	if want := int64(10 + 5 + 10 + 4 + 3 + 5); a.answered != want || a.accepted != want {
		t.Errorf("want %d accepted and answered, got %d and %d", want, a.accepted, a.answered)
	}
}

// A check that the target refuses is no request of the generator's.
func TestRefusedChecksAreNotCounted(t *testing.T) {
	a := summarise(looks(
		admin.Statistics{},
		admin.Statistics{Accepted: 10, Answered: 5, Refused: 4, Held: 1},
		admin.Statistics{Accepted: 20, Answered: 10, Refused: 10},
	), []check{{began: moment(1), status: 503}, {began: moment(2), status: 404}}, 0)
	if a.refused != 9 || a.accepted != 19 || a.checks != 2 {
		t.Errorf("want 9 refused of 19, and 2 checks; got %d of %d, and %d", a.refused, a.accepted, a.checks)
	}
}

// One check that takes seconds weighs as much as all the quick ones that could have been made meanwhile.
func TestTypicalCheck(t *testing.T) {
	quick := check{took: time.Millisecond}
	for _, c := range []struct {
		name string
		all  []check
		want time.Duration
	}{
		{"none", nil, 0},
		{"a free loop", []check{quick, quick, {took: 40 * time.Millisecond}}, time.Millisecond},
		{"a loop that is blocked from the third check on", []check{quick, quick, {took: 2 * time.Second}}, 2 * time.Second},
		{"a loop that was blocked for a moment", []check{quick, quick, quick, quick, {took: 500 * time.Millisecond}}, time.Millisecond},
	} {
		if got := typical(c.all); got != c.want {
			t.Errorf("%s: want %v, got %v", c.name, c.want, got)
		}
	}
}

// Checks that fail are named; if all do, there is no verdict.
func TestFailedChecks(t *testing.T) {
	broken := check{began: moment(1), err: errors.New("connection refused")}
	samples := looks(admin.Statistics{}, admin.Statistics{Accepted: 2, Held: 1, Answered: 1}, admin.Statistics{Accepted: 3, Answered: 3})
	some := summarise(samples, []check{broken, {began: moment(1), status: 404}}, 0)
	if err := some.unsure(); err != nil || !strings.Contains(some.text(), "1 of 2 failed: connection refused") {
		t.Errorf("one of two failed: %v\n%s", err, some.text())
	}
	if err := summarise(samples, []check{broken, broken}, 0).unsure(); err == nil || !strings.Contains(err.Error(), "connection refused") {
		t.Errorf("all failed: got %v, want the failure", err)
	}
}

func TestDurationHasThreeDigits(t *testing.T) {
	for _, c := range []struct {
		n, rate float64
		want    string
	}{{40, 400, "100ms each"}, {8.2, 72619, "113µs each"}, {347, 381.6, "909ms each"}, {4, 2, "2s each"}, {1, 0, "none was answered"}} {
		if got := duration(c.n, c.rate); got != c.want {
			t.Errorf("%v at %v a second: want %s, got %s", c.n, c.rate, c.want, got)
		}
	}
}
