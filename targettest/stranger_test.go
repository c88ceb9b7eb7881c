//go:build unix

package targettest_test

import (
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/target-server/target-server/targettest"
)

// Servers start and end, with commands that come late, while other parts of the process
// open descriptors as fast as they are closed: none of those ever receives a byte.
func TestDescriptorsOfOthers(t *testing.T) {
	const servers, each = 4, 150
	var running, others sync.WaitGroup
	var over atomic.Bool
	var opened atomic.Int64
	for range 4 {
		others.Go(func() {
			for !over.Load() {
				opened.Add(1)
				if err := receivesNothing(); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for range servers {
		running.Go(func() {
			for range each {
				s := targettest.New(t, targettest.Limit(1))
				late := make(chan struct{})
				go func() {
					defer close(late)
					for range 20 {
						s.Release()
						s.SetLimit(2)
					}
				}()
				s.Close()
				<-late
				s.Release()
			}
		})
	}
	running.Wait()
	over.Store(true)
	others.Wait()
	t.Logf("%d servers beside %d pairs of sockets", servers*each, opened.Load())
}

// receivesNothing opens a pair of sockets and says what comes out of them, into which it
// has written nothing.
func receivesNothing() error {
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	if err != nil {
		return err
	}
	defer func() { _, _ = unix.Close(pair[0]), unix.Close(pair[1]) }()
	for range 20 {
		runtime.Gosched()
		for _, fd := range pair {
			var b [8]byte
			n, _, err := unix.Recvfrom(fd, b[:], unix.MSG_DONTWAIT)
			switch {
			case err == nil:
				return fmt.Errorf("a socket that is no server's received %q", b[:n])
			case !errors.Is(err, unix.EAGAIN):
				return err
			}
		}
	}
	return nil
}
