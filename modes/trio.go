package modes

import "github.com/target-server/target-server/limiter"

// NoRunningLoop is an async def function on trio's loop: asyncio.sleep raises.
func NoRunningLoop(rt *Runtime, j *Job) {
	j.runtime = rt
	j.Program.Begin(MainThread)
	for {
		switch s := j.Program.Next(); s.Kind {
		case Return:
			j.Program.End(MainThread)
			j.Program.Resume()
			return
		case Block:
			rt.Block(j, s.For)
		case Compute, Keep:
			rt.Compute(j, s)
		default:
			j.Program.Fail("RuntimeError: no running event loop")
			return
		}
	}
}

// TrioThreadpool is Threadpool on trio (trio.to_thread.run_sync). Its thread becomes idle before the
// loop receives the result, and its token is returned before the request's own task continues.
func TrioThreadpool(rt *Runtime, j *Job) {
	j.runtime, j.shielded = rt, false
	switch j.acquire((*parked)(j)) {
	case limiter.Granted:
		j.shielded = true
		rt.Loop.Soon((*start)(j)) // acquire_on_behalf_of ends with a checkpoint
	case limiter.Refused:
		j.Program.Refuse()
	case limiter.Waiting:
	}
}

// parked is a job that waits for a token (CapacityLimiter's ParkingLot).
type parked Job

// Granted wakes its task.
func (p *parked) Granted() {
	p.shielded = true
	p.runtime.Loop.Soon((*start)(p))
}

// start hands the job to a thread (start_thread_soon).
type start Job

func (s *start) Run() {
	if s.cancelled { // after its token was granted
		(*Job)(s).release()
		return
	}
	s.runtime.Meter.HalfHop()
	s.thread = s.runtime.Threads.Take(s.runtime.Loop.Polled())
	s.runtime.Threads.rename(s.thread, (*Job)(s))
	s.Program.Begin(s.thread)
	(*Job)(s).beginInThread((*idle)(s))
}

// idle is the function after a step that took time, still in its thread, which is idle once it has returned
// (WorkerThread._handle_job).
type idle Job

func (i *idle) Run() {
	if (*Job)(i).runsOn(i) {
		return
	}
	i.Program.End(i.thread)
	i.runtime.Threads.Put(i.thread, i.runtime.Loop.Polled())
	i.runtime.Loop.HandOver((*reportBack)(i))
}

// reportBack gives the token back and wakes the task (report_back_in_trio_thread_fn).
type reportBack Job

func (r *reportBack) Run() {
	r.runtime.Meter.HalfHop()
	(*Job)(r).release()
	r.runtime.Loop.Soon((*answer)(r))
}

// answer is the task after its work.
type answer Job

func (a *answer) Run() {
	if !a.cancelled {
		a.Program.Resume()
	}
}
