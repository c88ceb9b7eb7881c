package modes

import "github.com/target-server/target-server/limiter"

// Threadpool is a def handler: FastAPI hands it to a thread
// (starlette.concurrency.run_in_threadpool, anyio.to_thread.run_sync). It
// takes a token or waits for one, runs beside the loop, and posts its result
// back to it. Every suspension of the real path is a step here, because these
// determine the order of starts and answers.
func Threadpool(rt *Runtime, j *Job) {
	j.runtime, j.shielded = rt, false
	rt.Loop.Soon((*acquire)(j)) // run_sync_in_worker_thread begins with a checkpoint
}

// acquire asks for a token.
type acquire Job

func (a *acquire) Run() {
	if a.cancelled {
		return
	}
	switch (*Job)(a).acquire((*Job)(a)) {
	case limiter.Granted:
		a.shielded = true
		a.runtime.Loop.Soon((*work)(a)) // acquire_on_behalf_of ends with another
	case limiter.Refused:
		a.Program.Refuse()
	case limiter.Waiting:
	}
}

// Granted is called when a waiting job gets its token: its event wakes its task.
func (j *Job) Granted() {
	j.shielded = true
	j.runtime.Loop.Soon((*work)(j))
}

// work hands the job to a thread.
type work Job

func (k *work) Run() {
	if k.cancelled { // after its token was granted
		(*Job)(k).release()
		return
	}
	k.runtime.Meter.HalfHop()
	k.thread = k.runtime.Threads.Take(k.runtime.Loop.Polled())
	k.runtime.Loop.StartThread((*begun)(k))
}

// begun is the start of the handler in its thread, once the loop's thread lets
// others run: Python switches threads when the loop waits for its sockets.
type begun Job

func (b *begun) Run() {
	if b.cancelled { // before the thread picked it up
		b.runtime.Threads.Put(b.thread, b.runtime.Loop.Polled())
		(*Job)(b).release()
		return
	}
	b.Program.Begin(b.thread)
	(*Job)(b).beginInThread((*returned)(b))
}

// returned is the function after a step that took time, still in its thread.
type returned Job

func (r *returned) Run() {
	if (*Job)(r).runsOn(r) {
		return
	}
	r.Program.End(r.thread)
	r.runtime.Loop.HandOver((*report)(r))
}

// report puts the thread back and wakes the task (WorkerThread._report_result).
type report Job

func (r *report) Run() {
	r.runtime.Meter.HalfHop()
	r.runtime.Threads.Put(r.thread, r.runtime.Loop.Polled())
	r.runtime.Loop.Soon((*deliver)(r))
}

// deliver gives the token back and continues the caller, in one step: the next waiter starts
// after the caller has sent its answer.
type deliver Job

func (d *deliver) Run() {
	(*Job)(d).release()
	if !d.cancelled {
		d.Program.Resume()
	}
}
