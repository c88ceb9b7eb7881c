package eventloop_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/eventloop/sim"
	"github.com/target-server/target-server/internal/check"
)

// coin always falls on the same side: 1 reverses a turn.
type coin uint64

func (c coin) Uint64() uint64 { return uint64(c) }

// onTrio runs a test on trio's loop, once for each side of its coin.
func onTrio(t *testing.T, test func(s *stage, reversed bool)) {
	t.Helper()
	for side, name := range []string{"in order", "reversed"} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, eventloop.Trio)
			s.soon(0, func() { s.loop.Random = rand.New(coin(side)) })
			s.Run(0)
			test(s, side == 1)
		})
	}
}

// All of a turn's steps run in one order or in the other; what they make
// runnable waits for the next.
func TestATurnRunsEitherWay(t *testing.T) {
	onTrio(t, func(s *stage, reversed bool) {
		s.soon(second, func() {
			for i := range 3 {
				s.loop.Soon(eventloop.Func(func() {
					s.note("%d", i)
					s.loop.Soon(eventloop.Func(func() { s.note("after %d", i) }))
				}))
			}
		})
		s.Run(time.Hour)
		if reversed {
			s.happened("2", "1", "0", "after 0", "after 1", "after 2")
		} else {
			s.happened("0", "1", "2", "after 0", "after 1", "after 2")
		}
	})
}

// A loop with the default coin tosses both sides.
func TestTheCoinHasTwoSides(t *testing.T) {
	s := newStage(t, eventloop.Trio)
	for i := range 64 {
		s.soon(time.Duration(i)*second, func() {
			s.loop.Soon(eventloop.Func(func() { s.note("0") }))
			s.loop.Soon(eventloop.Func(func() { s.note("1") }))
		})
	}
	s.Run(time.Hour)
	reversed := 0
	for i := 0; i < len(s.log); i += 2 {
		if s.log[i] == "1" {
			reversed++
		}
	}
	if reversed < 16 || reversed > 48 {
		t.Errorf("of 64 turns: wanted about half reversed, got %d (alone: %s)", reversed, check.Alone(t))
	}
}

// What threads hand over at one moment runs in its order and together, whatever
// else the turn holds.
func TestHandoversRunTogether(t *testing.T) {
	onTrio(t, func(s *stage, reversed bool) {
		var timer eventloop.Timer
		threads := make([]eventloop.Timer, 3)
		s.soon(0, func() {
			s.loop.After(&timer, second, s.step("timer"))
			for i := range threads {
				s.loop.Beside(&threads[i], second, eventloop.Func(func() { s.loop.HandOver(s.step(fmt.Sprint(i))) }))
			}
		})
		s.Run(time.Hour)
		if reversed {
			s.happened("timer@1s", "0@1s", "1@1s", "2@1s")
		} else {
			s.happened("0@1s", "1@1s", "2@1s", "timer@1s")
		}
	})
}

// The turn in which the listener is ready takes two connections, the others one.
func TestAcceptsOneAhead(t *testing.T) {
	onTrio(t, func(s *stage, reversed bool) {
		s.soon(0, func() { s.loop.Block(second) })
		clients := make([]*sim.Client, 4)
		for i := range clients {
			clients[i] = s.Dial(time.Duration(i+1)*time.Millisecond, s.listener, fmt.Sprint("from ", i+1))
		}
		turns := 0
		var count eventloop.Func
		count = func() {
			if turns++; turns < 12 {
				s.loop.Block(10 * second) // a turn is ten seconds
				s.loop.Soon(count)
			}
		}
		s.soon(0, func() { s.loop.Soon(count) })
		s.Run(time.Hour)
		var accepted []time.Duration
		for _, c := range clients {
			accepted = append(accepted, c.Accepted.Truncate(10*second))
		}
		want := "[10s 10s 20s 30s]"
		if reversed { // the listener has its step before the block, after it, before it, …
			want = "[0s 0s 20s 20s]"
		}
		check.Equal(s.t, "taken at", fmt.Sprint(accepted), want)
	})
}

// A stream that is closed is gone in that step on trio; elsewhere in a later one.
func TestCloseAtOnce(t *testing.T) {
	closes := func(s *stage) time.Duration {
		c := s.Dial(0, s.listener, "a")
		s.on(second, func(p *peer) {
			p.WriteString("bye")
			p.Close()
			s.loop.Block(second)
		})
		s.Run(time.Hour)
		s.happened("made 1", "data 1 a", "lost 1")
		return c.Ended
	}
	each(t, func(s *stage, _ string) { check.Equal(s.t, "ended", closes(s), 2*second) })
	onTrio(t, func(s *stage, _ bool) { check.Equal(s.t, "ended", closes(s), second) })
}
