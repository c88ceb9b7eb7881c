package limiter_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/limiter"
)

// desk is a limiter and the names of the guests that were granted a token, in
// order.
type desk struct {
	*limiter.Limiter
	granted []string
}

// guest is a Waiter with a name.
type guest struct {
	desk *desk
	name string
}

// SetLimit calls Granted on the waiters that it returns.
func (d *desk) SetLimit(n int, now time.Duration) {
	for _, w := range d.Limiter.SetLimit(n, now) {
		w.Granted()
	}
}

func (g *guest) Granted() { g.desk.granted = append(g.desk.granted, g.name) }

func newDesk(limit int, order limiter.Order) *desk { return &desk{Limiter: limiter.New(limit, order)} }

// ask requests a token for each of several names.
func (d *desk) ask(now time.Duration, names ...string) (outcomes []limiter.Outcome) {
	for _, name := range names {
		g := &guest{d, name}
		o := d.Acquire(g, now)
		if o == limiter.Granted {
			g.Granted()
		}
		outcomes = append(outcomes, o)
	}
	return outcomes
}

func (d *desk) order() string { return strings.Join(d.granted, " ") }

var orders = []limiter.Order{limiter.LIFO, limiter.FIFO}

func TestOrderOfService(t *testing.T) {
	for order, want := range map[limiter.Order]string{limiter.LIFO: "a b e d c", limiter.FIFO: "a b c d e"} {
		t.Run(order.String(), func(t *testing.T) {
			d := newDesk(2, order)
			d.ask(0, "a", "b", "c", "d", "e")
			check.Equal(t, "granted at once", d.order(), "a b")
			for range 5 {
				d.Release(0)
			}
			check.Equal(t, "granted", d.order(), want)
			check.Equal(t, "borrowed in the end", d.Statistics(0).Borrowed, 0)
		})
	}
}

// A token that comes back goes to the queue at once: a newcomer never overtakes.
func TestNewcomerNeverOvertakes(t *testing.T) {
	for _, order := range orders {
		t.Run(order.String(), func(t *testing.T) {
			d := newDesk(1, order)
			d.ask(0, "a", "b", "c")
			d.Release(0)
			check.Equal(t, "newcomer", d.ask(0, "d")[0], limiter.Waiting)
			check.Equal(t, "waiting", d.Statistics(0).Waiting, 2)
			d.Release(0)
			d.Release(0)
			check.Equal(t, "granted", d.order(),
				map[limiter.Order]string{limiter.LIFO: "a c d b", limiter.FIFO: "a b c d"}[order])
		})
	}
}

// A limit that is raised grants tokens to the oldest first, in either order.
func TestRaisedLimit(t *testing.T) {
	for _, order := range orders {
		t.Run(order.String(), func(t *testing.T) {
			d := newDesk(1, order)
			d.ask(0, "a", "b", "c", "d", "e")
			d.SetLimit(3, 0)
			check.Equal(t, "granted", d.order(), "a b c")
			check.Equal(t, "statistics", fmt.Sprint(d.Statistics(7)),
				fmt.Sprint(limiter.Statistics{Limit: 3, Borrowed: 3, Waiting: 2, Peak: 3, LongestWait: 7}))
			d.SetLimit(100, 0)
			check.Equal(t, "granted", d.order(), "a b c d e")
			check.Equal(t, "newcomer", d.ask(0, "f")[0], limiter.Granted)
		})
	}
}

// A limit that is lowered withdraws tokens as they come back.
func TestLoweredLimit(t *testing.T) {
	for _, order := range orders {
		t.Run(order.String(), func(t *testing.T) {
			d := newDesk(3, order)
			d.ask(0, "a", "b", "c", "d")
			d.SetLimit(1, 0)
			check.Equal(t, "borrowed", d.Statistics(0).Borrowed, 3)
			d.Release(0)
			d.Release(0)
			check.Equal(t, "granted while above the limit", d.order(), "a b c")
			d.Release(0)
			check.Equal(t, "granted", d.order(), "a b c d")
			check.Equal(t, "borrowed", d.Statistics(0).Borrowed, 1)
		})
	}
}

// A limit that is lowered and then raised withdraws fewer tokens.
func TestLimitLoweredAndRaised(t *testing.T) {
	d := newDesk(3, limiter.FIFO)
	d.ask(0, "a", "b", "c", "d")
	d.SetLimit(0, 0)
	d.SetLimit(2, 0)
	check.Equal(t, "granted above the limit", d.order(), "a b c")
	d.Release(0)
	check.Equal(t, "granted at the limit", d.order(), "a b c")
	d.Release(0)
	check.Equal(t, "granted", d.order(), "a b c d")
}

func TestBound(t *testing.T) {
	d := newDesk(1, limiter.LIFO)
	d.SetBound(2)
	want := [4]limiter.Outcome{limiter.Granted, limiter.Waiting, limiter.Waiting, limiter.Refused}
	check.Equal(t, "outcomes", [4]limiter.Outcome(d.ask(0, "a", "b", "c", "d")), want)
	d.SetBound(0)
	check.Equal(t, "waiting", d.Statistics(0).Waiting, 2)
	check.Equal(t, "newcomer", d.ask(0, "e")[0], limiter.Refused)
	d.SetBound(limiter.Unbounded)
	check.Equal(t, "newcomer", d.ask(0, "f")[0], limiter.Waiting)
}

func TestAbandon(t *testing.T) {
	for _, order := range orders {
		d := newDesk(1, order)
		d.ask(0, "a", "b", "c")
		d.Abandon()
		d.Release(0)
		check.Equal(t, "granted", d.order(), "a")
		check.Equal(t, "borrowed and waiting", d.Statistics(0).Borrowed+d.Statistics(0).Waiting, 0)
		check.Equal(t, "newcomer", d.ask(0, "d")[0], limiter.Granted)
	}
}

// The longest wait includes both present waiters and past ones.
func TestLongestWait(t *testing.T) {
	d := newDesk(1, limiter.LIFO)
	longest := func(at, want time.Duration) {
		t.Helper()
		check.Equal(t, fmt.Sprint("at ", at), d.Statistics(at).LongestWait, want)
	}
	d.ask(0, "a")
	longest(100, 0)
	d.ask(10, "b")
	d.ask(20, "c")
	longest(30, 20)
	d.Release(40) // to c
	longest(40, 30)
	d.Release(50) // to b
	longest(50, 40)
	d.Release(60)
	longest(1000, 40)
}

// A long queue stays in order while it grows and shrinks.
func TestLongQueue(t *testing.T) {
	for _, order := range orders {
		t.Run(order.String(), func(t *testing.T) {
			const n = 100_000
			d := newDesk(0, order)
			names := make([]string, n)
			for i := range names {
				names[i] = fmt.Sprint(i)
				d.ask(0, names[i])
			}
			d.SetLimit(1, 0) // the oldest
			for range n - 1 {
				d.Release(0)
			}
			for i, got := range d.granted {
				want := names[i]
				if order == limiter.LIFO && i > 0 {
					want = names[n-i]
				}
				if got != want {
					t.Fatalf("position %d: wanted %s, got %s (alone: %s)", i, want, got, check.Alone(t))
				}
			}
			check.Equal(t, "granted", len(d.granted), n)
		})
	}
}
