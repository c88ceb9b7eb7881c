package fastapi

import (
	"github.com/target-server/target-server/apps/functions"
	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/modes"
	"github.com/target-server/target-server/server/http1"
)

// sequence is a response whose __call__ is a sequence of actions: calls of functions in threads, and messages.
type sequence struct {
	task *task
	actions
	awaits  awaiting
	grouped bool // it is in a task group, which also listens for the client's leaving
	ended   bool
}

// actions are what a sequence does.
type actions interface {
	next() action
	// abandon ends them by an exception, apart from what clears up: next returns that, and then returns. interrupted is what
	// they have called and what has not begun, or nil.
	abandon(interrupted *call)
	// clears reports whether what they have called clears up: then it is shielded.
	clears() bool
}

// action is what a response does next.
type action struct {
	kind      actionKind
	call      *call         // of calls
	message   http1.Message // of sends
	answer    *http1.Answer // of answers
	exception string        // of raises, as Python prints it
}

// actionKind is the kind of an action.
type actionKind uint8

const (
	returns actionKind = iota // it is at its end
	calls                     // a function in a thread
	sends                     // a message
	listens                   // from here on a task of its own sends, while this one listens for the client's leaving
	answers                   // another response, which is sent at once and without background tasks
	raises                    // an exception, before anything is sent
)

// awaiting is what a sequence waits for.
type awaiting uint8

const (
	nothing awaiting = iota // it runs, or has ended
	aCall
	aSend
	aStep // of the loop
)

// begin implements response.
func (s *sequence) begin() { s.goOn() }

// Run implements eventloop.Runner: what it has awaited has come, other than a call.
func (s *sequence) Run() {
	if s.awaits == aSend || s.awaits == aStep {
		s.goOn()
	}
}

// returned implements response.
func (s *sequence) returned() { s.goOn() }

// goOn goes on until the next await.
func (s *sequence) goOn() {
	t := s.task
	for {
		s.awaits = nothing
		switch a := s.next(); a.kind {
		case calls:
			s.awaits = aCall
			t.trip(a.call)
			return
		case sends:
			if s.sends(a.message) {
				return
			}
		case listens:
			s.awaits, s.grouped = aStep, true
			t.program.worker.Loop().Soon(s)
			t.request.ASGI().Receive(s.listen)
			return
		case answers:
			s.ended, t.response = true, nil
			t.next = len(t.plan.background)
			t.reply = a.answer
			t.request.Reply(t.reply)
			return
		case raises:
			s.ended, t.response = true, nil
			t.Failure, t.phase = &functions.Failure{Exception: a.exception}, exiting
			t.proceed()
			return
		case returns:
			s.end()
			return
		}
	}
}

// sends sends a message, and reports whether that suspends the task.
func (s *sequence) sends(m http1.Message) bool {
	switch s.task.send(m, s) {
	case failed:
		s.abandon(nil)
	case suspended:
		s.awaits = aSend
		return true
	case sent:
	}
	return false
}

// listen is told what the client sends: once it has left, the rest is not sent.
func (s *sequence) listen(r http1.Received) {
	switch {
	case s.ended:
	case !r.Disconnect:
		s.task.request.ASGI().Receive(s.listen)
	case s.cancel():
		s.goOn()
	}
}

// cancel ends the sequence by an exception where it awaits something. It reports whether that ends the await at once: not
// if a thread works for it, or it waits until the client reads.
func (s *sequence) cancel() bool {
	if s.awaits == aCall && s.clears() {
		return false
	}
	interrupted := s.awaits == aCall && s.task.interrupt()
	if interrupted {
		s.abandon(s.task.running)
	} else {
		s.abandon(nil)
	}
	return interrupted
}

// unwind implements response.
func (s *sequence) unwind() bool {
	if s.grouped {
		s.task.request.ASGI().Receive(nil)
	}
	if interrupted := s.cancel(); s.awaits == aCall && !interrupted {
		return true
	}
	a := s.next()
	s.awaits, s.ended = nothing, a.kind != calls
	if s.ended {
		return false
	}
	s.awaits = aCall
	s.task.trip(a.call)
	return true
}

// end is the end of the response, once its task group has ended if it has one.
func (s *sequence) end() {
	s.ended = true
	if !s.grouped {
		s.task.responded()
		return
	}
	s.task.request.ASGI().Receive(nil)
	s.task.after(s.task.program.version.groupEnds, s.task.responded)
}

// trip calls a function in a thread for a response. As the first thread of its request it can be refused (--queue).
func (t *task) trip(c *call) {
	t.running = c
	t.BeginCall(t.request, c.function, nil)
	t.request.SetHolding(modes.HoldNowhere)
	t.request.Again(modes.Bounded)
	if t.admitted || t.reply != nil {
		t.request.Again(modes.Admitted)
	}
	t.admitted = true
	t.program.worker.Call(t.request, c.name, false)
}

// after calls f in the loop's step after that many, if the task still has its response then.
func (t *task) after(steps int, f func()) {
	r := t.response
	t.program.worker.Loop().Soon(eventloop.Func(func() {
		switch {
		case t.response != r:
		case steps > 1:
			t.after(steps-1, f)
		default:
			f()
		}
	}))
}
