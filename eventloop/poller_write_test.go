package eventloop_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"net"

	"github.com/target-server/target-server/eventloop"
)

// pattern is n bytes, a multiple of 4, in which a lost or doubled piece shows.
func pattern(n int) []byte {
	p := make([]byte, n)
	for i := 0; i < n; i += 4 {
		binary.LittleEndian.PutUint32(p[i:], uint32(i))
	}
	return p
}

// fill writes until the socket takes no more and returns how much it took.
func (b *bench) fill(h eventloop.Handle, p []byte) int {
	b.Helper()
	sent := 0
	for sent < len(p) {
		n, err := b.poller.Write(h, p[sent:])
		sent += n
		if errors.Is(err, eventloop.ErrAgain) {
			return sent
		}
		if err != nil {
			b.Fatalf("Write: %v", err)
		}
	}
	b.Fatalf("Write: a client that does not read took %d bytes", len(p))
	return 0
}

// fillUp fills until the socket has taken nothing for a moment, and leaves it
// watched for writing.
func (b *bench) fillUp(h eventloop.Handle, p []byte) int {
	b.Helper()
	sent := b.fill(h, p)
	b.watch(h, false, true)
	for len(b.wait(moment)) > 0 {
		sent += b.fill(h, p[sent:])
	}
	return sent
}

// received is what a client gets until the end of the stream, which must come.
func (b *bench) received(c net.Conn) <-chan []byte {
	got := make(chan []byte, 1)
	go func() {
		p, err := io.ReadAll(c)
		if err != nil {
			b.Errorf("client: want the end of the stream, got %v", err)
		}
		got <- p
	}()
	return got
}

func writesPartly(b *bench) {
	client, h := b.connect()
	if tcp, ok := client.(*net.TCPConn); ok {
		if err := tcp.SetReadBuffer(16 * 1024); err != nil {
			b.Fatal(err)
		}
	}
	all := pattern(32 << 20)
	sent := b.fillUp(h, all)
	got := b.received(client)
	for end := sent + 4<<20; sent < end; {
		if e := b.await(h); e.Read || !e.Write {
			b.Fatalf("want ready to write only, got %+v", e)
		}
		n, err := b.poller.Write(h, all[sent:end])
		if err != nil && !errors.Is(err, eventloop.ErrAgain) {
			b.Fatalf("Write: %v", err)
		}
		sent += n
	}
	b.closes(h)
	if p := <-got; !bytes.Equal(p, all[:sent]) {
		b.Errorf("client: want the %d bytes written, got %d, equal up to %d", sent, len(p), same(p, all))
	}
}

func same(p, q []byte) int {
	for i := range min(len(p), len(q)) {
		if p[i] != q[i] {
			return i
		}
	}
	return min(len(p), len(q))
}

func writesBeforeClose(b *bench) {
	client, h := b.connect()
	all := pattern(32 << 20)
	sent := b.fill(h, all)
	b.closes(h)
	if p := <-b.received(client); !bytes.Equal(p, all[:sent]) {
		b.Errorf("client: want the %d bytes written, got %d, equal up to %d", sent, len(p), same(p, all))
	}
}

func closesOurSide(b *bench) {
	client, h := b.connect()
	b.watch(h, true, false)
	if _, err := b.poller.Write(h, []byte("bye")); err != nil {
		b.Fatal(err)
	}
	if err := b.poller.CloseWrite(h); err != nil {
		b.Fatal(err)
	}
	if p := <-b.received(client); string(p) != "bye" {
		b.Errorf("client: want what was written, and the end; got %q", p)
	}
	b.send(client, "late")
	b.await(h)
	b.reads(h, 8, "late")
}

func writesReset(b *bench) {
	client, h := b.connect()
	b.fillUp(h, pattern(32<<20))
	b.reset(client)
	if e := b.await(h); !e.Write {
		b.Fatalf("want ready to write, got %+v", e)
	}
	if n, err := b.poller.Write(h, []byte("x")); err == nil || errors.Is(err, eventloop.ErrAgain) {
		b.Errorf("Write: want the reset, got %d bytes and %v", n, err)
	}
}

func watchesBoth(b *bench) {
	client, h := b.connect()
	b.watch(h, true, true)
	if e := b.await(h); e.Read || !e.Write {
		b.Fatalf("want ready to write only, got %+v", e)
	}
	b.send(client, "hello")
	for !b.await(h).Read { // writing goes on being possible
	}
	if e := b.await(h); !e.Read || !e.Write {
		b.Fatalf("want ready for both, got %+v", e)
	}
	b.watch(h, true, false)
	if e := b.await(h); !e.Read || e.Write {
		b.Fatalf("want ready to read only, got %+v", e)
	}
	b.reads(h, 8, "hello")
}
