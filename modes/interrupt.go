package modes

// Interrupt ends a call as an exception does that is raised where its caller awaits it (anyio's CancelScope.cancel): a
// coroutine ends where it awaits, and a call that waits for a thread leaves the queue. It reports whether it has; then the
// Program is not called again, and another call needs another Job. A function that has its thread goes on to its end: its
// caller is shielded until then.
func (j *Job) Interrupt() bool {
	if j.shielded {
		return false
	}
	j.cancelled = true
	if j.runtime == nil { // it has not been called
		return true
	}
	if l := j.runtime.Limiter; !l.Leave(j) {
		l.Leave((*parked)(j))
	}
	j.runtime.Loop.Cancel(&j.timer)
	j.runtime.Gate.drop(j)
	return true
}
