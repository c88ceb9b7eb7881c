package scenarios

import (
	"errors"
	"syscall"
	"time"

	"github.com/target-server/target-server/lab/driver"
)

// ErrOver means that the time for a scenario is up.
var ErrOver = errors.New("the time for the scenario is up")

// Venue is where a scenario is played: a running server, the network to it, and the clock. Package
// venue has one with real sockets and one in simulated time.
type Venue interface {
	Now() time.Time
	// Sleep lets d pass; it fails with ErrOver when the time for the scenario is up.
	Sleep(d time.Duration) error
	Dial(within time.Duration) (Conn, error)
	Port() int

	// AcceptQueue is the number of connections in the kernel that the server has not accepted;
	// Established is the number of all connections.
	AcceptQueue() (int, error)
	Established() (int, error)

	// Pid is the server's first process. Signal signals only that one, SignalPid any process.
	Pid() int
	Signal(signal syscall.Signal) error
	SignalPid(pid int, signal syscall.Signal) error
	AwaitExit(within time.Duration) (driver.Exit, bool)

	// Lines is the server's log so far. AwaitLines waits until done returns true for it, and reports
	// whether that happened.
	Lines() []driver.Line
	AwaitLines(within time.Duration, done func([]driver.Line) bool) bool
	// HoldLog stops reading the log, or resumes.
	HoldLog(on bool)
}

// Conn is one connection; its methods are those of driver.Conn.
type Conn interface {
	LocalPort() int
	Send(data []byte) error
	Fill(data []byte, within time.Duration) (int, error)
	StopReading() error
	HalfClose() error
	Leave() error
	Reset() error
	Events() []driver.Event
	End() (driver.Event, bool)
	Await(within time.Duration, done func([]driver.Event) bool) bool
	Segments() (int, error)
	AwaitAccepted(within time.Duration) (time.Time, bool, error)
}
