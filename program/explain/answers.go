package explain

import "slices"

// Outrun says whether a route's answers can go on while what follows them, background tasks and exits, is queued. Its
// ceilings then are those of the tasks: a client has its answer before them, and asks again.
type Outrun string

// The ways of answers and tasks.
const (
	// OutrunNever: a request holds the scarce resource, or one that leads to it, until its tasks have ended.
	OutrunNever Outrun = "never"
	// OutrunSometimes: requests queue where the tasks do. Clients that ask again when they have an answer get about as
	// many answers as tasks end; requests that arrive faster than that also overtake tasks.
	OutrunSometimes Outrun = "sometimes"
	// OutrunAlways: a request is answered without ever waiting where tasks do, so nothing slows clients down.
	OutrunAlways Outrun = "always"
)

// compareAnswers compares the ceilings of the answers alone with those of whole requests.
func (r *Route) compareAnswers(alone []Ceiling, found *waiting, c Conditions) {
	r.Outrun = OutrunNever
	answer := answerAmong(r.Stages)
	if len(r.Ceilings) == 0 || slices.Contains([]string{onLoop, inInterpreter}, r.Ceilings[0].Resource) || !emptyHanded(found.stage[answer:], c) {
		return
	}
	if len(alone) > 0 && alone[0].Rate <= r.Ceilings[0].Rate {
		return
	}
	r.Outrun, r.Answers, r.queue = OutrunAlways, alone, r.queueOfTasks(answer, c)
	if waitsFor(r.queue, r.Stages[:answer]) {
		r.Outrun = OutrunSometimes
	}
}

// emptyHanded reports whether a request may wait in a stage without a connection: then any number of requests may.
func emptyHanded(stages [][]wait, c Conditions) bool {
	if c.Terms == OneThread {
		return false
	}
	return slices.ContainsFunc(stages, func(waits []wait) bool {
		return slices.ContainsFunc(waits, func(w wait) bool {
			return len(w.holds) == 0 && (w.pool != nil || c.Threads > 0)
		})
	})
}

// queueOfTasks is the resource for which tasks are queued without bound: threads, also where each waits in its thread
// for a connection, or else a pool's name.
func (r *Route) queueOfTasks(answer int, c Conditions) string {
	scarce := r.Ceilings[0].Resource
	for _, s := range r.Stages[answer:] {
		if s.Place == Token && c.Threads > 0 && slices.ContainsFunc(s.Asks, func(a Ask) bool { return a.Pool == scarce }) {
			return inThreads
		}
	}
	return scarce
}

// waitsFor reports whether a request may wait for a resource in some stages.
func waitsFor(resource string, stages []Stage) bool {
	return slices.ContainsFunc(stages, func(s Stage) bool {
		if resource == inThreads {
			return s.Place == Token
		}
		return slices.ContainsFunc(s.Asks, func(a Ask) bool { return a.Pool == resource })
	})
}

// answerAmong is the index of the answer among stages.
func answerAmong(stages []Stage) int {
	return slices.IndexFunc(stages, func(s Stage) bool { return s.Place == Nowhere })
}
