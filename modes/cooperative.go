package modes

// Cooperative is an async def function that awaits what it waits for: the loop is free meanwhile. Where it sleeps
// without awaiting, it blocks the loop.
func Cooperative(rt *Runtime, j *Job) {
	j.runtime, j.shielded = rt, false
	j.Program.Begin(MainThread)
	if held := j.holding == HoldAnywhere && j.heldOnLoop(); !held {
		j.runOnLoop()
	}
}

// heldOnLoop holds a coroutine if the gate is shut, and reports whether it does.
func (j *Job) heldOnLoop() bool {
	g := &j.runtime.Gate
	return g.IsShut() && j.holding != HoldNowhere && g.hold(j, j.runtime.Loop.After, (*expired)(j))
}

// runOnLoop takes steps of a coroutine until it awaits something or returns.
func (j *Job) runOnLoop() {
	rt, loop := j.runtime, j.runtime.Loop
	for {
		switch s := j.Program.Next(); {
		case s.Kind == Return:
			if !j.heldOnLoop() {
				j.Program.End(MainThread)
				j.Program.Resume()
			}
			return
		case s.Kind == Connect:
			if !j.connectOnLoop(s) {
				return
			}
		case j.released && j.holding == HoldAnywhere:
		case s.Kind == Block:
			rt.Block(j, s.For)
		case s.Kind == Compute || s.Kind == Keep:
			rt.Compute(j, s)
		case s.For <= 0: // asyncio.sleep(0) yields for one turn
			loop.Soon((*resume)(j))
			return
		default:
			loop.After(&j.timer, rt.Meter.Await(s.For), (*expired)(j))
			return
		}
	}
}

// expired is the timer's callback: it wakes the task, which runs in its turn.
type expired Job

func (e *expired) Run() {
	e.runtime.Meter.Timer()
	e.runtime.Loop.Soon((*resume)(e))
}

// resume is the rest of the function, after its await.
type resume Job

func (r *resume) Run() {
	if !r.cancelled {
		(*Job)(r).runOnLoop()
	}
}
