package modes_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/eventloop/sim"
	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/limiter"
	"github.com/target-server/target-server/modes"
)

// world is the runtime of one process in simulated time, and what its jobs did.
type world struct {
	*sim.World
	t       *testing.T
	runtime *modes.Runtime
	log     []string
}

func newWorld(t *testing.T, f eventloop.Flavour, limit int, order limiter.Order) *world {
	w := &world{World: sim.NewWorld(time.Date(2023, 3, 18, 12, 0, 0, 0, time.UTC)), t: t}
	w.Process(func(p *sim.Process) {
		w.runtime = &modes.Runtime{Loop: eventloop.New(f, p, p), Limiter: limiter.New(limit, order), Threads: modes.NewThreads(modes.Pool{Name: "pool", MaxIdle: 10 * time.Second})}
		if err := w.runtime.Loop.Run(); err != nil {
			t.Error(err)
		}
	})
	return w
}

// job is a Program that records the calls it gets.
type job struct {
	modes.Job
	modes.OneSleep
	world *world
	name  string
	ended func() // called at the end, if not nil
}

func (j *job) note(what string) {
	j.world.log = append(j.world.log, fmt.Sprintf("%v %s %s", j.world.Now(), j.name, what))
}

func (j *job) Begin(t *modes.Thread) { j.note(fmt.Sprintf("begins on %s %d", t.Name, t.Number)) }
func (j *job) End(t *modes.Thread) {
	j.note(fmt.Sprintf("ends on %s %d", t.Name, t.Number))
	if j.ended != nil {
		j.ended()
	}
}
func (j *job) Resume()               { j.note("answers") }
func (j *job) Refuse()               { j.note("is refused") }
func (j *job) Fail(exception string) { j.note("fails: " + exception) }

// start starts a job at a given time.
func (w *world) start(at time.Duration, m modes.Mode, name string, sleep time.Duration) *job {
	j := &job{world: w, name: name}
	j.Program, j.Sleep = j, sleep
	w.At(at, func() {
		w.runtime.Loop.Post(eventloop.Func(func() { m(w.runtime, &j.Job) }))
	})
	return j
}

// saw checks what the jobs did.
func (w *world) saw(want ...string) {
	w.t.Helper()
	if got := strings.Join(w.log, "\n"); got != strings.Join(want, "\n") {
		w.t.Errorf("wanted\n%s\ngot\n%s\n(alone: %s)", strings.Join(want, "\n"), got,
			check.Alone(w.t))
	}
}

func onEachLoop(t *testing.T, test func(t *testing.T, f eventloop.Flavour)) {
	t.Helper()
	for _, f := range []eventloop.Flavour{eventloop.Asyncio, eventloop.Uvloop017, eventloop.Uvloop023} {
		t.Run(fmt.Sprintf("%s accepting %d", f.Name, f.AcceptsPerTurn), func(t *testing.T) { test(t, f) })
	}
}

func TestEveryModeIsFoundByItsName(t *testing.T) {
	for _, e := range modes.OnAsyncio() {
		if modes.ByName(modes.OnAsyncio(), e.Name) == nil {
			t.Errorf("mode %q: wanted a function", e.Name)
		}
	}
	if modes.ByName(modes.OnAsyncio(), "nap") != nil {
		t.Error(`mode "nap": wanted none`)
	}
}

// Every mode keeps the contract: begin, end after the sleep, one answer, in this
// order, even without any sleep.
func TestEveryModeKeepsTheContract(t *testing.T) {
	for _, e := range modes.OnAsyncio() {
		t.Run(e.Name, func(t *testing.T) {
			onEachLoop(t, func(t *testing.T, f eventloop.Flavour) {
				w := newWorld(t, f, 1, limiter.FIFO)
				thread := "MainThread 0"
				if e.Name == "threadpool" {
					thread = "pool 1"
				}
				w.start(0, e.Mode, "a", 3*time.Second)
				w.start(10*time.Second, e.Mode, "b", 0)
				w.Run(time.Hour)
				w.saw("0s a begins on "+thread, "3s a ends on "+thread, "3s a answers",
					"10s b begins on "+thread, "10s b ends on "+thread, "10s b answers")
			})
		})
	}
}
