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

// stage is a loop in simulated time and network, and what happened on it.
type stage struct {
	*sim.World
	t        *testing.T
	flavour  eventloop.Flavour
	loop     *eventloop.Loop
	server   *eventloop.Server
	listener *sim.Listener
	peers    []*peer
	log      []string
	stopped  time.Duration // when Run returned, or sim.Never

	onData func(p *peer, data string) // what a protocol does besides noting
}

// peer is the server's side of a connection; they are numbered from 1.
type peer struct {
	eventloop.Stream
	stage  *stage
	number int
	stays  bool // when the client will send no more
}

var flavours = map[string]eventloop.Flavour{
	"asyncio": eventloop.Asyncio, "uvloop 0.17": eventloop.Uvloop017, "uvloop 0.23": eventloop.Uvloop023,
}

// each runs a test on a loop of each flavour.
func each(t *testing.T, test func(s *stage, flavour string)) {
	t.Helper()
	for name, f := range flavours {
		t.Run(name, func(t *testing.T) { test(newStage(t, f), name) })
	}
}

func newStage(t *testing.T, f eventloop.Flavour) *stage {
	s := &stage{World: sim.NewWorld(time.Date(2023, 3, 18, 12, 0, 0, 0, time.UTC)), t: t, flavour: f, stopped: sim.Never}
	s.listener = s.Listen(100)
	s.onData = func(*peer, string) {}
	s.Process(func(p *sim.Process) {
		s.loop = eventloop.New(f, p, p)
		var err error
		if s.server, err = s.loop.Serve(p.Adopt(s.listener), s.accept, func(err error, _ bool) { t.Error(err) }); err != nil {
			t.Error(err)
		}
		if err := s.loop.Run(); err != nil {
			t.Error(err)
		}
		s.stopped = s.Now()
	})
	return s
}

func (s *stage) accept(*eventloop.Loop, eventloop.Handle, netip.AddrPort) *eventloop.Stream {
	p := &peer{stage: s, number: len(s.peers) + 1}
	p.Init(p)
	s.peers = append(s.peers, p)
	return &p.Stream
}

func (s *stage) note(format string, args ...any) { s.log = append(s.log, fmt.Sprintf(format, args...)) }

// step is a step that notes its name, and the moment.
func (s *stage) step(name string) eventloop.Runner {
	return eventloop.Func(func() { s.note("%s@%v", name, s.Now()) })
}

// soon has f run on the loop at a moment, as another thread asks for it.
func (s *stage) soon(at time.Duration, f func()) {
	s.At(at, func() { s.loop.Post(eventloop.Func(f)) })
}

// happened compares what was noted since the last call.
func (s *stage) happened(want ...string) {
	s.t.Helper()
	check.Equal(s.t, "what happened", strings.Join(s.log, ", "), strings.Join(want, ", "))
	s.log = nil
}

func (p *peer) ConnectionMade() { p.stage.note("made %d", p.number) }
func (p *peer) DataReceived(b []byte) {
	text := string(b)
	if len(text) > 20 {
		text = fmt.Sprint(len(text), " bytes")
	}
	p.stage.note("data %d %s", p.number, text)
	p.stage.onData(p, string(b))
}
func (p *peer) EOFReceived() bool { return p.stays }

func (p *peer) ConnectionLost() { p.stage.note("lost %d", p.number) }
func (p *peer) PauseWriting()   { p.stage.note("pause %d", p.number) }
func (p *peer) ResumeWriting()  { p.stage.note("resume %d", p.number) }

// pieces are the segments that a client received, with their moments.
func pieces(c *sim.Client) string {
	var all []string
	for _, p := range c.Pieces {
		all = append(all, fmt.Sprintf("%s@%v", p.Text, p.At))
	}
	return strings.Join(all, ", ")
}
