package modes

import "github.com/target-server/target-server/limiter"

// OnTrio are the modes of a server whose loop is trio's.
func OnTrio() []Entry {
	return []Entry{
		{"threadpool", TrioThreadpool},
		{"async-misuse", AsyncMisuse},
		{"cooperative", NoRunningLoop},
	}
}

// NoRunningLoop is an async def handler that awaits asyncio.sleep where asyncio
// does not run: the call raises.
func NoRunningLoop(_ *Runtime, j *Job) {
	j.Program.Begin(MainThread)
	j.Program.Fail("RuntimeError: no running event loop")
}

// TrioThreadpool is Threadpool on trio (trio.to_thread.run_sync). A thread idles
// again before the loop hears of it, and its token is given back before the
// request's own task goes on.
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

// parked is a job in line (CapacityLimiter's ParkingLot).
type parked Job

// Granted wakes its task.
func (p *parked) Granted() { p.runtime.Loop.Soon((*start)(p)) }

// start puts a thread to work (start_thread_soon).
type start Job

func (s *start) Run() {
	if s.cancelled { // with a token in its hand
		s.runtime.Limiter.Release(s.runtime.Loop.Polled())
		return
	}
	s.thread = s.runtime.Threads.Take(s.runtime.Loop.Polled())
	s.Program.Begin(s.thread)
	(*Job)(s).sleepBeside((*idles)(s))
}

// idles is the end of the handler, still in its thread, which is free from then
// on (WorkerThread._handle_job).
type idles Job

func (i *idles) Run() {
	if (*Job)(i).isKept(i) {
		return
	}
	i.Program.End(i.thread)
	i.runtime.Threads.Put(i.thread, i.runtime.Loop.Polled())
	i.runtime.Loop.HandOver((*released)(i))
}

// released gives the token back and wakes the task (report_back_in_trio_thread_fn).
type released Job

func (r *released) Run() {
	r.runtime.Limiter.Release(r.runtime.Loop.Polled())
	r.runtime.Loop.Soon((*answers)(r))
}

// answers is the task behind its work.
type answers Job

func (a *answers) Run() {
	if !a.cancelled {
		a.Program.Answer()
	}
}
