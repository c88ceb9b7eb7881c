package eventloop_test

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/eventloop/sim"
	"github.com/target-server/target-server/internal/check"
)

// on has f run at a moment, on the first connection.
func (s *stage) on(at time.Duration, f func(p *peer)) {
	s.soon(at, func() { f(s.peers[0]) })
}

func TestEndsOfAStream(t *testing.T) {
	each(t, func(s *stage, _ string) {
		fin, rst, ours := s.Dial(0, s.listener, "a"), s.Dial(0, s.listener, "b"), s.Dial(0, s.listener, "c")
		s.Run(0)
		s.log = nil
		s.At(1*second, fin.CloseWrite)
		s.At(2*second, rst.Abort)
		s.soon(3*second, func() { s.peers[2].Close() })
		s.Run(time.Hour)
		s.happened("lost 1", "lost 2", "lost 3")
		check.Equal(s.t, "ends", fmt.Sprint(fin.Ended, rst.Ended, ours.Ended), "1s 2s 3s")
	})
}

// Closing waits for what is written, aborting does not.
func TestCloseSendsWhatIsWritten(t *testing.T) {
	each(t, func(s *stage, _ string) {
		c := s.Dial(0, s.listener, "")
		c.StopReading(10)
		s.on(1*second, func(p *peer) {
			p.WriteString("0123456789abcdef")
			p.Close()
			p.Close()
			check.Equal(s.t, "closing", p.Closing(), true)
		})
		s.At(2*second, func() { check.Equal(s.t, "ended while bytes wait", c.Ended, sim.Never) })
		s.At(3*second, c.StartReading)
		s.Run(time.Hour)
		check.Equal(s.t, "received", c.Text(), "0123456789abcdef")
		check.Equal(s.t, "ended", c.Ended, 3*second)
		s.happened("made 1", "lost 1")
	})
}

func TestAbortDropsWhatIsWritten(t *testing.T) {
	each(t, func(s *stage, flavour string) {
		c := s.Dial(0, s.listener, "")
		c.StopReading(10)
		s.on(1*second, func(p *peer) {
			p.WriteString("0123456789abcdef")
			p.Abort()
			p.WriteString("never")
		})
		s.Run(2 * second)
		c.StartReading()
		want := "0123456789"
		if flavour == "uvloop 0.17" {
			want = "" // held, and dropped
		}
		check.Equal(s.t, "received", c.Text(), want)
		check.Equal(s.t, "ended", c.Ended, 1*second)
	})
}

// The stream's last step comes after those that are runnable already.
func TestConnectionIsLostInATurnOfItsOwn(t *testing.T) {
	each(t, func(s *stage, _ string) {
		s.Dial(0, s.listener, "")
		s.Run(0)
		s.log = nil
		s.on(1*second, func(p *peer) {
			s.loop.Soon(s.step("before"))
			p.Close()
			s.loop.Soon(s.step("after"))
			s.note("closed")
		})
		s.Run(time.Hour)
		s.happened("closed", "before@1s", "lost 1", "after@1s")
	})
}

// What comes while reading is paused stays in the kernel, the end included.
func TestPauseReading(t *testing.T) {
	each(t, func(s *stage, _ string) {
		c := s.Dial(0, s.listener, "")
		s.on(1*second, func(p *peer) { p.PauseReading() })
		s.At(2*second, func() { c.Send("abc") })
		s.At(3*second, c.CloseWrite)
		s.At(4*second, func() {
			check.Equal(s.t, "left in the kernel", c.Unread(), 3)
			s.note("resumed")
		})
		s.on(4*second, func(p *peer) { p.ResumeReading() })
		s.Run(time.Hour)
		s.happened("made 1", "resumed", "data 1 abc", "lost 1")
	})
}

// A protocol that pauses while it is given data gets no more in this turn.
func TestPauseReadingWhileReading(t *testing.T) {
	each(t, func(s *stage, _ string) {
		s.onData = func(p *peer, _ string) { p.PauseReading() }
		c := s.Dial(0, s.listener, strings.Repeat("x", 1_000_000))
		s.Run(time.Hour)
		s.happened("made 1", fmt.Sprint("data 1 ", s.flavour.ReadSize, " bytes"))
		check.Equal(s.t, "left in the kernel", c.Unread(), 1_000_000-s.flavour.ReadSize)
	})
}

// asyncio reads a stream once per turn, so that other streams are read in between; uvloop reads again
// as long as its buffer is filled.
func TestReadsOfATurn(t *testing.T) {
	each(t, func(s *stage, flavour string) {
		long, short := s.Dial(0, s.listener, ""), s.Dial(0, s.listener, "")
		s.Run(0)
		s.log = nil
		s.At(1*second, func() { long.Send(strings.Repeat("x", 600_000)) })
		s.At(1*second, func() { short.Send("y") })
		s.Run(time.Hour)
		if flavour == "asyncio" {
			s.happened("data 1 262144 bytes", "data 2 y", "data 1 262144 bytes", "data 1 75712 bytes")
		} else {
			s.happened("data 1 256000 bytes", "data 1 256000 bytes", "data 1 88000 bytes", "data 2 y")
		}
	})
}

// Above 64 KiB unsent the protocol is asked to pause, from 16 KiB down to go on.
func TestFlowControl(t *testing.T) {
	each(t, func(s *stage, _ string) {
		c := s.Dial(0, s.listener, "")
		c.StopReading(0)
		s.on(1*second, func(p *peer) { p.WriteString(strings.Repeat("x", 65536)) })
		s.At(2*second, func() { s.note("a byte more") })
		s.on(2*second, func(p *peer) { p.WriteString("x") })
		for i, room := range []int{49152, 1, 1 << 20} {
			s.At(time.Duration(3+i)*second, func() {
				s.note("room for %d", room)
				c.StartReading()
				c.StopReading(room)
			})
		}
		s.Run(time.Hour)
		s.happened("made 1", "a byte more", "pause 1", "room for 49152", "room for 1", "resume 1", "room for 1048576")
	})
}

// Small answers to many clients in one turn do not mix.
func TestWriteBuffersAreNotShared(t *testing.T) {
	each(t, func(s *stage, _ string) {
		s.onData = func(p *peer, data string) {
			p.WriteString(strings.Repeat(data, 3))
			s.loop.Soon(eventloop.Func(func() { p.WriteString("." + data) }))
		}
		var clients []*sim.Client
		for i := range 200 {
			c := s.Dial(0, s.listener, "")
			if i%3 == 0 {
				c.StopReading(2)
				s.At(3*second, c.StartReading)
			}
			for at := range 2 {
				s.At(time.Duration(1+at)*second, func() { c.Send(fmt.Sprintf("<%d>", i)) })
			}
			clients = append(clients, c)
		}
		s.Run(time.Hour)
		for i, c := range clients {
			one := strings.Repeat(fmt.Sprintf("<%d>", i), 3) + fmt.Sprintf(".<%d>", i)
			check.Equal(s.t, fmt.Sprint("client ", i), c.Text(), one+one)
		}
	})
}

// A descriptor that is closed and given out again within a turn belongs to the
// new connection alone.
func TestHandleThatIsUsedAgain(t *testing.T) {
	each(t, func(s *stage, _ string) {
		for i := range 20 {
			c := s.Dial(time.Duration(i)*second, s.listener, fmt.Sprint("from ", i+1))
			s.At(time.Duration(i)*second+second, c.CloseWrite)
		}
		s.Run(time.Hour)
		for i := range 20 {
			check.Equal(s.t, fmt.Sprint("data of ", i+1), count(s.log, fmt.Sprintf("data %d from %d", i+1, i+1)), 1)
			check.Equal(s.t, fmt.Sprint("ends of ", i+1), count(s.log, fmt.Sprintf("lost %d", i+1)), 1)
		}
	})
}

func count(all []string, one string) (n int) {
	for _, s := range all {
		if s == one {
			n++
		}
	}
	return n
}

func TestAddresses(t *testing.T) {
	each(t, func(s *stage, _ string) {
		s.Dial(0, s.listener, "")
		s.on(1*second, func(p *peer) {
			check.Equal(s.t, "peer", p.Peer(), netip.MustParseAddrPort("127.0.0.1:40001"))
			check.Equal(s.t, "local", p.Local(), netip.MustParseAddrPort("127.0.0.1:18080"))
		})
		s.Run(time.Hour)
	})
}

// A protocol may write to a client that will send no more; the end of input is
// reported once.
func TestAStreamThatStaysAfterTheEndOfInput(t *testing.T) {
	each(t, func(s *stage, _ string) {
		c := s.Dial(0, s.listener, "a")
		s.on(500*time.Millisecond, func(p *peer) { p.stays = true })
		s.At(1*second, c.CloseWrite)
		s.on(2*second, func(p *peer) {
			p.ResumeReading()
			p.WriteString("late")
			p.Close()
		})
		s.Run(time.Hour)
		s.happened("made 1", "data 1 a", "lost 1")
		check.Equal(s.t, "what the client got", pieces(c), "late@2s")
	})
}

// A listener that rests leaves new connections in the kernel, also within a turn.
func TestAListenerThatRests(t *testing.T) {
	each(t, func(s *stage, _ string) {
		s.onData = func(*peer, string) { s.server.Pause() }
		s.Dial(0, s.listener, "a")
		s.Run(0)
		s.Dial(1*second, s.listener, "b")
		s.soon(2*second, func() { s.server.Resume() })
		s.Run(1500 * time.Millisecond)
		s.happened("made 1", "data 1 a")
		s.Run(time.Hour)
		s.happened("made 2", "data 2 b")
	})
}

// Our side ends at once, before the end of the turn, and what the client still sends is read.
func TestAStreamThatWritesNoMore(t *testing.T) {
	each(t, func(s *stage, _ string) {
		c := s.Dial(0, s.listener, "a")
		s.soon(1*second, func() {
			s.peers[0].WriteString("bye")
			s.peers[0].CloseWrite()
		})
		s.At(2*second, func() { c.Send("late") })
		s.Run(time.Hour)
		s.happened("made 1", "data 1 a", "data 1 late")
		check.Equal(s.t, "what the client got", pieces(c), "bye@1s")
		check.Equal(s.t, "when our side ended", c.Ended, 1*second)
	})
}
