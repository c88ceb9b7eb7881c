package modes

import "github.com/target-server/target-server/limiter"

// Threadpool is a def handler: FastAPI hands it to a thread
// (starlette.concurrency.run_in_threadpool, anyio.to_thread.run_sync). It
// takes a token or stands in line, works beside the loop, and posts its end
// back to it. Every suspension of the real path is a step here, because the
// order of starts and answers follows from them.
func Threadpool(w *Worker, j *Job) {
	j.worker = w
	w.Loop.Soon((*acquire)(j)) // run_sync_in_worker_thread begins with a checkpoint
}

// acquire asks for a token.
type acquire Job

func (a *acquire) Run() {
	if a.cancelled {
		return
	}
	switch a.worker.Limiter.Acquire((*Job)(a), a.worker.Loop.Polled()) {
	case limiter.Granted:
		a.worker.Loop.Soon((*work)(a)) // acquire_on_behalf_of ends with one as well
	case limiter.Refused:
		a.Program.Refuse()
	case limiter.Waiting:
	}
}

// Granted is called when a job in line is handed its token: the event it
// waited for wakes its task.
func (j *Job) Granted() { j.worker.Loop.Soon((*work)(j)) }

// work starts the handler in a thread.
type work Job

func (k *work) Run() {
	if k.cancelled { // with a token in its hand
		k.worker.Limiter.Release(k.worker.Loop.Polled())
		return
	}
	k.thread = k.worker.Threads.Take(k.worker.Loop.Polled())
	k.worker.Loop.InThread((*begun)(k))
}

// begun is the start of the handler in its thread, which has to wait until the
// loop's thread lets others run: Python's switches when it waits for its sockets.
type begun Job

func (b *begun) Run() {
	if b.cancelled { // before the thread has looked at it
		b.worker.Threads.Put(b.thread, b.worker.Loop.Polled())
		b.worker.Limiter.Release(b.worker.Loop.Polled())
		return
	}
	b.Program.Begin(b.thread)
	(*Job)(b).sleepBeside((*returned)(b))
}

// returned is the end of the handler, still in its thread.
type returned Job

func (r *returned) Run() {
	if (*Job)(r).isKept(r) {
		return
	}
	r.Program.End(r.thread)
	r.worker.Loop.HandOver((*report)(r))
}

// report puts the thread back and wakes the task (WorkerThread._report_result).
type report Job

func (r *report) Run() {
	r.worker.Threads.Put(r.thread, r.worker.Loop.Polled())
	r.worker.Loop.Soon((*deliver)(r))
}

// deliver gives the token back and answers, in one step: whoever is next in
// line starts after this answer has been sent.
type deliver Job

func (d *deliver) Run() {
	d.worker.Limiter.Release(d.worker.Loop.Polled())
	if !d.cancelled {
		d.Program.Answer()
	}
}
