package watch

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/gdamore/tcell/v3"

	"github.com/target-server/target-server/server/admin/live"
)

// Options are what Run needs.
type Options struct {
	Client *live.Client
	// Screen draws on the terminal of this process; otherwise Run prints a line each second to Out.
	Screen bool
	Out    io.Writer
	Frames int           // after so many frames or, without Screen, lines Run returns; 0 for no end
	For    time.Duration // after so long Run returns; 0 for no end
}

// patience is how long Run waits for a server that is still starting.
const patience = 2 * time.Second

// session is one Run.
type session struct {
	Options
	model   Model
	events  chan live.Event
	ended   chan error // by an error that trying again does not mend
	notices chan Notice
	zone    *time.Location
	tty     tcell.Tty // nil for that of this process
	draw    func(m *Model, v *View, width, height int) *Screen
}

// Run shows what a server does until ctx ends, the user quits, or Options says so. It fails if there is no server at
// first, and if the address is not that of a target-server. A server that is lost later is waited for.
func Run(ctx context.Context, o Options) error { return newSession(o).run(ctx) }

func newSession(o Options) *session {
	return &session{
		Options: o, zone: time.Local, draw: Draw,
		events: make(chan live.Event), ended: make(chan error, 1), notices: make(chan Notice),
	}
}

func (s *session) run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if s.For > 0 {
		time.AfterFunc(s.For, cancel)
	}
	go s.follow(ctx)
	first, err := s.first(ctx)
	if err != nil || first == nil {
		return err
	}
	if s.Screen {
		return s.terminal(ctx, *first)
	}
	return s.lines(ctx, *first)
}

// follow reads from the server for the goroutine that shows it. Should it panic, that goroutine is told, so that it can
// restore the terminal.
func (s *session) follow(ctx context.Context) {
	defer func() {
		if p := recover(); p != nil {
			s.ended <- fmt.Errorf("panic: %v", p)
		}
	}()
	err := s.Client.Follow(ctx, func(e live.Event) {
		select {
		case s.events <- e:
		case <-ctx.Done():
		}
	})
	if err != nil {
		s.ended <- err
	}
}

// first waits until there is something to show; nil if ctx ends before.
func (s *session) first(ctx context.Context) (*live.Event, error) {
	start := time.Now()
	for {
		select {
		case e := <-s.events:
			if e.Lost == nil {
				return &e, nil
			}
			if time.Since(start)+e.Again > patience {
				return nil, e.Lost
			}
		case err := <-s.ended:
			return nil, err
		case <-ctx.Done():
			return nil, nil //nolint:nilnil // documented
		}
	}
}
