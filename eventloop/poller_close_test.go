package eventloop_test

import (
	"errors"
	"io"
	"net"
	"sync"

	"github.com/target-server/target-server/eventloop"
)

// refusesClosed: what a closed handle named may belong to another part of the process by now.
func refusesClosed(b *bench) {
	_, h := b.connect()
	b.closes(h)
	b.refused(h)
}

// refused checks that no call takes a handle.
func (b *bench) refused(h eventloop.Handle) {
	b.Helper()
	some := make([]byte, 8)
	_, _, accept := b.poller.Accept(h)
	_, read := b.poller.Read(h, some)
	_, write := b.poller.Write(h, some)
	for call, err := range map[string]error{
		"Accept": accept, "Read": read, "Write": write, "Watch": b.poller.Watch(h, true, true),
		"CloseWrite": b.poller.CloseWrite(h), "Close": b.poller.Close(h),
	} {
		if !errors.Is(err, net.ErrClosed) {
			b.Errorf("%s of a closed handle: want %v, got %v", call, net.ErrClosed, err)
		}
	}
}

// releases: goroutines that do not know of the end may still call Wake.
func releases(b *bench) {
	client, h := b.connect()
	var others sync.WaitGroup
	for range 4 {
		others.Go(func() {
			for range 1000 {
				b.poller.Wake()
			}
		})
	}
	b.release()
	others.Wait()
	b.poller.Wake()
	b.refused(h)
	if n, err := client.Read(make([]byte, 8)); n != 0 || !errors.Is(err, io.EOF) {
		b.Errorf("the client of a released poller: want %v, got %d bytes and %v", io.EOF, n, err)
	}
}
