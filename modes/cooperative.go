package modes

// Cooperative is an async def handler that awaits asyncio.sleep: it leaves the
// loop to others until its timer fires.
func Cooperative(rt *Runtime, j *Job) {
	j.runtime = rt
	j.Program.Begin(MainThread)
	switch {
	case rt.Gate.stops(j, rt.Loop.After, (*expired)(j)):
	case j.Sleep <= 0: // asyncio.sleep(0) gives way for one turn
		rt.Loop.Soon((*resume)(j))
	default:
		rt.Loop.After(&j.timer, j.Sleep, (*expired)(j))
	}
}

// expired is the timer's callback: it wakes the task, which runs in its turn.
type expired Job

func (e *expired) Run() {
	if !e.runtime.Gate.stops((*Job)(e), e.runtime.Loop.After, e) {
		e.runtime.Loop.Soon((*resume)(e))
	}
}

// resume is the handler behind its await.
type resume Job

func (r *resume) Run() {
	if r.cancelled {
		return
	}
	r.Program.End(MainThread)
	r.Program.Answer()
}
