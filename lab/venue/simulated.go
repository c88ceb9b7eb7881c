package venue

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"syscall"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/eventloop/sim"
	"github.com/target-server/target-server/lab/driver"
	"github.com/target-server/target-server/lab/scenarios"
	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/server/journal"
	"github.com/target-server/target-server/stacks"
)

// SimulatedPort is the port of a simulated server.
const SimulatedPort = sim.Port

// startTime is the time after which a simulated server is certainly up.
const startTime = 30 * time.Millisecond

// Simulated is target-server in simulated time and network.
type Simulated struct {
	world    *sim.World
	listener *sim.Listener
	worker   *server.Worker
	served   *sim.Process // the server's
	played   *sim.Process // the scenario's
	lines    []driver.Line
	exit     *driver.Exit
}

// Play starts target-server with command line arguments, and runs play on it for at most the given
// time. It fails if the server does, or if play has not returned by then.
func Play(args []string, most time.Duration, play func(*Simulated)) error {
	cfg, err := config.Load(config.Sources{Args: args, LookupEnv: func(string) (string, bool) { return "", false }, Stacks: stacks.Defaults()})
	if err != nil {
		return fmt.Errorf("simulate: %w", err)
	}
	stack, err := stacks.Find(cfg.Stack, cfg.Vintage)
	if err != nil {
		return fmt.Errorf("simulate: %w", err)
	}
	s := &Simulated{world: sim.NewWorld(time.Date(2023, 3, 18, 12, 49, 17, 223_115_000, time.UTC))}
	defer s.world.Close()
	s.listener = s.world.Listen(cfg.Backlog)
	err, over := scenarios.ErrOver, false
	s.served = s.world.Process(func(p *sim.Process) {
		if failed := s.serve(p, cfg, stack); failed != nil {
			err = fmt.Errorf("simulate: %w", failed)
		}
	})
	s.played = s.world.Process(func(p *sim.Process) {
		p.Sleep(startTime)
		play(s)
		over = true
		s.served.Kill()
	})
	s.world.Run(most)
	if over && errors.Is(err, scenarios.ErrOver) {
		return nil
	}
	return err
}

// serve runs the server's process.
func (s *Simulated) serve(p *sim.Process, cfg config.Config, stack *server.Stack) error {
	log := journal.New(cfg, stack.Log, &output{s, driver.Stdout}, &output{s, driver.Stderr}, p.Now)
	s.worker = server.NewWorker(cfg, stack, p, p, log)
	open := func() (eventloop.Handle, int, error) { return p.Adopt(s.listener), SimulatedPort, nil }
	if _, err := s.worker.Open(open); err != nil {
		return err
	}
	release := func() {}
	if stack.Parent.Event != nil && stack.Supervised { // the parent holds the socket until its worker has ended
		socket := s.played.Adopt(s.listener)
		release = func() { _ = s.played.Close(socket) }
	}
	ended, err := s.worker.Serve() // does not return if the play is over
	release()
	s.end(ended)
	return err
}

func (s *Simulated) end(ended server.Ended) {
	text := fmt.Sprintf("exit %d", ended.Status)
	if ended.Signal != 0 {
		text = "killed by " + ended.Signal.String()
	}
	s.exit = &driver.Exit{At: s.Now(), Text: text}
	s.played.Wake()
}

// Now is the world's time.
func (s *Simulated) Now() time.Time { return s.played.Now() }

// Sleep lets d pass.
func (s *Simulated) Sleep(d time.Duration) error {
	s.played.Sleep(max(0, d))
	return nil
}

// Dial connects within the given time.
func (s *Simulated) Dial(within time.Duration) (scenarios.Conn, error) {
	c := &conn{place: s, client: s.world.Connect(s.listener)}
	c.client.Changed = s.played.Wake
	s.played.Await(within, func() bool { return c.client.Connected != sim.Never || c.client.Refused })
	switch {
	case c.client.Refused:
		return nil, fmt.Errorf("connect: %w", syscall.ECONNREFUSED)
	case c.client.Connected == sim.Never:
		c.client.Close()
		return nil, fmt.Errorf("connect: %w", os.ErrDeadlineExceeded)
	}
	return c, nil
}

// Port is the port that the server logs.
func (s *Simulated) Port() int { return SimulatedPort }

// AcceptQueue is the number of connections that the server has not accepted.
func (s *Simulated) AcceptQueue() (int, error) { return s.listener.Waiting(), nil }

// Established is the number of connections, accepted or not.
func (s *Simulated) Established() (int, error) { return s.listener.Established(), nil }

// Pid is the server's own process ID.
func (s *Simulated) Pid() int { return os.Getpid() }

// Signal sends a signal that the server handles; any other kills it.
func (s *Simulated) Signal(signal syscall.Signal) error {
	switch {
	case s.exit != nil:
		return fmt.Errorf("signal %v: %w", signal, os.ErrProcessDone)
	case s.worker.Handles(signal):
		s.worker.Signal(signal)
	default:
		s.served.Kill()
		s.end(server.Ended{Signal: signal})
	}
	return nil
}

// SignalPid sends a signal to the only process.
func (s *Simulated) SignalPid(pid int, signal syscall.Signal) error {
	if pid != s.Pid() {
		return fmt.Errorf("signal %v to process %d: %w", signal, pid, syscall.ESRCH)
	}
	return s.Signal(signal)
}

// AwaitExit waits until the server has ended.
func (s *Simulated) AwaitExit(within time.Duration) (driver.Exit, bool) {
	if !s.played.Await(within, func() bool { return s.exit != nil }) {
		return driver.Exit{}, false
	}
	return *s.exit, true
}

// Lines is the log so far.
func (s *Simulated) Lines() []driver.Line { return slices.Clip(s.lines) }

// AwaitLines waits until done returns true for the log.
func (s *Simulated) AwaitLines(within time.Duration, done func([]driver.Line) bool) bool {
	return s.played.Await(within, func() bool { return done(s.lines) })
}

// output is one of the server's streams. A server writes complete lines.
type output struct {
	place *Simulated
	name  driver.Output
}

func (o *output) Write(p []byte) (int, error) {
	now := o.place.served.Now()
	for line := range bytes.Lines(p) {
		text := string(bytes.TrimSuffix(line, []byte("\n")))
		o.place.lines = append(o.place.lines, driver.Line{At: now, Output: o.name, Text: text})
	}
	o.place.played.Wake()
	return len(p), nil
}

// HoldLog does nothing: a log in memory never fills up.
func (s *Simulated) HoldLog(bool) {}
