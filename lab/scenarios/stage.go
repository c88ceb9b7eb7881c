package scenarios

import (
	"errors"
	"fmt"
	"strings"
	"syscall"
	"time"

	"github.com/target-server/target-server/lab/facts"
)

// Stage is one running server, and the facts found on it so far. It belongs to one goroutine.
type Stage struct {
	venue    Venue
	zero     time.Time
	signaled time.Time
	clients  []*Client
	found    []facts.Fact
	failed   error

	named  map[int]string   // the processes for which normal was made
	normal facts.Normaliser // cached, because compiling its patterns takes longer than using them
}

// NewStage makes a stage for a server that accepts connections. The clock of its facts starts now.
func NewStage(venue Venue) *Stage { return &Stage{venue: venue, zero: venue.Now()} }

// Found returns the facts, with the first failure if there was one. A connection that received more
// than the driver keeps is a failure.
func (s *Stage) Found() ([]facts.Fact, error) {
	for i, c := range s.clients {
		if c.conn == nil {
			continue
		}
		if end, ended := c.conn.End(); ended && end.Err() != nil {
			s.fail(fmt.Errorf("connection %d: %w", i+1, end.Err()))
		}
	}
	return s.found, s.failed
}

// Close closes every connection.
func (s *Stage) Close() {
	for _, c := range s.clients {
		c.Leave()
	}
}

// Port is the server's port.
func (s *Stage) Port() int { return s.venue.Port() }

// Mark restarts the clock by which times are measured.
func (s *Stage) Mark() { s.zero = s.venue.Now() }

// Until waits until d after the mark.
func (s *Stage) Until(d time.Duration) { s.Pause(s.zero.Add(d).Sub(s.venue.Now())) }

// Pause waits for d.
func (s *Stage) Pause(d time.Duration) { s.fail(s.venue.Sleep(d)) }

// Since converts a time to the stage's clock.
func (s *Stage) Since(at time.Time) time.Duration { return at.Sub(s.zero) }

func (s *Stage) fail(err error) {
	if s.failed == nil && err != nil {
		s.failed = err
	}
}

// Connect makes a connection; a failure fails the stage.
func (s *Stage) Connect() *Client {
	c := &Client{stage: s}
	s.clients = append(s.clients, c)
	if s.failed != nil {
		return c
	}
	conn, err := s.venue.Dial(patience)
	if err == nil {
		c.conn = conn
	}
	s.fail(err)
	return c
}

// ConnectAll makes n connections, one after the other.
func (s *Stage) ConnectAll(n int) []*Client {
	clients := make([]*Client, n)
	for i := range clients {
		clients[i] = s.Connect()
	}
	return clients
}

// TryConnect returns the result of an attempt to connect within d: "connected", "refused" or "no
// answer".
func (s *Stage) TryConnect(d time.Duration) (*Client, string) {
	conn, err := s.venue.Dial(d)
	switch {
	case err == nil:
		c := &Client{stage: s, conn: conn}
		s.clients = append(s.clients, c)
		return c, "connected"
	case errors.Is(err, syscall.ECONNREFUSED):
		return &Client{stage: s}, "refused"
	default:
		return &Client{stage: s}, "no answer"
	}
}

// Burst connects n clients, marks, and has client i request id i+1 at i times gap.
func (s *Stage) Burst(n int, gap time.Duration) []*Client {
	clients := s.ConnectAll(n)
	s.Pause(100 * ms)
	s.Mark()
	for i, c := range clients {
		s.Until(time.Duration(i) * gap)
		c.Get(fmt.Sprint(i + 1))
	}
	return clients
}

// AwaitAll waits until each client has its answer or its connection has ended, at most d for all.
func (s *Stage) AwaitAll(clients []*Client, d time.Duration) {
	deadline := s.venue.Now().Add(d)
	for _, c := range clients {
		c.Await(1, deadline.Sub(s.venue.Now()))
	}
	s.Pause(50 * ms) // the log arrives on its own pipe
}

// Signal sends a signal to the server's first process, and records the time.
func (s *Stage) Signal(signal syscall.Signal) {
	s.signaled = s.venue.Now()
	s.fail(s.venue.Signal(signal))
}

// KillPid ends one process of the server.
func (s *Stage) KillPid(pid int, signal syscall.Signal) {
	s.fail(s.venue.SignalPid(pid, signal))
}

// AwaitExit waits until the server has ended, and returns how, and how long after the last signal (or
// the mark).
func (s *Stage) AwaitExit(d time.Duration) (string, time.Duration) {
	exit, ok := s.venue.AwaitExit(d)
	if !ok {
		return "still running", 0
	}
	from := s.signaled
	if from.IsZero() {
		from = s.zero
	}
	s.Pause(50 * ms) // the last lines are still in the pipes
	return exit.Text, exit.At.Sub(from)
}

// AcceptQueue is the number of connections in the kernel that the server has not accepted.
func (s *Stage) AcceptQueue() int {
	n, err := s.venue.AcceptQueue()
	s.fail(err)
	return n
}

// Established is the number of connections to the server, accepted or not.
func (s *Stage) Established() int {
	n, err := s.venue.Established()
	s.fail(err)
	return n
}

// Exact states a fact that is text.
func (s *Stage) Exact(name string, value any) {
	s.found = append(s.found, facts.NewExact(name, s.normaliser().Text(fmt.Sprint(value))))
}

// Lines states a fact that is several lines of text.
func (s *Stage) Lines(name string, lines []string) { s.Exact(name, strings.Join(lines, "\n")) }

// Near states a fact that is one or more times, with a tolerance.
func (s *Stage) Near(name string, tolerance time.Duration, times ...time.Duration) {
	s.found = append(s.found, facts.NewNear(name, tolerance, times...))
}

// Order states a fact that is a sequence, in which that many pairs of neighbours may be swapped.
func (s *Stage) Order(name string, swaps int, words []string) {
	s.found = append(s.found, facts.NewOrder(name, swaps, words))
}

// Share states a fact that is a fraction of a whole.
func (s *Stage) Share(name string, tolerance float64, part, whole int) {
	s.found = append(s.found, facts.NewShare(name, tolerance, part, whole))
}
