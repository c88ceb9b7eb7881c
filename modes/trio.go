package modes

import "github.com/target-server/target-server/limiter"

// NoRunningLoop is an async def handler that awaits asyncio.sleep on trio's loop:
// the call raises.
func NoRunningLoop(_ *Runtime, j *Job) {
	j.Program.Begin(MainThread)
	j.Program.Fail("RuntimeError: no running event loop")
}

// TrioThreadpool is Threadpool on trio (trio.to_thread.run_sync). Its thread becomes idle before the
// loop receives the result, and its token is returned before the request's own task continues.
func TrioThreadpool(rt *Runtime, j *Job) {
	j.runtime = rt
	switch rt.Limiter.Acquire((*parked)(j), rt.Loop.Polled()) {
	case limiter.Granted:
		rt.Loop.Soon((*start)(j)) // acquire_on_behalf_of ends with a checkpoint
	case limiter.Refused:
		j.Program.Refuse()
	case limiter.Waiting:
	}
}

// parked is a job that waits for a token (CapacityLimiter's ParkingLot).
type parked Job

// Granted wakes its task.
func (p *parked) Granted() { p.runtime.Loop.Soon((*start)(p)) }

// start hands the job to a thread (start_thread_soon).
type start Job

func (s *start) Run() {
	if s.cancelled { // after its token was granted
		s.runtime.Limiter.Release(s.runtime.Loop.Polled())
		return
	}
	s.thread = s.runtime.Threads.Take(s.runtime.Loop.Polled())
	s.Program.Begin(s.thread)
	(*Job)(s).sleepInThread((*idle)(s))
}

// idle is the end of the handler, still in its thread, which is idle from then on
// (WorkerThread._handle_job).
type idle Job

func (i *idle) Run() {
	if (*Job)(i).heldAtGate(i) {
		return
	}
	i.Program.End(i.thread)
	i.runtime.Threads.Put(i.thread, i.runtime.Loop.Polled())
	i.runtime.Loop.HandOver((*reportBack)(i))
}

// reportBack gives the token back and wakes the task (report_back_in_trio_thread_fn).
type reportBack Job

func (r *reportBack) Run() {
	r.runtime.Limiter.Release(r.runtime.Loop.Polled())
	r.runtime.Loop.Soon((*answer)(r))
}

// answer is the task after its work.
type answer Job

func (a *answer) Run() {
	if !a.cancelled {
		a.Program.Answer()
	}
}
