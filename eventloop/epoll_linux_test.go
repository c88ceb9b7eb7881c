//go:build linux && !portable

package eventloop_test

import (
	"errors"
	"math/rand/v2"
	"net/netip"
	"os"
	"runtime"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/target-server/target-server/eventloop"
)

// Signals, of which SIGCONT is one, interrupt the kernel's wait. They neither
// end ours nor make it longer.
func TestEpollOutlastsSignals(t *testing.T) {
	p, err := eventloop.NewPoller()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = p.Release() }()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	thread, over := unix.Gettid(), make(chan struct{})
	defer close(over)
	go func() {
		for end := time.Now().Add(5 * time.Second); ; time.Sleep(time.Millisecond) {
			select {
			case <-over:
				return
			default:
				_ = unix.Tgkill(os.Getpid(), thread, unix.SIGURG) // Go's own, which it expects at any time
			}
			if time.Now().After(end) {
				p.Wake()
			}
		}
	}()
	const wait = 10 * moment // which a wait that starts again with each signal never reaches
	began := time.Now()
	if events, err := p.Wait(wait, nil); err != nil || len(events) > 0 {
		t.Fatalf("Wait: want nothing, got %+v and %v", events, err)
	}
	if took := time.Since(began); took < wait || took > wait+time.Second {
		t.Errorf("Wait of %v took %v", wait, took)
	}
}

// A poller whose last wait was long parks its goroutine, and keeps to the same contract.
func TestEpollParks(t *testing.T) {
	contract(t, 0, func(t *testing.T, p *eventloop.System) (eventloop.Handle, netip.AddrPort) {
		for range 2 { // the second wait is parked
			if events, err := p.Wait(moment, nil); err != nil || len(events) > 0 {
				t.Fatalf("Wait for nothing: %+v, %v", events, err)
			}
		}
		return adopt(t, p)
	})
}

// No wake is lost, however close it comes to the moment at which a wait is parked.
func TestEpollHearsEveryWake(t *testing.T) {
	p, err := eventloop.NewPoller()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = p.Release() }()
	wakes := make(chan time.Duration)
	defer close(wakes)
	go func() {
		for pause := range wakes {
			time.Sleep(pause)
			p.Wake()
		}
	}()
	random := rand.New(rand.NewPCG(1, 2))
	for i := range 500 {
		wakes <- time.Duration(random.IntN(1200)) * time.Microsecond
		began := time.Now()
		if _, err := p.Wait(10*time.Second, nil); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took > 5*time.Second {
			t.Fatalf("wake %d was lost: the wait took %v", i, took)
		}
	}
}

// A descriptor that is closed is taken at once by another part of the process, which
// must neither receive a byte nor be closed.
func TestEpollLeavesOthersAlone(t *testing.T) {
	p, err := eventloop.NewPoller()
	if err != nil {
		t.Fatal(err)
	}
	listener := listenTCP(t)
	h, err := p.Adopt(descriptorOf(t, listener))
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Release(); err != nil {
		t.Fatal(err)
	}
	others := takeDescriptors(t, int(h)+8) // the poller's own have numbers near the listener's
	p.Wake()
	_, _ = p.Write(h, []byte("stray"))
	_ = p.CloseWrite(h)
	_ = p.Close(h)
	for _, pair := range others {
		for i, fd := range pair {
			var b [8]byte
			if n, err := unix.Read(fd, b[:]); !errors.Is(err, unix.EAGAIN) {
				t.Errorf("descriptor %d: want nothing to read from %d, got %d bytes %q and %v",
					fd, pair[1-i], n, b[:max(n, 0)], err)
			}
		}
	}
}

// takeDescriptors opens pairs of sockets until every number up to most is taken.
func takeDescriptors(t *testing.T, most int) (pairs [][2]int) {
	t.Helper()
	for {
		pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
		if err != nil {
			t.Fatal(err)
		}
		pairs = append(pairs, pair)
		t.Cleanup(func() { _, _ = unix.Close(pair[0]), unix.Close(pair[1]) })
		if min(pair[0], pair[1]) > most {
			return pairs
		}
	}
}
