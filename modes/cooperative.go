package modes

// Cooperative is an async def handler that awaits asyncio.sleep: it leaves the
// loop to others until its timer fires.
func Cooperative(w *Worker, j *Job) {
	j.worker = w
	j.Program.Begin(MainThread)
	switch {
	case w.Gate.stops(j, w.Loop.After, (*expired)(j)):
	case j.Sleep <= 0: // asyncio.sleep(0) gives way for one turn
		w.Loop.Soon((*resume)(j))
	default:
		w.Loop.After(&j.timer, j.Sleep, (*expired)(j))
	}
}

// expired is the timer's callback: it wakes the task, which runs in its turn.
type expired Job

func (e *expired) Run() {
	if !e.worker.Gate.stops((*Job)(e), e.worker.Loop.After, e) {
		e.worker.Loop.Soon((*resume)(e))
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
