package server_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/distribution"
	"github.com/target-server/target-server/eventloop/sim"
	"github.com/target-server/target-server/pace"
	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/server/servertest"
	"github.com/target-server/target-server/stacks"
)

// pacedStack is a stack and its costs.
func pacedStack(t *testing.T, name, vintage string) (*server.Stack, pace.Measured) {
	t.Helper()
	stack, err := stacks.Find(name, vintage)
	if err != nil {
		t.Fatal(err)
	}
	all, err := pace.Of(name)
	if err != nil {
		t.Fatal(err)
	}
	m, ok := all[vintage]
	if !ok {
		t.Fatalf("the pace of %s was not measured at %s", name, vintage)
	}
	return stack, m
}

// settings are those of a mode at a pace, with a sleep.
func settings(mode string, factor float64, sleep time.Duration) func(*config.Config) {
	return func(c *config.Config) { c.Mode, c.Pace, c.Sleep = mode, factor, distribution.Of(sleep) }
}

// alone is what a request costs that is alone, and whose connection is new.
func alone(m pace.Measured, mode string) time.Duration {
	total := m.Accept.At(1) + m.Request.At(1) + 2*m.Line.At(1) + m.Answer.At(1)
	if mode == "threadpool" {
		total += m.Hop.At(1)
	}
	return total
}

// answered is when a client got its answer.
func answered(t *testing.T, c *sim.Client) time.Duration {
	t.Helper()
	if len(c.Pieces) == 0 {
		t.Fatal("no answer")
	}
	return c.Pieces[len(c.Pieces)-1].At
}

// near checks a time to a few nanoseconds, by which costs are rounded.
func near(t *testing.T, what string, got, want time.Duration) {
	t.Helper()
	if (got - want).Abs() > 100*time.Nanosecond {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// A request that is alone takes what its steps cost, times the factor, and its sleep.
func TestPaceOfOneRequest(t *testing.T) {
	servertest.Both(t, func(t *testing.T, vintage string) {
		for _, mode := range []string{"threadpool", "cooperative"} {
			for _, factor := range []float64{0, 1, 2, 0.5} {
				t.Run(fmt.Sprint(mode, factor), func(t *testing.T) {
					stack, m := pacedStack(t, "uvicorn", vintage)
					want := time.Duration(factor * float64(alone(m, mode)))
					w := servertest.New(t, stack, settings(mode, factor, 0))
					c := w.Get(time.Second, 1)
					w.Run(time.Minute)
					near(t, "no sleep", answered(t, c)-time.Second, want)

					late, wake := m.LateTimer, pace.Cost{}
					if mode == "threadpool" {
						late, wake = m.LateSleep, m.Wake
					}
					want += 5*time.Millisecond + time.Duration(factor*float64(late.Duration()+wake.At(1)))
					w = servertest.New(t, stack, settings(mode, factor, 5*time.Millisecond))
					c = w.Get(time.Second, 1)
					w.Run(time.Minute)
					near(t, "5 ms", answered(t, c)-time.Second, want)
				})
			}
		}
	})
}

// Every stack whose pace was measured keeps it.
func TestPaceOnEveryStack(t *testing.T) {
	for _, stack := range stacks.All() {
		v := stack.Defaults.Values
		all, err := pace.Of(v.Stack)
		if err != nil {
			t.Fatal(err)
		}
		m, ok := all[v.Vintage]
		if !ok {
			continue
		}
		t.Run(v.Stack+" "+v.Vintage, func(t *testing.T) {
			w := servertest.New(t, stack, settings(v.Mode, 1, 0), func(c *config.Config) { c.Workers = 1 })
			c := w.Get(time.Second, 1)
			w.Run(time.Minute)
			got, want := answered(t, c)-time.Second, alone(m, v.Mode)
			if len(stack.Modes) == 1 { // whose threads serve connections, without a hop
				want = alone(m, "")
			}
			near(t, "one request", got, want)
		})
	}
}

// capacity is how many requests a second workers answer to clients that ask all at once.
func capacity(t *testing.T, mode string, workers int) float64 {
	t.Helper()
	const each = 150 // for twelve workers, fewer than the backlog holds
	stack, _ := pacedStack(t, "uvicorn", config.VintageCurrent)
	w := servertest.New(t, stack, settings(mode, 1, 0), func(c *config.Config) { c.Workers = workers })
	clients := make([]*sim.Client, each*workers)
	for i := range clients {
		clients[i] = w.Get(time.Second, i)
	}
	w.Run(time.Minute)
	var last time.Duration
	for _, c := range clients {
		last = max(last, answered(t, c))
	}
	return float64(len(clients)) / (last - time.Second).Seconds()
}

// A busy worker answers as many requests as their costs leave time for; twelve answer twelve times as many.
func TestCapacityAtPythonsPace(t *testing.T) {
	_, m := pacedStack(t, "uvicorn", config.VintageCurrent)
	for _, mode := range []string{"threadpool", "cooperative"} {
		one := capacity(t, mode, 1)
		var least, most time.Duration
		for _, n := range []int{1, 16, 64} {
			each := m.Accept.At(n) + m.Request.At(n) + 2*m.Line.At(n) + m.Answer.At(n)
			if mode == "threadpool" {
				each += m.Hop.At(n)
			}
			if least == 0 || each < least {
				least = each
			}
			most = max(most, each)
		}
		if one < 0.98/most.Seconds() || one > 1.02/least.Seconds() {
			t.Errorf("%s: %.0f requests/s; they cost %v to %v", mode, one, least, most)
		}
		if twelve := capacity(t, mode, 12); twelve < 9*one || twelve > 12.5*one {
			t.Errorf("%s: one worker answers %.0f requests/s, twelve %.0f", mode, one, twelve)
		}
	}
}
