package files

import (
	"net/http"

	"github.com/target-server/target-server/server/http1"
)

// Trip is a call in a thread: to anyio.to_thread.run_sync, with a token of the limiter.
type Trip string

// The trips of a file, as reports call them.
const (
	Stat   Trip = "stat"   // os.stat, of a file or of a folder that is mounted
	LookUp Trip = "lookup" // StaticFiles.lookup_path
	Open   Trip = "open"
	Seek   Trip = "seek"
	Read   Trip = "read"
	Close  Trip = "close"
)

// Action is what a FileResponse awaits next: a trip, or else a message; neither at its end.
type Action struct {
	Trip  Trip
	Sends bool
	http1.Message
}

// Sender sends one file, once its Transfer is known (FileResponse._handle_simple and the like). The zero Sender sends
// nothing; make one with [Release.Sender].
type Sender struct {
	*Transfer
	content  func(b []byte, offset int64)
	HeadOnly bool
	stopped  bool // the head is the last action
	state    senderState
	span     int   // which of Spans
	at, read int64 // where the next read begins, and what it reads
}

// senderState is what comes next.
type senderState uint8

const (
	toStart senderState = iota
	toEmptyBody
	toOpen
	toPartHead
	toSeek
	toRead
	toSend
	toPartEnd
	toTrailer
	toClose
	toEnd
)

// Sender makes a sender. content fills b with what the file has from an offset on. listed: it is StaticFiles that sends.
func (r *Release) Sender(t *Transfer, method string, listed bool, content func(b []byte, offset int64)) Sender {
	return Sender{Transfer: t, content: content, HeadOnly: method == http.MethodHead && (r.HasRanges || listed)}
}

// Stop ends the sending by an exception where the last action is awaited. A file that is open is closed yet; it is not if
// opening it was interrupted. A head that is due is sent all the same: only what follows it can be interrupted.
func (s *Sender) Stop(interrupted Trip) {
	switch {
	case s.state == toStart:
		s.stopped = true
	case s.state <= toOpen, s.state == toEnd, interrupted == Open:
		s.state = toEnd
	default:
		s.state = toClose
	}
}

// Next returns the next action. buffer is for the body of a message, which is valid until the next call: it has at least
// ChunkSize bytes.
func (s *Sender) Next(buffer []byte) Action {
	switch s.state {
	case toStart:
		s.state = toOpen
		switch {
		case s.stopped:
			s.state = toEnd
		case s.Refused || s.HeadOnly:
			s.state = toEmptyBody
		}
		return Action{Sends: true, Message: http1.Message{Start: &http1.Answer{Status: s.Status, Lines: s.Lines}}}
	case toEmptyBody:
		s.state = toEnd
		return body(s.Body, false)
	case toOpen:
		s.beginSpan()
		return Action{Trip: Open}
	case toPartHead:
		s.state = toSeek
		return body(s.PartHead(s.Spans[s.span]), true)
	case toSeek:
		s.state = toRead
		return Action{Trip: Seek}
	case toRead:
		s.state, s.read = toSend, min(ChunkSize, s.end()-s.at)
		return Action{Trip: Read}
	case toSend:
		return s.send(buffer)
	case toPartEnd:
		if s.span++; s.span < len(s.Spans) {
			s.beginSpan()
		} else {
			s.state = toTrailer
		}
		return body(PartEnd, true)
	case toTrailer:
		s.state = toClose
		return body(s.Trailer(), false)
	case toClose:
		s.state = toEnd
		return Action{Trip: Close}
	}
	return Action{}
}

func body(text string, more bool) Action {
	return Action{Sends: true, Message: http1.Message{Body: []byte(text), More: more}}
}

// beginSpan goes on with the next span, or with the whole file.
func (s *Sender) beginSpan() {
	switch len(s.Spans) {
	case 0:
		s.state = toRead
		return
	case 1:
		s.state = toSeek
	default:
		s.state = toPartHead
	}
	s.at = s.Spans[s.span].Start
}

// end is where the span ends.
func (s *Sender) end() int64 {
	if len(s.Spans) == 0 {
		return s.size
	}
	return s.Spans[s.span].End
}

// send sends what has been read. What is not the whole of a chunk is the last; of a file without ranges, which is read to
// its end, this may be nothing.
func (s *Sender) send(buffer []byte) Action {
	chunk := buffer[:s.read]
	s.content(chunk, s.at)
	s.at += s.read
	more := s.read == ChunkSize && (len(s.Spans) == 0 || s.at < s.end())
	switch {
	case len(s.Spans) > 1 && s.at < s.end():
		s.state, more = toRead, true
	case len(s.Spans) > 1:
		s.state, more = toPartEnd, true
	case more:
		s.state = toRead
	default:
		s.state = toClose
	}
	return Action{Sends: true, Message: http1.Message{Body: chunk, More: more}}
}
