package scenarios

import (
	"errors"
	"syscall"
	"time"

	"github.com/target-server/target-server/lab/driver"
)

// ErrOver says that the time for a scenario is up.
var ErrOver = errors.New("the time for the scenario is up")

// Venue is where a scenario is played: a server that runs, the way to it, and
// the time that passes. Package venue has one of real sockets and one of
// simulated time.
type Venue interface {
	Now() time.Time
	// Sleep lets d pass; it fails with ErrOver when the time for the scenario is up.
	Sleep(d time.Duration) error
	Dial(within time.Duration) (Conn, error)
	Port() int

	// AcceptQueue is how many connections the kernel holds that the server has
	// not accepted; Established, how many it holds altogether.
	AcceptQueue() (int, error)
	Established() (int, error)

	// Pid is the server's first process; Signal reaches that one alone, and
	// SignalPid any.
	Pid() int
	Signal(signal syscall.Signal) error
	SignalPid(pid int, signal syscall.Signal) error
	AwaitExit(within time.Duration) (driver.Exit, bool)

	// Lines is the server's log so far. AwaitLines waits until done says true of
	// it, and tells whether that came.
	Lines() []driver.Line
	AwaitLines(within time.Duration, done func([]driver.Line) bool) bool
	// HoldLog stops reading the log, or goes on with it.
	HoldLog(on bool)
}

// Conn is one connection, with the meaning of driver.Conn.
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
