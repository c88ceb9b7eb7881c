package fastapi

import "github.com/target-server/target-server/modes"

// generator is the program's generator as the source of a stream.
type generator struct {
	task *task
	part func(bytes int) []byte // what it yields
	to   taker
}

// taker takes what a source gives.
type taker interface {
	gets(part []byte)
	gone()
}

// ask implements source: next(generator) in a thread, or the generator's own __anext__.
func (g *generator) ask() {
	t := g.task
	if t.running != t.plan.generator {
		t.call(t.plan.generator)
		return
	}
	t.GoOn(t.request)
	t.enter(t.running)
}

// interrupt implements source.
func (g *generator) interrupt() bool { return g.task.interrupt() }

// asksInThread implements source: run_sync begins with a checkpoint.
func (g *generator) asksInThread() bool { return !g.task.plan.generator.async }

// returned is called when the generator has yielded, returned or raised the task's Failure.
func (g *generator) returned() {
	bytes, yields := g.task.Yielded()
	if yields && g.task.Failure == nil {
		g.to.gets(g.part(bytes))
		return
	}
	g.to.gone()
}

// Next implements modes.Program. The gate holds a generator when it has returned, and not at its parts.
func (t *task) Next() modes.Step {
	s := t.Call.Next()
	if t.response != nil && t.plan.generator != nil && s.Kind == modes.Return {
		if _, yields := t.Yielded(); !yields {
			t.request.SetHolding(modes.HoldAtEnd)
		}
	}
	return s
}
