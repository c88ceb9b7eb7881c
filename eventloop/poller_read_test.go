package eventloop_test

import (
	"errors"
	"io"
	"os"
	"time"

	"github.com/target-server/target-server/eventloop"
)

func acceptsOneByOne(b *bench) {
	b.silence("before a client connects")
	if _, _, err := b.poller.Accept(b.listener); !errors.Is(err, eventloop.ErrAgain) {
		b.Fatalf("Accept: want ErrAgain, got %v", err)
	}
	for range 2 {
		b.dial()
	}
	for range 2 {
		if e := b.await(b.listener); !e.Read || e.Write {
			b.Fatalf("listener: want it ready to read only, got %+v", e)
		}
		b.await(b.listener) // still, since nothing was taken
		if _, _, err := b.poller.Accept(b.listener); err != nil {
			b.Fatalf("Accept: %v", err)
		}
	}
	b.silence("when all connections are taken")
	client := b.dial()
	b.await(b.listener)
	h, from, err := b.poller.Accept(b.listener)
	if err != nil || from.String() != client.LocalAddr().String() {
		b.Fatalf("Accept: want a connection from %v, got %v and %v", client.LocalAddr(), from, err)
	}
	if got := b.poller.LocalAddr(h); got != b.addr {
		b.Errorf("LocalAddr: want %v, got %v", b.addr, got)
	}
}

func acceptsBurst(b *bench) {
	b.silence("before any client connects") // a poller that accepts in another goroutine has begun to
	const crowd = 20
	for range crowd {
		b.dial()
	}
	b.await(b.listener)
	taken := 0
	for ; ; taken++ {
		if _, _, err := b.poller.Accept(b.listener); errors.Is(err, eventloop.ErrAgain) {
			break
		} else if err != nil {
			b.Fatalf("Accept: %v", err)
		}
	}
	if taken != crowd {
		b.Errorf("taken in one turn: want %d, got %d", crowd, taken)
	}
}

// acceptsNothingUnasked closes the listener: connections that were not accepted are reset.
func acceptsNothingUnasked(b *bench) {
	b.silence("before a client connects")
	first, second, third := b.dial(), b.dial(), b.dial()
	time.Sleep(moment) // the loop is blocked
	b.closes(b.listener)
	accepted := 0
	for _, c := range []io.Reader{first, second, third} {
		switch _, err := c.Read(make([]byte, 1)); {
		case errors.Is(err, io.EOF):
			accepted++
		case errors.Is(err, os.ErrDeadlineExceeded):
			b.Error("a client was neither reset nor accepted and closed")
		}
	}
	if accepted > b.inHand {
		b.Errorf("accepted unasked: want at most %d, got %d", b.inHand, accepted)
	}
}

func readsByLevel(b *bench) {
	client, h := b.connect()
	b.watch(h, true, false)
	b.silence("before the client sends")
	b.nothingToRead(h)
	b.send(client, "hello")
	for _, part := range []string{"he", "ll", "o"} {
		if e := b.await(h); !e.Read || e.Write {
			b.Fatalf("want ready to read only, got %+v", e)
		}
		b.await(h) // still, since nothing was read
		b.reads(h, 2, part)
	}
	b.nothingToRead(h)
	b.silence("when all is read")
	b.send(client, "again")
	b.await(h)
	b.reads(h, 8, "again")
}

// tellsAllAtOnce is a loop that was blocked: it reads all connections in one turn.
func tellsAllAtOnce(b *bench) {
	const crowd = 10
	for range crowd {
		client, h := b.connect()
		b.watch(h, true, false)
		b.send(client, "hello")
	}
	time.Sleep(moment) // the loop is blocked
	if events := b.wait(moment); len(events) != crowd {
		b.Errorf("events of one Wait: want %d, got %d", crowd, len(events))
	}
}

// pauses closes with bytes unread: the client is reset only if nothing has
// taken them from the kernel.
func pauses(b *bench) {
	client, h := b.connect()
	b.watch(h, true, false)
	b.silence("before the client sends")
	b.watch(h, false, false)
	b.send(client, "left")
	b.silence("without interest")
	b.watch(h, true, false)
	b.await(h)
	b.watch(h, false, false)
	b.silence("without interest")
	b.closes(h)
	if n, err := client.Read(make([]byte, 8)); err == nil || errors.Is(err, io.EOF) {
		b.Errorf("client: want a reset, because its bytes were left unread; got %d bytes and %v", n, err)
	}
}

func readsEnd(b *bench) {
	client, h := b.connect()
	b.watch(h, true, false)
	b.send(client, "bye")
	if err := client.CloseWrite(); err != nil {
		b.Fatal(err)
	}
	b.await(h)
	b.reads(h, 8, "bye")
	for range 2 {
		b.await(h)
		b.reads(h, 8, "")
	}
}

func readsReset(b *bench) {
	client, h := b.connect()
	b.watch(h, true, false)
	b.silence("before the reset")
	b.reset(client)
	if e := b.await(h); !e.Read {
		b.Fatalf("want ready to read, got %+v", e)
	}
	if n, err := b.poller.Read(h, make([]byte, 8)); err == nil || errors.Is(err, eventloop.ErrAgain) {
		b.Errorf("Read: want the reset, got %d bytes and %v", n, err)
	}
}

func wakes(b *bench) {
	go func() {
		time.Sleep(moment)
		b.poller.Wake()
	}()
	start := time.Now()
	if events := b.wait(-1); len(events) > 0 {
		b.Fatalf("Wake: want no event, got %+v", events)
	}
	if took := time.Since(start); took < moment/2 {
		b.Errorf("Wait ended after %v, before Wake", took)
	}
	b.poller.Wake()
	b.poller.Wake()
	start = time.Now()
	b.wait(-1) // they came before
	b.wait(moment)
	if took := time.Since(start); took < moment {
		b.Errorf("two calls of Wake at once ended the second Wait, after %v of %v", took, moment)
	}
}

func timesOut(b *bench) {
	for _, d := range []time.Duration{0, time.Millisecond, moment} {
		start := time.Now()
		if events := b.wait(d); len(events) > 0 {
			b.Fatalf("want no event, got %+v", events)
		}
		if took := time.Since(start); took < d || took > d+time.Second {
			b.Errorf("Wait of %v took %v", d, took)
		}
	}
}

func closesInBatch(b *bench) {
	one, first := b.connect()
	two, second := b.connect()
	b.watch(first, true, false)
	b.watch(second, true, true) // writing is possible from the start
	b.await(second)
	b.watch(second, true, false)
	b.send(one, "1")
	b.send(two, "2")
	b.await(first)
	b.await(second)
	time.Sleep(moment) // both are ready by then
	if events := b.wait(0); len(events) != 2 {
		b.Fatalf("want both in one batch, got %+v", events)
	}
	b.closes(first)
	b.closes(second)
	b.silence("when both are closed")
	if err := b.poller.Close(first); err == nil {
		b.Error("Close of a closed handle: want an error, got none")
	}
}

func reusesHandles(b *bench) {
	for range 20 {
		old, h := b.connect()
		b.watch(h, true, false)
		b.wait(0) // a goroutine may wait for it from now on
		b.send(old, "old")
		client := b.dial() // before the handle is free, or the client may get its descriptor
		b.closes(h)
		young := b.accept()
		b.watch(young, true, false)
		if events := b.wait(time.Millisecond); len(events) > 0 {
			b.Fatalf("want no event, got %+v", events)
		}
		b.nothingToRead(young)
		b.send(client, "young")
		b.await(young)
		b.reads(young, 8, "young")
		b.closes(young)
	}
}
