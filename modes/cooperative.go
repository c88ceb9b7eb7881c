package modes

// Cooperative is an async def handler that awaits asyncio.sleep: the loop is free
// until its timer fires.
func Cooperative(rt *Runtime, j *Job) {
	j.runtime = rt
	j.Program.Begin(MainThread)
	switch {
	case rt.Gate.IsShut() && rt.Gate.hold(j, rt.Loop.After, (*expired)(j)):
	case j.Sleep <= 0: // asyncio.sleep(0) yields for one turn
		rt.Loop.Soon((*resume)(j))
	default:
		rt.Loop.After(&j.timer, j.Sleep, (*expired)(j))
	}
}

// expired is the timer's callback: it wakes the task, which runs in its turn.
type expired Job

func (e *expired) Run() {
	if g := &e.runtime.Gate; g.IsShut() && g.hold((*Job)(e), e.runtime.Loop.After, e) {
		return
	}
	e.runtime.Loop.Soon((*resume)(e))
}

// resume is the rest of the handler, after its await.
type resume Job

func (r *resume) Run() {
	if r.cancelled {
		return
	}
	r.Program.End(MainThread)
	r.Program.Answer()
}
