package eventloop

import (
	"errors"
	"fmt"
	"net/netip"
)

// HighWater and LowWater are the Flavour.HighWater and Flavour.LowWater of
// asyncio's and uvloop's transports, in bytes.
const (
	HighWater = 64 * 1024
	LowWater  = HighWater / 4
)

// Protocol is what a stream calls: asyncio's Protocol.
type Protocol interface {
	ConnectionMade()
	// DataReceived must not keep the slice.
	DataReceived(p []byte)
	// EOFReceived is called when the peer will send no more, and reports whether the
	// stream stays open to be written to: asyncio's eof_received.
	EOFReceived() (stays bool)
	// ConnectionLost is the last call, whichever side ended the stream.
	ConnectionLost()
	PauseWriting()
	ResumeWriting()
}

// Watcher is a Protocol whose stream does not read by itself. Readable is called when
// there is something to read or the peer has sent its end, and again until
// Stream.ReadNow has read it or reading is paused.
type Watcher interface{ Readable() }

// Stream is one connection, as asyncio's and uvloop's transports are. It is
// meant to be embedded in what speaks its protocol: one allocation holds both.
type Stream struct {
	loop     *Loop
	protocol Protocol
	out      []byte // written and not sent
	peer     peer
	handle   Handle
	steps    uint8 // until the connection exists for its protocol
	life     life
	input    input

	connected bool // the protocol has been told of its connection
	watched   bool // the protocol is a Watcher
	draining  bool // waits until the kernel takes more of out
	queued    bool // is among those whose writes leave when the turn's steps have run
	paused    bool // has asked the protocol to pause writing
	endsAfter bool // ends our side when out has been sent
	broken    bool // has failed rather than been closed
	hangUp    bool // has ended both ways, as the poller said last
}

// life is how far a stream has come towards its end.
type life uint8

const (
	isOpen    life = iota
	isClosing      // sends what was written, and then closes
	hasEnded       // sends nothing more; its last step closes the socket
	isClosed       // the socket is closed, and the protocol knows
)

// input is what happens to the bytes that come.
type input uint8

const (
	inputWaits input = iota // in the kernel
	inputIsRead
	inputHasEnded // there will be none
)

// Init sets the stream's protocol.
func (s *Stream) Init(p Protocol) {
	s.protocol = p
	_, s.watched = p.(Watcher)
}

// Loop returns the loop the stream belongs to.
func (s *Stream) Loop() *Loop { return s.loop }

// Peer returns the address of the other side.
func (s *Stream) Peer() netip.AddrPort { return s.peer.addrPort() }

// Local returns the address of this side.
func (s *Stream) Local() netip.AddrPort { return s.loop.poller.LocalAddr(s.handle) }

// Gone reports whether the peer has reset the connection, even if the protocol does
// not know yet.
func (s *Stream) Gone() bool { return s.life == isClosed || s.loop.poller.Gone(s.handle) }

// Closing reports whether the stream is closed or about to be.
func (s *Stream) Closing() bool { return s.life >= isClosing }

// Closed reports whether the connection is gone and its protocol has been told.
func (s *Stream) Closed() bool { return s.life == isClosed }

// Sends reports whether what is written now is still sent: not if the peer's end,
// or a failure, has ended the stream, although its protocol may not know yet.
func (s *Stream) Sends() bool { return s.life < hasEnded }

// Unsent is how many written bytes the kernel has not taken yet.
func (s *Stream) Unsent() int { return len(s.out) }

// WritingPaused reports whether the peer leaves too much unread: it is true between
// the protocol's PauseWriting and its ResumeWriting.
func (s *Stream) WritingPaused() bool { return s.paused && s.life != isClosed }

// Raises reports whether a write would raise an exception: the stream is closed, and
// the loop imitated checks that.
func (s *Stream) Raises() bool { return s.life == isClosed && s.loop.flavour.RaisesOnClosed }

// FatalError is what the loop prints about an exception in the protocol. class is the
// protocol's Python name.
func (s *Stream) FatalError(class string) string {
	f := s.loop.flavour
	transport := fmt.Sprintf(f.Transport, s.Place(), s.handle)
	return fmt.Sprintf("%s\nprotocol: <%s object at %#x>\ntransport: %s\n",
		f.FatalError, class, s.Place()+0x480, transport)
}

// Place is an address in memory that the process imitated might show for the stream.
// It is not our own, so that equal runs print equal logs; no two live streams share one.
func (s *Stream) Place() uint64 { return 0x7f52_0000_0000 + uint64(s.handle)*0x1000 }

// PauseReading leaves incoming bytes, and the peer's end, in the kernel.
func (s *Stream) PauseReading() { s.setInput(inputWaits) }

// ResumeReading reads again.
func (s *Stream) ResumeReading() { s.setInput(inputIsRead) }

func (s *Stream) setInput(to input) {
	if s.Closing() || s.input == to || s.input == inputHasEnded {
		return
	}
	s.input = to
	s.watch()
}

// watch tells the poller which readiness matters now. It fails only for a socket that
// has died, and the next read or write reports that.
func (s *Stream) watch() {
	if s.life != isClosed {
		_ = s.loop.poller.Watch(s.handle, s.input == inputIsRead, s.draining)
	}
}

// Write sends p, at once or when the turn's steps have run, by flavour. It
// does not keep p. After the peer's or our own end nothing is sent any more.
func (s *Stream) Write(p []byte) {
	if !s.Sends() || len(p) == 0 {
		return
	}
	s.out = append(s.loop.room(s.out), p...)
	s.written()
}

// WriteString is Write for a string.
func (s *Stream) WriteString(p string) {
	if !s.Sends() || len(p) == 0 {
		return
	}
	s.out = append(s.loop.room(s.out), p...)
	s.written()
}

// written sends what is in out, now or when the turn's steps have run.
func (s *Stream) written() {
	if s.loop.flavour.HoldsWrites {
		if !s.queued {
			s.queued = true
			s.loop.unsent = append(s.loop.unsent, s)
		}
		if len(s.out) > s.loop.flavour.HighWater && !s.paused && !s.draining {
			s.send()
		}
	} else if !s.draining {
		s.send()
	}
	s.pause()
}

func (s *Stream) pause() {
	if len(s.out) > s.loop.flavour.HighWater && !s.paused {
		s.paused = true
		s.protocol.PauseWriting()
	}
}

// send gives the kernel as much as it takes, and waits with the rest.
func (s *Stream) send() {
	if s.life == isClosed || len(s.out) == 0 {
		return
	}
	s.loop.settle()
	n, err := s.loop.poller.Write(s.handle, s.out)
	s.called(lengthy)
	if err != nil && !errors.Is(err, ErrAgain) {
		s.breaks()
		return
	}
	if n == len(s.out) {
		s.loop.giveBack(s.out)
		s.out = nil
	} else {
		s.out = s.out[n:]
	}
	if waits := len(s.out) > 0; waits != s.draining {
		s.draining = waits
		s.watch()
	}
	if s.paused && len(s.out) <= s.loop.flavour.LowWater {
		s.paused = false
		s.protocol.ResumeWriting()
	}
	if s.draining {
		return
	}
	s.sendEnd()
	if s.Closing() {
		s.end()
	}
}

// CloseWrite ends our side when all that was written has been sent, and goes on
// reading: shutdown(SHUT_WR).
func (s *Stream) CloseWrite() {
	s.endsAfter = true
	if len(s.out) == 0 {
		s.sendEnd()
	}
}

// sendEnd ends our side if that was asked for.
func (s *Stream) sendEnd() {
	if s.endsAfter && s.Sends() {
		s.endsAfter = false
		s.loop.settle()
		_ = s.loop.poller.CloseWrite(s.handle) // fails only for a socket that has died
	}
}

// Close closes the stream when all that was written has been sent: after the current
// turn (asyncio's transport.close) or at once, by flavour.
func (s *Stream) Close() {
	if s.Closing() {
		return
	}
	s.PauseReading()
	s.life = isClosing
	switch {
	case len(s.out) > 0:
	case s.loop.flavour.ClosesAtOnce:
		s.life = hasEnded
		(*disconnect)(s).Run()
	default:
		s.end()
	}
}

// Destroy is Abort in this very step: the socket is closed when it returns (uv_close of a stream).
func (s *Stream) Destroy() {
	s.fail()
	(*disconnect)(s).Run()
}

// Drop forgets what was written and has not been sent.
func (s *Stream) Drop() {
	s.out = nil
	if s.draining {
		s.draining = false
		s.watch()
	}
}

// Failed reports whether the connection has failed rather than been closed:
// connection_lost is called with an exception.
func (s *Stream) Failed() bool { return s.broken }

// Abort closes the stream without sending what is left: asyncio's _force_close.
func (s *Stream) Abort() { s.fail() }

// breaks ends a stream that has failed.
func (s *Stream) breaks() {
	s.broken = true
	s.fail()
}

func (s *Stream) fail() {
	if !s.Closing() {
		s.PauseReading()
		s.life = isClosing
	}
	s.Drop()
	s.end()
}

// end schedules the stream's last step.
func (s *Stream) end() {
	if !s.Sends() {
		return
	}
	s.life = hasEnded
	s.loop.Soon((*disconnect)(s))
}

// disconnect is the last step of a stream.
type disconnect Stream

func (d *disconnect) Run() {
	s := (*Stream)(d)
	if s.Closed() {
		return
	}
	if s.connected {
		s.protocol.ConnectionLost()
	}
	s.life = isClosed
	s.loop.streams[s.handle] = nil
	s.loop.closed()
	s.loop.settle()
	_ = s.loop.poller.Close(s.handle) // the peer learns it either way
	s.called(brief)
}

// called lets threads run after a system call, by flavour.
func (s *Stream) called(r release) {
	if s.loop.flavour.CallsYield {
		s.loop.letOthersRun()
		s.loop.yieldLock(r)
	}
}

// readReady is the step of a stream that has something to read.
type readReady Stream

func (r *readReady) Run() {
	s := (*Stream)(r)
	if s.watched {
		s.protocol.(Watcher).Readable()
		return
	}
	s.read()
}

// read takes what there is and tells the protocol.
func (s *Stream) read() {
	buf := s.loop.buffer
	for range s.loop.flavour.ReadsAgain {
		if s.input != inputIsRead {
			return
		}
		n, err := s.loop.poller.Read(s.handle, buf)
		s.loop.hasRead()
		switch {
		case errors.Is(err, ErrAgain):
			return
		case err != nil:
			s.breaks()
			return
		case n == 0:
			s.endOfInput()
			return
		}
		s.protocol.DataReceived(buf[:n])
		if n < len(buf) {
			if s.hangUp && s.input == inputIsRead && s.loop.flavour.EndsOnHangUp {
				s.endOfInput()
			}
			return
		}
	}
}

// ReadNow reads what there is, as a thread does that looks at its socket without
// waiting. The protocol gets it as usual.
func (s *Stream) ReadNow() {
	before := s.input
	if s.Closing() || before == inputHasEnded {
		return
	}
	s.input = inputIsRead
	s.read()
	if !s.Closing() && s.input != inputHasEnded {
		s.input = before
	}
}

// endOfInput is what follows the peer's FIN.
func (s *Stream) endOfInput() {
	if !s.protocol.EOFReceived() {
		s.Close()
		return
	}
	s.PauseReading()
	s.input = inputHasEnded
}

// writeReady is the step of a stream that can send again.
type writeReady Stream

func (w *writeReady) Run() { (*Stream)(w).send() }
