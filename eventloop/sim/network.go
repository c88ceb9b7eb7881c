package sim

import (
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/target-server/target-server/eventloop"
)

var loopback = netip.AddrFrom4([4]byte{127, 0, 0, 1})

// Port is where listeners listen. It has as many digits as those that the lab uses
// for real servers, because some answers have it in their length.
const Port = 18080

// Never is a moment that has not come.
const Never = time.Duration(-1)

// Listener is a listening socket, shared by the processes that adopt it.
type Listener struct {
	world   *World
	backlog int
	queue   []*Client
	owners  []owner
	clients []*Client // all that ever connected
	closed  bool      // by the last of its owners
}

// owner is a socket's end in a process.
type owner struct {
	process *Process
	handle  eventloop.Handle
}

// Listen returns a listening socket whose queue holds backlog+1 connections that
// wait to be accepted.
func (w *World) Listen(backlog int) *Listener { return &Listener{world: w, backlog: backlog} }

// Waiting is how many connections wait to be accepted.
func (l *Listener) Waiting() int { return len(l.queue) }

// Established is how many connections neither side has ended, accepted or not.
func (l *Listener) Established() int {
	n := 0
	for _, c := range l.clients {
		if c.Ended == Never && !c.half && !c.reset {
			n++
		}
	}
	return n
}

// disown takes the listener from a process. When the last one has lost it, it closes,
// and the connections that wait to be accepted are reset.
func (l *Listener) disown(p *Process) {
	l.owners = slices.DeleteFunc(l.owners, func(o owner) bool { return o.process == p })
	if l.closed = len(l.owners) == 0; !l.closed {
		return
	}
	for _, c := range l.queue {
		c.end(true)
	}
	l.queue = nil
}

// Client is one connection as its client sees it.
type Client struct {
	// Connected, Accepted and Ended are moments; Never if they have not come. A
	// connection has ended when the server has closed or reset it.
	Connected, Accepted, Ended time.Duration
	Refused                    bool // nothing listens
	Reset                      bool // ended by a reset
	Pieces                     []Piece
	Changed                    func() // called when any of these changes

	listener    *Listener
	addr        netip.AddrPort
	server      owner
	toServer    []byte
	half, reset bool
	gone        bool   // closed in both directions: whatever still comes is answered with a reset
	stopped     bool   // does not read
	room        int    // what the network still takes then
	held        []byte // and has taken
}

// Piece is what came in one segment.
type Piece struct {
	At   time.Duration
	Text string
}

// Dial has a client connect at a moment and send bytes at once.
func (w *World) Dial(at time.Duration, l *Listener, text string) *Client {
	c := w.client(l)
	w.At(at, func() {
		c.knock(time.Second)
		c.Send(text)
	})
	return c
}

// Connect has a client connect now.
func (w *World) Connect(l *Listener) *Client {
	c := w.client(l)
	c.knock(time.Second)
	return c
}

func (w *World) client(l *Listener) *Client {
	w.ports++
	return &Client{
		Connected: Never, Accepted: Never, Ended: Never, Changed: func() {},
		listener: l, addr: netip.AddrPortFrom(loopback, w.ports),
	}
}

// knock is one SYN. A full queue drops it, and the time until the next one doubles.
func (c *Client) knock(again time.Duration) {
	l := c.listener
	switch {
	case c.gone: // has given up
		return
	case l.closed:
		c.Refused = true
		c.Changed()
		return
	case len(l.queue) > l.backlog:
		l.world.At(l.world.now+again, func() { c.knock(2 * again) })
		return
	}
	c.Connected = l.world.now
	l.clients = append(l.clients, c)
	l.queue = append(l.queue, c)
	for _, o := range l.owners {
		o.process.touch(o.handle)
	}
	c.Changed()
}

// Port is the client's own port.
func (c *Client) Port() int { return int(c.addr.Port()) }

// Held reports whether the server has a descriptor of the connection.
func (c *Client) Held() bool { return c.server.process != nil }

// Send gives the kernel bytes for the server.
func (c *Client) Send(text string) {
	c.toServer = append(c.toServer, text...)
	c.tell()
}

// CloseWrite ends the client's side (FIN).
func (c *Client) CloseWrite() {
	c.half = true
	c.tell()
}

// Close ends the client's side, which then takes no more bytes. The server sees the
// FIN at once; its next bytes are answered with a reset.
func (c *Client) Close() {
	c.gone = true
	c.CloseWrite()
}

// Abort resets the connection (RST).
func (c *Client) Abort() {
	c.reset = true
	c.tell()
}

// Unread is how many of the client's bytes the server has left in the kernel.
func (c *Client) Unread() int { return len(c.toServer) }

// StopReading leaves incoming bytes in the network, which has room for n more bytes.
func (c *Client) StopReading(room int) { c.stopped, c.room = true, room }

// StartReading reads what has come in the meantime, and continues to read.
func (c *Client) StartReading() {
	c.stopped = false
	if len(c.held) > 0 {
		c.receive(c.held)
		c.held = nil
	}
	c.tell()
}

// take is the server's write; it returns how much there was room for.
func (c *Client) take(b []byte) int {
	if c.gone {
		c.reset = true
		c.tell()
		return len(b)
	}
	if !c.stopped {
		c.receive(b)
		return len(b)
	}
	n := min(len(b), c.room)
	c.held = append(c.held, b[:n]...)
	c.room -= n
	return n
}

// tell lets the server's process see that something has come.
func (c *Client) tell() {
	if c.server.process != nil {
		c.server.process.touch(c.server.handle)
	}
}

func (c *Client) receive(b []byte) {
	c.Pieces = append(c.Pieces, Piece{c.listener.world.now, string(b)})
	c.Changed()
}

// serverCloses ends the connection: with a reset if the server leaves bytes
// unread, as Linux does.
func (c *Client) serverCloses() {
	c.end(len(c.toServer) > 0)
	c.server = owner{}
}

func (c *Client) end(reset bool) {
	if c.Ended == Never {
		c.Ended, c.Reset = c.listener.world.now, reset
		c.Changed()
	}
}

// Text is everything that came.
func (c *Client) Text() string {
	var text strings.Builder
	for _, p := range c.Pieces {
		text.WriteString(p.Text)
	}
	return text.String()
}

// First is when the first byte came, or Never.
func (c *Client) First() time.Duration {
	if len(c.Pieces) == 0 {
		return Never
	}
	return c.Pieces[0].At
}
