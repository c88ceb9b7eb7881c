package memnet

import (
	"net/netip"
	"sync"
	"syscall"

	"github.com/target-server/target-server/eventloop"
)

// link is one connection. Its network's lock guards it.
type link struct {
	network            *Network
	client             netip.AddrPort
	server             *socket // nil before it is accepted, and when it is closed
	toServer, toClient direction
	changed            sync.Cond // the client waits for it
	gone               bool      // the client has closed its end
	over               bool      // the server has closed its end
	broken             bool      // the client has reset it
	cutOff             bool      // the server has
}

// direction is the bytes on their way, and whether that was all.
type direction struct {
	bytes []byte
	ended bool
}

// take moves what has come into p.
func (d *direction) take(p []byte) int {
	n := copy(p, d.bytes)
	if d.bytes = d.bytes[n:]; len(d.bytes) == 0 {
		d.bytes = nil
	}
	return n
}

// put adds as much of p as there is room for.
func (d *direction) put(p []byte) int {
	n := max(0, min(len(p), room-len(d.bytes)))
	d.bytes = append(d.bytes, p[:n]...)
	return n
}

func (l *link) readable() bool { return len(l.toServer.bytes) > 0 || l.toServer.ended || l.broken }

func (l *link) writable() bool { return len(l.toClient.bytes) < room || l.broken || l.gone }

// serverReads gives what came before a reset first, as Linux does.
func (l *link) serverReads(p []byte) (int, error) {
	switch {
	case len(l.toServer.bytes) > 0:
		n := l.toServer.take(p)
		l.changed.Broadcast()
		return n, nil
	case l.broken:
		return 0, syscall.ECONNRESET
	case l.toServer.ended:
		return 0, nil
	}
	return 0, eventloop.ErrAgain
}

// serverWrites loses what is written to a client that has closed its end, whose
// answer is a reset.
func (l *link) serverWrites(p []byte) (int, error) {
	switch {
	case l.broken:
		return 0, syscall.ECONNRESET
	case l.gone:
		l.broken = true
		l.network.touch(l.server)
		return len(p), nil
	}
	n := l.toClient.put(p)
	if n == 0 && len(p) > 0 {
		return 0, eventloop.ErrAgain
	}
	l.changed.Broadcast()
	return n, nil
}

// serverCloses closes our end, with a reset if there is something unread.
func (l *link) serverCloses() {
	if len(l.toServer.bytes) > 0 {
		l.cut()
		return
	}
	l.server, l.over, l.toClient.ended = nil, true, true
	l.changed.Broadcast()
}

// cut resets the connection for the client.
func (l *link) cut() {
	l.server, l.over, l.cutOff = nil, true, true
	l.changed.Broadcast()
}
