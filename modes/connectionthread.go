package modes

// InConnectionThread is a handler of a server whose threads serve connections: it
// runs in the thread that read its request, and that thread sends the answer.
func InConnectionThread(rt *Runtime, j *Job) {
	j.runtime, j.thread = rt, rt.Current
	j.Program.Begin(j.thread)
	j.beginInThread((*finish)(j))
}

// finish is the function after a step that took time.
type finish Job

func (f *finish) Run() {
	if (*Job)(f).runsOn(f) {
		return
	}
	f.Program.End(f.thread)
	if !f.cancelled {
		rt := f.runtime
		rt.Current = f.thread
		f.Program.Resume() // after which the job may be another's
		rt.Current = nil
	}
}
