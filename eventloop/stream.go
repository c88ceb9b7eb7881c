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

// Protocol is what a stream tells of itself: asyncio's Protocol.
type Protocol interface {
	ConnectionMade()
	// DataReceived must not keep the slice.
	DataReceived(p []byte)
	// EOFReceived is called when the peer will send no more, and tells whether the
	// stream stays open to be written to: asyncio's eof_received.
	EOFReceived() (stays bool)
	// ConnectionLost is the last call, whoever ended the stream.
	ConnectionLost()
	PauseWriting()
	ResumeWriting()
}

// Watcher is a Protocol whose stream reads nothing by itself: Readable is called when
// there is something to read, be it the peer's end, and again until Stream.ReadNow
// has read it or reading is paused.
type Watcher interface{ Readable() }

// Stream is one connection, as asyncio's and uvloop's transports are. It is
// meant to be embedded in what speaks its protocol: one allocation holds both.
type Stream struct {
	loop                                                                                                    *Loop
	protocol                                                                                                Protocol
	out                                                                                                     []byte // written and not sent
	peer                                                                                                    peer
	handle                                                                                                  Handle
	steps                                                                                                   uint8
	reading, draining, queued, connected, eof, closing, ended, closed, paused, fin, broken, hangUp, watched bool
}

// peer is an address in few bytes.
type peer struct {
	addr [16]byte
	port uint16
	v4   bool
}

func compact(a netip.AddrPort) peer {
	return peer{addr: a.Addr().As16(), port: a.Port(), v4: a.Addr().Is4()}
}

func (p peer) addrPort() netip.AddrPort {
	if p.port == 0 { // had none: no client connects from port 0
		return netip.AddrPort{}
	}
	a := netip.AddrFrom16(p.addr)
	if p.v4 {
		a = a.Unmap()
	}
	return netip.AddrPortFrom(a, p.port)
}

// Init sets who is told.
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

// Gone tells whether the peer has reset the connection, whether or not the protocol
// has learned of it.
func (s *Stream) Gone() bool { return s.closed || s.loop.poller.Gone(s.handle) }

// Closing tells whether the stream is closed or about to be.
func (s *Stream) Closing() bool { return s.closing }

// Closed tells whether the connection is gone and its protocol has been told.
func (s *Stream) Closed() bool { return s.closed }

// Sends tells whether what is written now still leaves: not if the peer's end,
// or a failure, has ended the stream, although its protocol may not know yet.
func (s *Stream) Sends() bool { return !s.ended }

// Unsent is how many bytes were written that the kernel has not taken.
func (s *Stream) Unsent() int { return len(s.out) }

// WritingPaused tells whether the peer leaves too much unread: between the
// protocol's PauseWriting and its ResumeWriting.
func (s *Stream) WritingPaused() bool { return s.paused && !s.closed }

// Raises tells whether a write would raise an exception: the stream is closed,
// and the loop is one that minds.
func (s *Stream) Raises() bool { return s.closed && s.loop.flavour.RaisesOnClosed }

// FatalError is what the loop prints of an exception in the protocol, whose
// class is given by its Python name.
func (s *Stream) FatalError(class string) string {
	f := s.loop.flavour
	transport := fmt.Sprintf(f.Transport, s.Place(), s.handle)
	return fmt.Sprintf("%s\nprotocol: <%s object at %#x>\ntransport: %s\n", f.FatalError, class, s.Place()+0x480, transport)
}

// Place is where the stream lies in the memory of the process imitated. It is not
// ours, so that the same run prints the same; no two live streams share one.
func (s *Stream) Place() uint64 { return 0x7f52_0000_0000 + uint64(s.handle)*0x1000 }

// PauseReading leaves what comes in the kernel, the peer's end included.
func (s *Stream) PauseReading() { s.setReading(false) }

// ResumeReading takes up reading again.
func (s *Stream) ResumeReading() { s.setReading(true) }

func (s *Stream) setReading(on bool) {
	if s.closing || s.reading == on || s.eof {
		return
	}
	s.reading = on
	s.watch()
}

// watch tells the poller what matters now. A failure to is that of a socket
// that has died; the next read or write says so.
func (s *Stream) watch() {
	if !s.closed {
		_ = s.loop.poller.Watch(s.handle, s.reading, s.draining)
	}
}

// Write sends p, at once or when the turn's steps have run, by flavour. It
// does not keep p. After the peer's or our own end nothing is sent any more.
func (s *Stream) Write(p []byte) {
	if s.ended || len(p) == 0 {
		return
	}
	s.out = append(s.loop.room(s.out), p...)
	s.written()
}

// WriteString is Write for a string.
func (s *Stream) WriteString(p string) {
	if s.ended || len(p) == 0 {
		return
	}
	s.out = append(s.loop.room(s.out), p...)
	s.written()
}

// written sends what stands in out, now or when the turn's steps have run.
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

// send gives the kernel what it takes and waits for the rest.
func (s *Stream) send() {
	if s.closed || len(s.out) == 0 {
		return
	}
	n, err := s.loop.poller.Write(s.handle, s.out)
	s.called()
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
	if s.closing {
		s.end()
	}
}

// CloseWrite ends our side when all that was written is sent, and goes on reading:
// shutdown(SHUT_WR).
func (s *Stream) CloseWrite() {
	s.fin = true
	if len(s.out) == 0 {
		s.sendEnd()
	}
}

// sendEnd sends the end of our side, if that was asked for.
func (s *Stream) sendEnd() {
	if s.fin && !s.ended {
		s.fin = false
		_ = s.loop.poller.CloseWrite(s.handle) // one that has died needs no end
	}
}

// Close closes the stream when all that was written is sent: not before the
// current turn has ended (asyncio's transport.close), or at once, by flavour.
func (s *Stream) Close() {
	if s.closing {
		return
	}
	s.PauseReading()
	s.closing = true
	switch {
	case len(s.out) > 0:
	case s.loop.flavour.ClosesAtOnce:
		s.ended = true
		(*disconnect)(s).Run()
	default:
		s.end()
	}
}

// Destroy is Abort within this step: the socket is closed when it returns (uv_close of a stream).
func (s *Stream) Destroy() {
	s.fail()
	(*disconnect)(s).Run()
}

// Drop forgets what was written and is not sent.
func (s *Stream) Drop() {
	s.out = nil
	if s.draining {
		s.draining = false
		s.watch()
	}
}

// Failed tells whether the connection has broken rather than been closed: what
// connection_lost is told.
func (s *Stream) Failed() bool { return s.broken }

// Abort closes the stream without sending what is left: asyncio's _force_close.
func (s *Stream) Abort() { s.fail() }

// breaks ends a stream that has failed.
func (s *Stream) breaks() {
	s.broken = true
	s.fail()
}

func (s *Stream) fail() {
	if !s.closing {
		s.PauseReading()
		s.closing = true
	}
	s.Drop()
	s.end()
}

// end schedules the stream's last step.
func (s *Stream) end() {
	if s.ended {
		return
	}
	s.ended = true
	s.loop.Soon((*disconnect)(s))
}

// disconnect is the last step of a stream.
type disconnect Stream

func (d *disconnect) Run() {
	s := (*Stream)(d)
	if s.closed {
		return
	}
	if s.connected {
		s.protocol.ConnectionLost()
	}
	s.closed = true
	s.loop.streams[s.handle] = nil
	s.loop.open--
	_ = s.loop.poller.Close(s.handle) // the peer learns it either way
	s.called()
}

// called lets threads begin behind a call of the system, by flavour.
func (s *Stream) called() {
	if s.loop.flavour.CallsYield {
		s.loop.letOthersRun()
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
		if !s.reading {
			return
		}
		n, err := s.loop.poller.Read(s.handle, buf)
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
			if s.hangUp && s.reading && s.loop.flavour.EndsOnHangUp {
				s.endOfInput()
			}
			return
		}
	}
}

// ReadNow reads what there is, as a thread does that looks at its socket and does
// not wait; the protocol is told as ever.
func (s *Stream) ReadNow() {
	if s.closing || s.eof {
		return
	}
	reading := s.reading
	s.reading = true
	s.read()
	if !s.closing && !s.eof {
		s.reading = reading
	}
}

// endOfInput is what follows the peer's FIN.
func (s *Stream) endOfInput() {
	if !s.protocol.EOFReceived() {
		s.Close()
		return
	}
	s.PauseReading()
	s.eof = true
}

// writeReady is the step of a stream that can send again.
type writeReady Stream

func (w *writeReady) Run() { (*Stream)(w).send() }
