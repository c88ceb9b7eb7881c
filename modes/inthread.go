package modes

// InThread is a handler of a server whose threads serve connections: it works in
// the thread that has read its request, and the answer leaves from there.
func InThread(w *Worker, j *Job) {
	j.worker, j.thread = w, w.Current
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
		r.worker.Current = r.thread
		r.Program.Answer()
		r.worker.Current = nil
	}
}
