package limiter_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/target-server/target-server/limiter"
)

// model is the specification that a limiter is compared with: the rules in their simplest form.
type model struct {
	order                        limiter.Order
	limit, bound, borrowed, peak int
	longest                      time.Duration
	queue                        []queued
	granted                      []int
}

type queued struct {
	name  int
	since time.Duration
}

func (m *model) acquire(name int, now time.Duration) limiter.Outcome {
	switch {
	case len(m.queue) == 0 && m.borrowed < m.limit:
		m.lend(name)
		return limiter.Granted
	case m.bound >= 0 && len(m.queue) >= m.bound:
		return limiter.Refused
	}
	m.queue = append(m.queue, queued{name, now})
	return limiter.Waiting
}

func (m *model) lend(name int) {
	m.borrowed++
	m.peak = max(m.peak, m.borrowed)
	m.granted = append(m.granted, name)
}

// serve lends free tokens to waiters: to the oldest first, or as the order says.
func (m *model) serve(oldest bool, now time.Duration) {
	for len(m.queue) > 0 && m.borrowed < m.limit {
		i := 0
		if m.order == limiter.LIFO && !oldest {
			i = len(m.queue) - 1
		}
		m.longest = max(m.longest, now-m.queue[i].since)
		m.lend(m.queue[i].name)
		m.queue = slices.Delete(m.queue, i, i+1)
	}
}

func (m *model) statistics(now time.Duration) limiter.Statistics {
	longest := m.longest
	for _, p := range m.queue {
		longest = max(longest, now-p.since)
	}
	return limiter.Statistics{Limit: m.limit, Borrowed: m.borrowed, Waiting: len(m.queue), Peak: m.peak, LongestWait: longest}
}

// member is a Waiter with a number.
type member struct {
	granted *[]int
	name    int
}

func (m member) Granted() { *m.granted = append(*m.granted, m.name) }

// After any sequence of calls the limiter has done what the model does.
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
			if m.borrowed == 0 {
				t.Skip("nothing is lent")
			}
			m.borrowed--
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
			m.queue = nil
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
			if len(m.queue) > 0 && m.borrowed < m.limit {
				t.Fatalf("a token is free while %d wait", len(m.queue))
			}
		},
	})
}
