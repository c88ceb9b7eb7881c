//go:build linux && !portable

package eventloop_test

import (
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
	const wait = 10 * moment // which a wait that begins anew with each signal does not see the end of
	began := time.Now()
	if events, err := p.Wait(wait, nil); err != nil || len(events) > 0 {
		t.Fatalf("Wait: want nothing, got %+v and %v", events, err)
	}
	if took := time.Since(began); took < wait || took > wait+time.Second {
		t.Errorf("Wait of %v took %v", wait, took)
	}
}
