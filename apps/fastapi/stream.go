package fastapi

import (
	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/program"
	"github.com/target-server/target-server/server/http1"
)

// stream is Starlette's StreamingResponse over a generator. Its __call__ runs two tasks, of which the first to end cancels
// the other: one listens for the client's leaving, and one sends what the generator yields. A def generator takes a
// thread for each of its parts (iterate_in_threadpool), and one for its end.
type stream struct {
	task    *task
	head    *http1.Answer
	source  source
	pauses  bool // each part is followed by a checkpoint
	part    []byte
	state   streamState
	stepped stepping

	response response // that this is the sending part of
	over     func()   // called at the end

	cancelled bool // the cancel scope of both tasks is
	drains    bool // a part waits until the client reads
}

// source is what a stream takes its parts from: the response's body_iterator.
type source interface {
	// ask has the source call stream.gets or stream.gone, at once or in a later step, unless that is interrupted.
	ask()
	// interrupt cancels the await. It reports whether that has ended: otherwise a thread works for it, which goes on.
	interrupt() bool
	// asksInThread reports whether asking begins with a checkpoint.
	asksInThread() bool
}

// streamState is what the sending task does next, or waits for.
type streamState uint8

const (
	streamBegins   streamState = iota // its first step is due
	streamAsks                        // asks the generator for a part
	streamAwaits                      // the generator runs
	streamSends                       // sends the part
	streamPauses                      // asyncio.sleep(0)
	streamEnds                        // sends the end
	streamFinishes                    // has sent it
	streamHasEnded
)

// stepping is whether a stream's steps are being run. They run in a loop, because a generator may yield without ever
// suspending the task.
type stepping uint8

const (
	idle    stepping = iota
	running          // the loop runs
	again            // and has something to do
)

// stream has a plan answer by a stream.
func (v *Version) stream(pl *plan) {
	head := pl.answer.head()
	if pl.route.Stream == program.InEvents && v.hasEvents {
		pl.calls[len(pl.calls)-1].function = nil
		head = eventHead(pl.answer)
		pl.respond = func(t *task) response { return newEvents(t, head) }
		return
	}
	part := program.Chunk
	if pl.route.Stream == program.InEvents {
		part = program.Event
	}
	pl.respond = func(t *task) response {
		s := &stream{task: t, head: head, over: t.responded}
		s.response, s.source = s, &generator{task: t, part: part, to: s}
		return s
	}
}

func (s *stream) begin() {
	s.soon(1, s.Run)
	s.task.request.ASGI().Receive(s.listen)
}

// listen is listen_for_disconnect.
func (s *stream) listen(r http1.Received) {
	switch {
	case !r.Disconnect:
		s.task.request.ASGI().Receive(s.listen)
	case s.state != streamHasEnded:
		s.cancel()
	}
}

// Run goes on with stream_response: from its beginning, or after an await.
func (s *stream) Run() {
	if s.drains = false; s.stepped == running {
		s.stepped = again
	}
	if s.stepped != idle {
		return
	}
	for s.stepped = running; ; s.stepped = running {
		for s.step() {
		}
		if s.stepped == running {
			break
		}
	}
	s.stepped = idle
}

// step does what is next. It reports whether the task goes on at once.
func (s *stream) step() bool {
	switch s.state {
	case streamBegins:
		s.state = streamAsks
		return s.send(http1.Message{Start: s.head})
	case streamAsks:
		if s.cancelled && s.source.asksInThread() {
			s.end(1)
			return false
		}
		s.state = streamAwaits
		s.task.request.InSubtask(true)
		if s.source.ask(); s.cancelled {
			s.cancel()
		}
	case streamSends:
		if server, ok := s.task.request.ASGI().(http1.SendCanceller); ok && s.cancelled && server.ChecksSend() {
			s.end(1)
			return false
		}
		s.state = streamAsks
		if s.pauses {
			s.state = streamPauses
		}
		part := s.part
		s.part = nil
		return s.send(http1.Message{Body: part, More: true})
	case streamPauses:
		if s.cancelled {
			s.end(1)
			return false
		}
		s.state = streamAsks
		s.soon(1, s.Run)
	case streamEnds:
		s.state = streamFinishes
		return s.send(http1.Message{})
	case streamFinishes:
		s.end(s.task.program.version.groupEnds)
	case streamAwaits, streamHasEnded:
	}
	return false
}

func (s *stream) send(m http1.Message) bool {
	switch s.task.send(m, s) {
	case sent:
		return true
	case failed:
		s.end(s.task.program.version.groupEnds)
	case suspended:
		s.drains = true
	}
	return false
}

// returned implements response.
func (s *stream) returned() { s.source.(*generator).returned() }

// learns reports whether the task learns only now that it is cancelled; then it ends.
func (s *stream) learns() bool {
	t := s.task
	if !t.learns() {
		return false
	}
	s.state = streamHasEnded
	t.request.InSubtask(false)
	t.request.ASGI().Receive(nil)
	t.response = nil
	t.unwind()
	return true
}

// gets is called with the next part.
func (s *stream) gets(part []byte) {
	if s.learns() {
		return
	}
	s.part, s.state = part, streamSends
	s.Run()
}

// gone is called when the generator has ended.
func (s *stream) gone() {
	if s.task.Failure != nil {
		s.end(s.task.program.version.groupEnds)
		return
	}
	if !s.learns() {
		s.ended()
	}
}

// ended is called when there is no further part.
func (s *stream) ended() {
	s.state = streamEnds
	s.Run()
}

// cancel cancels the sending task, whose client has left.
func (s *stream) cancel() {
	s.cancelled = true
	v := s.task.program.version
	if s.drains && s.drops(v) || s.state == streamAwaits && s.source.interrupt() {
		s.end(v.groupEnds + 1)
	}
}

// drops reports whether a part that waits until the client reads is given up.
func (s *stream) drops(v *Version) bool {
	if server, ok := s.task.request.ASGI().(http1.SendCanceller); ok {
		return !server.CancelSend()
	}
	return v.cancelsWoken
}

// unwind implements response.
func (s *stream) unwind() bool {
	s.cancelled = true
	s.task.request.ASGI().Receive(nil)
	if server, ok := s.task.request.ASGI().(http1.SendCanceller); ok && s.drains && server.CancelSend() {
		return true
	}
	if s.state == streamAwaits && !s.source.interrupt() && !s.task.cancelsAll() {
		return true
	}
	s.state = streamHasEnded
	return false
}

// end is the end of the sending task. That of the response follows some steps of the loop later, when its task group has
// ended.
func (s *stream) end(steps int) {
	s.state = streamHasEnded
	s.task.request.InSubtask(false)
	s.task.request.ASGI().Receive(nil)
	s.soon(steps, func() {
		if s.task.response == s.response {
			s.over()
		}
	})
}

// soon calls f in the loop's step after that many.
func (s *stream) soon(steps int, f func()) {
	loop := s.task.program.worker.Loop()
	loop.Soon(eventloop.Func(func() {
		if steps > 1 {
			s.soon(steps-1, f)
			return
		}
		f()
	}))
}
