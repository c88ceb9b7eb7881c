package functions

import (
	"github.com/target-server/target-server/modes"
	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/server/http1"
)

// Single is the [server.Script] of a request that calls one function, and for which nothing is done after its answer.
// Embed it in what implements Replier.
type Single struct {
	Call
	Request *server.Request
	Name    string // of the route
	Replier Replier
	answer  *http1.Answer
}

// Replier makes the answer of a function that has returned or, with a failure, raised an exception. It is called where the
// function has run.
type Replier interface {
	Reply(*Failure) *http1.Answer
}

// Route implements [server.Script].
func (s *Single) Route() string { return s.Name }

// Begin implements modes.Program.
func (s *Single) Begin(thread *modes.Thread) {
	s.Thread = thread
	s.Request.Starts(thread)
}

// End implements modes.Program.
func (s *Single) End(*modes.Thread) {
	s.Request.Stops()
	s.answer = s.Replier.Reply(s.Failure)
}

// Resume implements modes.Program.
func (s *Single) Resume() { s.Request.Reply(s.answer) }

// Refuse implements modes.Program: the queue for threads is full (--queue).
func (s *Single) Refuse() { s.Request.TurnAway() }

// Fail implements modes.Program.
func (s *Single) Fail(exception string) {
	s.Raise(&Failure{Exception: exception})
	s.End(modes.MainThread)
	s.Resume()
}

// Lasts implements [http1.Lasting]: nothing goes on after the answer.
func (s *Single) Lasts() bool { return false }

// Sent implements [http1.Lasting].
func (s *Single) Sent() {}

// Unwind implements [http1.Lasting].
func (s *Single) Unwind() bool { return false }
