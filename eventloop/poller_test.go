package eventloop_test

import (
	"errors"
	"io"
	"net"
	"net/netip"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/target-server/target-server/eventloop"
)

// These checks are what every Poller has to keep. Those of real sockets use
// loopback connections; run one alone with
//
//	go test ./eventloop -run 'TestPoller.*/a_reset_is_an_error' [-tags portable]

// A moment is long enough for a poller to do something that it must not do.
const moment = 20 * time.Millisecond

// A bench is a poller with one listener.
type bench struct {
	*testing.T
	poller   poller
	listener eventloop.Handle
	addr     netip.AddrPort
	network  func() (client, error) // connects
	inHand   int                    // connections that may be accepted before the loop asks
	released bool
}

type poller interface {
	eventloop.Poller
	Release() error
}

// client is one end of a connection: a *net.TCPConn, or what behaves as one.
type client interface {
	net.Conn
	CloseWrite() error
	SetLinger(seconds int) error
}

// contract runs the checks on the platform's poller. listen gives it its listener.
func contract(t *testing.T, inHand int, listen func(*testing.T, *eventloop.System) (eventloop.Handle, netip.AddrPort)) {
	contractOf(t, func(t *testing.T) *bench {
		p, err := eventloop.NewPoller()
		if err != nil {
			t.Fatal(err)
		}
		l, addr := listen(t, p)
		return &bench{T: t, poller: p, inHand: inHand, listener: l, addr: addr, network: func() (client, error) {
			var d net.Dialer
			c, err := d.DialContext(t.Context(), "tcp", addr.String())
			if err != nil {
				return nil, err
			}
			return c.(client), nil
		}}
	})
}

// contractOf runs the checks, each with a bench of its own that must not leak goroutines.
func contractOf(t *testing.T, open func(*testing.T) *bench) {
	checks := []struct {
		name  string
		check func(*bench)
	}{
		{"a waiting connection is ready until it is taken", acceptsOneByOne},
		{"every waiting connection is taken in one turn", acceptsBurst},
		{"a loop that does not ask accepts nothing", acceptsNothingUnasked},
		{"bytes are ready until all are read", readsByLevel},
		{"without interest nothing is reported and nothing is read", pauses},
		{"bytes that came before a wait are reported at once", tellsAllAtOnce},
		{"the end of the stream stays", readsEnd},
		{"a reset is an error", readsReset},
		{"a reset ends the wait to write", writesReset},
		{"a client that does not read stops writing", writesPartly},
		{"what was written before Close arrives", writesBeforeClose},
		{"our side can be closed alone", closesOurSide},
		{"both directions are watched at once", watchesBoth},
		{"Wake ends one Wait", wakes},
		{"a timeout is kept", timesOut},
		{"a socket closed in a batch is silent", closesInBatch},
		{"a new connection hears nothing of an old one", reusesHandles},
		{"a closed handle is refused", refusesClosed},
		{"Release closes what is open, and ends Wake", releases},
	}
	for _, c := range checks {
		t.Run(c.name, func(t *testing.T) {
			before := runtime.NumGoroutine()
			b := open(t)
			b.watch(b.listener, true, false)
			c.check(b)
			_ = b.poller.Close(b.listener) // a check may have done it
			b.release()
			noMoreGoroutines(t, before)
		})
	}
}

// noMoreGoroutines waits for goroutines that are about to end.
func noMoreGoroutines(t *testing.T, than int) {
	t.Helper()
	for end := time.Now().Add(5 * time.Second); runtime.NumGoroutine() > than; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			stacks := make([]byte, 64*1024)
			t.Fatalf("goroutines: want %d, got %d\n%s", than, runtime.NumGoroutine(), stacks[:runtime.Stack(stacks, true)])
		}
	}
}

// release releases the poller, once.
func (b *bench) release() {
	b.Helper()
	if b.released {
		return
	}
	b.released = true
	if err := b.poller.Release(); err != nil {
		b.Errorf("Release: %v", err)
	}
}

// dial connects a client, which ends with the test.
func (b *bench) dial() client {
	b.Helper()
	c, err := b.network()
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = c.Close() })
	if err := c.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		b.Fatal(err)
	}
	return c
}

// connect is a client and its connection on our side, of no interest yet.
func (b *bench) connect() (client, eventloop.Handle) {
	b.Helper()
	client := b.dial()
	return client, b.accept()
}

func (b *bench) accept() eventloop.Handle {
	b.Helper()
	b.await(b.listener)
	h, _, err := b.poller.Accept(b.listener)
	if err != nil {
		b.Fatalf("Accept: %v", err)
	}
	return h
}

func (b *bench) watch(h eventloop.Handle, read, write bool) {
	b.Helper()
	if err := b.poller.Watch(h, read, write); err != nil {
		b.Fatalf("Watch: %v", err)
	}
}

func (b *bench) wait(d time.Duration) []eventloop.Event {
	b.Helper()
	events, err := b.poller.Wait(d, nil)
	if err != nil {
		b.Fatalf("Wait: %v", err)
	}
	return events
}

// await waits until a socket is ready and returns how; it drops other events.
func (b *bench) await(h eventloop.Handle) eventloop.Event {
	b.Helper()
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); {
		events := b.wait(time.Until(end))
		if i := slices.IndexFunc(events, func(e eventloop.Event) bool { return e.Handle == h }); i >= 0 {
			return events[i]
		}
	}
	b.Fatalf("handle %d: want an event, got none in 5s", h)
	return eventloop.Event{}
}

// silence expects no event for a moment.
func (b *bench) silence(when string) {
	b.Helper()
	if events := b.wait(moment); len(events) > 0 {
		b.Fatalf("%s: want no event, got %+v", when, events)
	}
}

func (b *bench) send(c net.Conn, text string) {
	b.Helper()
	if _, err := io.WriteString(c, text); err != nil {
		b.Fatal(err)
	}
}

// reads expects the next Read of at most size bytes to give text.
func (b *bench) reads(h eventloop.Handle, size int, text string) {
	b.Helper()
	p := make([]byte, size)
	n, err := b.poller.Read(h, p)
	if err != nil || string(p[:n]) != text {
		b.Fatalf("Read: want %q, got %q and %v", text, p[:n], err)
	}
}

func (b *bench) nothingToRead(h eventloop.Handle) {
	b.Helper()
	if n, err := b.poller.Read(h, make([]byte, 8)); n != 0 || !errors.Is(err, eventloop.ErrAgain) {
		b.Fatalf("Read: want ErrAgain, got %d bytes and %v", n, err)
	}
}

func (b *bench) closes(h eventloop.Handle) {
	b.Helper()
	if err := b.poller.Close(h); err != nil {
		b.Fatalf("Close: %v", err)
	}
}

// reset closes a client's connection by a reset.
func (b *bench) reset(c client) {
	b.Helper()
	if err := errors.Join(c.SetLinger(0), c.Close()); err != nil {
		b.Fatal(err)
	}
}

func listenTCP(t *testing.T) *net.TCPListener {
	t.Helper()
	var options net.ListenConfig
	l, err := options.Listen(t.Context(), "tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l.(*net.TCPListener)
}
