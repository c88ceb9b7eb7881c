package eventloop_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/eventloop/sim"
	"github.com/target-server/target-server/internal/check"
)

const second = time.Second

// What becomes runnable at one moment: asyncio queues the callbacks of sockets
// and timers after what is posted; libuv calls them while polling.
func TestOrderWithinATurn(t *testing.T) {
	each(t, func(s *stage, flavour string) {
		c := s.Dial(0, s.listener, "")
		var timer eventloop.Timer
		s.soon(0, func() { s.loop.After(&timer, second, s.step("timer")) })
		s.Run(0)
		s.log = nil
		s.At(second, func() { c.Send("x") })
		s.soon(second, func() { s.note("posted") })
		s.Run(2 * second)
		if flavour == "asyncio" {
			s.happened("posted", "data 1 x", "timer@1s")
		} else {
			s.happened("data 1 x", "timer@1s", "posted")
		}
	})
}

// A step that a step asks for runs in the next turn: after the sockets on
// libuv, before them on asyncio, where their callbacks are steps themselves.
func TestStepsOfAStep(t *testing.T) {
	each(t, func(s *stage, flavour string) {
		c := s.Dial(0, s.listener, "")
		s.Run(0)
		s.log = nil
		s.soon(second, func() {
			s.note("first")
			c.Send("x")
			s.loop.Soon(s.step("second"))
		})
		s.Run(2 * second)
		if flavour == "asyncio" {
			s.happened("first", "second@1s", "data 1 x")
		} else {
			s.happened("first", "data 1 x", "second@1s")
		}
	})
}

// Work in a thread ends at its own time, before what polling finds.
func TestWorkBesideTheLoop(t *testing.T) {
	each(t, func(s *stage, _ string) {
		c := s.Dial(0, s.listener, "")
		var thread, timer eventloop.Timer
		s.soon(0, func() {
			s.loop.Beside(&thread, second, eventloop.Func(func() {
				s.note("thread")
				s.loop.Soon(s.step("posted"))
			}))
			s.loop.After(&timer, second, s.step("timer"))
		})
		s.Run(0)
		s.log = nil
		s.At(second, func() { c.Send("x") })
		s.Run(2 * second)
		check.Equal(s.t, "first", s.log[0], "thread")
		check.Equal(s.t, "in all", len(s.log), 4)
	})
}

func TestTimers(t *testing.T) {
	each(t, func(s *stage, _ string) {
		timers := make([]eventloop.Timer, 6)
		s.soon(0, func() {
			s.loop.After(&timers[0], 3*second, s.step("c"))
			s.loop.After(&timers[1], 1*second, s.step("a"))
			s.loop.After(&timers[2], 1*second, s.step("b"))
			s.loop.After(&timers[3], 2*second, s.step("moved"))
			s.loop.After(&timers[3], 4*second, s.step("d"))
			s.loop.After(&timers[4], 2*second, s.step("stopped"))
			s.loop.Cancel(&timers[4])
			s.loop.Cancel(&timers[5])
		})
		s.Run(time.Hour)
		s.happened("a@1s", "b@1s", "c@3s", "d@4s")
	})
}

// A timer that is due with another, and stopped by it, does not run.
func TestTimerStoppedWhileDue(t *testing.T) {
	each(t, func(s *stage, _ string) {
		var first, stopped, moved eventloop.Timer
		s.soon(0, func() {
			s.loop.After(&first, second, eventloop.Func(func() {
				s.note("first")
				s.loop.Cancel(&stopped)
				s.loop.After(&moved, second, s.step("moved"))
			}))
			s.loop.After(&stopped, second, s.step("stopped"))
			s.loop.After(&moved, second, s.step("too early"))
		})
		s.Run(time.Hour)
		s.happened("first", "moved@2s")
	})
}

// While the loop is blocked nothing happens: no accept, no read, no timer.
func TestBlockHoldsEverything(t *testing.T) {
	each(t, func(s *stage, _ string) {
		early := s.Dial(0, s.listener, "")
		var timer eventloop.Timer
		flushed := 0
		s.soon(0, func() {
			s.loop.After(&timer, 2*second, s.step("timer"))
			s.loop.BeforeWait = func() { flushed++ }
		})
		s.Run(0)
		s.log = nil
		s.soon(1*second, func() {
			flushed = 0
			s.loop.Block(10 * second)
			check.Equal(s.t, "BeforeWait called", flushed, 1)
			s.note("free@%v", s.Now())
		})
		s.At(3*second, func() { early.Send("x") })
		late := s.Dial(4*second, s.listener, "y")
		s.Run(5 * second)
		s.happened()
		s.Run(time.Hour)
		check.Equal(s.t, "first", s.log[0], "free@11s")
		check.Equal(s.t, "connected", late.Connected, 4*second)
		check.Equal(s.t, "accepted", late.Accepted, 11*second)
		check.Equal(s.t, "in all", len(s.log), 5)
	})
}

// Another goroutine's step wakes a loop that has nothing to wait for.
func TestPostWakesTheLoop(t *testing.T) {
	each(t, func(s *stage, _ string) {
		for i := range 3 {
			s.soon(time.Duration(i+1)*second, func() { s.note("%d@%v", i, s.Now()) })
		}
		s.Run(time.Hour)
		s.happened("0@1s", "1@2s", "2@3s")
	})
}

func TestStop(t *testing.T) {
	each(t, func(s *stage, _ string) {
		s.soon(1*second, func() {
			s.loop.Soon(s.step("later"))
			s.loop.Stop()
			s.note("stop")
		})
		s.Run(time.Hour)
		check.Equal(s.t, "Run returned", s.stopped, 1*second)
		s.happened("stop")
	})
}

// The number of connections accepted per turn shows in what happens between them.
func TestAcceptsPerTurn(t *testing.T) {
	each(t, func(s *stage, flavour string) {
		s.soon(0, func() { s.loop.Block(second) })
		for i := range 3 {
			s.Dial(time.Duration(i+1)*time.Millisecond, s.listener, fmt.Sprint("from ", i+1))
		}
		s.Run(time.Hour)
		if flavour == "uvloop 0.23" {
			s.happened("made 1", "data 1 from 1", "made 2", "data 2 from 2", "made 3", "data 3 from 3")
		} else {
			s.happened("made 1", "made 2", "made 3", "data 1 from 1", "data 2 from 2", "data 3 from 3")
		}
	})
}

// A connection exists for its protocol two steps after it was taken on asyncio,
// one step on uvloop.
func TestStepsFromAcceptToConnection(t *testing.T) {
	each(t, func(s *stage, flavour string) {
		s.soon(second, func() {
			s.note("posted")
			s.loop.Soon(eventloop.Func(func() {
				s.note("one step on")
				s.loop.Soon(eventloop.Func(func() { s.note("two steps on") }))
			}))
		})
		s.Dial(second, s.listener, "")
		s.Run(time.Hour)
		if flavour == "asyncio" {
			s.happened("posted", "one step on", "two steps on", "made 1")
		} else {
			s.happened("posted", "made 1", "one step on", "two steps on")
		}
	})
}

// asyncio accepts at most its backlog in a turn.
func TestAcceptsUpToTheBacklogInATurn(t *testing.T) {
	f := eventloop.Asyncio
	f.AcceptsPerTurn = 1
	s := newStage(t, f)
	s.soon(0, func() { s.loop.Block(second) })
	for i := range 3 {
		s.Dial(time.Millisecond, s.listener, fmt.Sprint("from ", i+1))
	}
	s.Run(time.Hour)
	s.happened("made 1", "made 2", "data 1 from 1", "made 3", "data 2 from 2", "data 3 from 3")
}

// Three answers of a turn in which each handler blocks the loop: at once and in two segments on asyncio
// and uvloop 0.23; on uvloop 0.17 when all steps have run.
func TestWhenWritesLeave(t *testing.T) {
	each(t, func(s *stage, flavour string) {
		s.onData = func(p *peer, _ string) {
			s.loop.Soon(eventloop.Func(func() {
				s.loop.Block(second)
				p.Write([]byte("head"))
				p.WriteString("body")
			}))
		}
		var clients []*sim.Client
		for range 3 {
			c := s.Dial(0, s.listener, "")
			s.At(second, func() { c.Send("x") })
			clients = append(clients, c)
		}
		s.Run(time.Hour)
		for i, c := range clients {
			want := fmt.Sprintf("head@%ds, body@%ds", i+2, i+2)
			if flavour == "uvloop 0.17" {
				want = "headbody@4s"
			}
			check.Equal(s.t, fmt.Sprint("client ", i+1), pieces(c), want)
		}
	})
}

// A listener that is closed accepts no more, not even in the same turn.
func TestClosedListener(t *testing.T) {
	each(t, func(s *stage, _ string) {
		first := s.Dial(0, s.listener, "x")
		s.soon(1*second, func() {
			s.loop.Block(second)
			if err := s.server.Close(); err != nil {
				s.t.Error(err)
			}
		})
		s.Dial(1500*time.Millisecond, s.listener, "y")
		s.Run(time.Hour)
		s.happened("made 1", "data 1 x")
		check.Equal(s.t, "the first stays", first.Ended, sim.Never)
	})
}
