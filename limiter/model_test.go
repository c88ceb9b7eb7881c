package limiter_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/target-server/target-server/limiter"
)

// model is what a limiter is held against: the rules, in the plainest words.
type model struct {
	order                       limiter.Order
	limit, bound, working, peak int
	longest                     time.Duration
	line                        []place
	granted                     []int
}

type place struct {
	name  int
	since time.Duration
}

func (m *model) acquire(name int, now time.Duration) limiter.Outcome {
	switch {
	case len(m.line) == 0 && m.working < m.limit:
		m.lend(name)
		return limiter.Granted
	case m.bound >= 0 && len(m.line) >= m.bound:
		return limiter.Refused
	}
	m.line = append(m.line, place{name, now})
	return limiter.Waiting
}

func (m *model) lend(name int) {
	m.working++
	m.peak = max(m.peak, m.working)
	m.granted = append(m.granted, name)
}

// serve lets in who waits while there is room: the oldest, or whoever the order
// says.
func (m *model) serve(oldest bool, now time.Duration) {
	for len(m.line) > 0 && m.working < m.limit {
		i := 0
		if m.order == limiter.LIFO && !oldest {
			i = len(m.line) - 1
		}
		m.longest = max(m.longest, now-m.line[i].since)
		m.lend(m.line[i].name)
		m.line = slices.Delete(m.line, i, i+1)
	}
}

func (m *model) statistics(now time.Duration) limiter.Statistics {
	longest := m.longest
	for _, p := range m.line {
		longest = max(longest, now-p.since)
	}
	return limiter.Statistics{Limit: m.limit, Borrowed: m.working, Waiting: len(m.line), Peak: m.peak, LongestWait: longest}
}

// member is a Waiter with a number.
type member struct {
	granted *[]int
	name    int
}

func (m member) Granted() { *m.granted = append(*m.granted, m.name) }

// Whatever is done, in whatever order, the limiter does what the model does.
func TestAgainstTheModel(t *testing.T) {
	for _, order := range orders {
		t.Run(order.String(), func(t *testing.T) { rapid.Check(t, func(t *rapid.T) { compare(t, order) }) })
	}
}

func compare(t *rapid.T, order limiter.Order) {
	limit := rapid.IntRange(0, 5).Draw(t, "limit")
	m := &model{order: order, limit: limit, bound: limiter.Unbounded}
	l := limiter.New(limit, order)
	var granted []int
	var now time.Duration
	names := 0
	t.Repeat(map[string]func(*rapid.T){
		"acquire": func(t *rapid.T) {
			names++
			want := m.acquire(names, now)
			got := l.Acquire(member{&granted, names}, now)
			if got != want {
				t.Fatalf("Acquire: wanted %d, got %d", want, got)
			}
			if got == limiter.Granted {
				granted = append(granted, names)
			}
		},
		"release": func(t *rapid.T) {
			if m.working == 0 {
				t.Skip("nothing is lent")
			}
			m.working--
			m.serve(false, now)
			l.Release(now)
		},
		"set limit": func(t *rapid.T) {
			m.limit = rapid.IntRange(0, 7).Draw(t, "limit")
			m.serve(true, now)
			for _, w := range l.SetLimit(m.limit, now) {
				w.Granted()
			}
		},
		"set bound": func(t *rapid.T) {
			m.bound = rapid.IntRange(-1, 4).Draw(t, "bound")
			l.SetBound(m.bound)
		},
		"abandon": func(t *rapid.T) {
			if rapid.IntRange(0, 9).Draw(t, "seldom") > 0 {
				t.Skip("seldom")
			}
			m.line = nil
			l.Abandon()
		},
		"pass time": func(t *rapid.T) { now += time.Duration(rapid.IntRange(1, 100).Draw(t, "time")) },
		"": func(t *rapid.T) {
			if want := m.statistics(now); l.Statistics(now) != want {
				t.Fatalf("statistics: wanted %+v, got %+v", want, l.Statistics(now))
			}
			if !slices.Equal(granted, m.granted) {
				t.Fatalf("granted: wanted %v, got %v", m.granted, granted)
			}
			if len(m.line) > 0 && m.working < m.limit {
				t.Fatalf("a token is free while %d wait", len(m.line))
			}
		},
	})
}
