//go:build linux && !portable

package eventloop

import (
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// longWait is how long a wait lasts that is better spent parked. Go's monitor thread (sysmon,
// runtime/proc.go) looks every few microseconds, for 10 ms, at a thread that blocks in the kernel:
// with Uvicorn's ten ticks per second that uses 1 % of a core. Parking costs a few more system
// calls, too many for a wait that ends soon.
const longWait = 500 * time.Microsecond

// park lets Go's own poller wait for an Epoll: its descriptor is nested in a second
// epoll, which Go watches all the time. Within it the first is watched only while the
// goroutine is parked, so that a busy server does not wake Go's poller.
type park struct {
	file    *os.File // the second epoll
	conn    syscall.RawConn
	outer   int
	inner   int
	alarmFD int // a timer, since Go's own is up to a millisecond late
}

func newPark(inner int) (_ *park, err error) {
	outer, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("epoll_create1: %w", err)
	}
	alarm, err := unix.TimerfdCreate(unix.CLOCK_MONOTONIC, unix.TFD_CLOEXEC|unix.TFD_NONBLOCK)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("timerfd_create: %w", err), unix.Close(outer))
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, unix.Close(outer), unix.Close(alarm))
		}
	}()
	for fd, events := range map[int]uint32{inner: 0, alarm: unix.EPOLLIN} {
		if err := unix.EpollCtl(outer, unix.EPOLL_CTL_ADD, fd, &unix.EpollEvent{Events: events, Fd: int32(fd)}); err != nil {
			return nil, fmt.Errorf("nest a descriptor in an epoll: %w", err)
		}
	}
	if err := unix.SetNonblock(outer, true); err != nil { // which lets Go's poller watch it
		return nil, fmt.Errorf("set an epoll to non-blocking mode: %w", err)
	}
	file := os.NewFile(uintptr(outer), "epoll")
	conn, err := file.SyscallConn()
	if err != nil {
		return nil, err
	}
	return &park{file: file, conn: conn, outer: outer, inner: inner, alarmFD: alarm}, nil
}

func (p *park) release() error { return errors.Join(p.file.Close(), unix.Close(p.alarmFD)) }

// wait parks the goroutine until look finds events, which is asked after each one, or
// for as long as timeout says.
func (p *park) wait(timeout time.Duration, look func() (int, error)) (n int, err error) {
	var setting unix.ItimerSpec // which stops the timer
	var end time.Time
	if timeout >= 0 {
		end = time.Now().Add(timeout)
		setting.Value = unix.NsecToTimespec(max(1, int64(timeout)))
	}
	if err := unix.TimerfdSettime(p.alarmFD, 0, &setting, nil); err != nil {
		return 0, fmt.Errorf("timerfd_settime: %w", err)
	}
	if err := p.watch(unix.EPOLLIN); err != nil {
		return 0, err
	}
	failed := p.conn.Read(func(uintptr) bool {
		n, err = look()
		return n > 0 || err != nil || timeout >= 0 && !time.Now().Before(end)
	})
	return n, errors.Join(err, failed, p.watch(0))
}

// watch says which events of the inner epoll make the outer one ready.
func (p *park) watch(events uint32) error {
	err := unix.EpollCtl(p.outer, unix.EPOLL_CTL_MOD, p.inner, &unix.EpollEvent{Events: events, Fd: int32(p.inner)})
	if err != nil {
		return fmt.Errorf("watch an epoll: %w", err)
	}
	return nil
}
