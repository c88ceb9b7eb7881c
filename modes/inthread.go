package modes

// InThread is a handler of a server whose threads serve connections: it works in
// the thread that has read its request, and the answer leaves from there.
func InThread(rt *Runtime, j *Job) {
	j.runtime, j.thread = rt, rt.Current
	j.Program.Begin(j.thread)
	j.sleepBeside((*inThread)(j))
}

// inThread is the end of the handler.
type inThread Job

func (r *inThread) Run() {
	if (*Job)(r).isKept(r) {
		return
	}
	r.Program.End(r.thread)
	if !r.cancelled {
		r.runtime.Current = r.thread
		r.Program.Answer()
		r.runtime.Current = nil
	}
}
