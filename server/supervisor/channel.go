package supervisor

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
)

// The requests that the package itself makes.
const (
	configRequest = "config" // the parent's first message: what the worker is to do
	readyRequest  = "ready"  // from the worker: it accepts connections
	beatRequest   = "beat"   // from the worker: it is alive
	pingRequest   = "ping"   // from the parent: is the worker alive?
	orphanRequest = "orphan" // from the parent: it is about to die, and the worker is to serve on
)

// Errors that callers of a worker can tell apart.
var (
	// ErrBusy is a message refused because too many wait to be written, or to be handled.
	ErrBusy = errors.New("control channel: busy")
	// ErrClosed is a message for a process that has ended.
	ErrClosed = errors.New("control channel: closed")
)

// outgoing is how many messages may wait to be written.
const outgoing = 64

// message is one line of the control channel: a request has a name, a reply has the request's id.
type message struct {
	ID      int64           `json:"id,omitempty"`
	Request string          `json:"request,omitempty"`
	Params  json.RawMessage `json:"params,omitempty"`
	Result  json.RawMessage `json:"result,omitempty"`
	Error   string          `json:"error,omitempty"`
}

// channel carries messages, one JSON document a line, over one end of a socket pair. A goroutine writes, so that no
// sender ever waits for the other end; whoever calls receive reads.
type channel struct {
	conn   io.ReadWriteCloser
	lines  *json.Decoder
	queue  chan []byte
	beats  chan struct{} // of size 1: a beat that waits to be written stands for those that follow it
	closed chan struct{}
	once   sync.Once
}

func newChannel(conn io.ReadWriteCloser) *channel {
	c := &channel{
		conn:   conn,
		lines:  json.NewDecoder(conn),
		queue:  make(chan []byte, outgoing),
		beats:  make(chan struct{}, 1),
		closed: make(chan struct{}),
	}
	go c.write()
	return c
}

// send queues a message and never waits.
func (c *channel) send(m message) error {
	line, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("control channel: %w", err)
	}
	if closed(c.closed) {
		return ErrClosed
	}
	select {
	case c.queue <- append(line, '\n'):
		return nil
	default:
		return ErrBusy
	}
}

// beat has the other end hear a beat. However many there are, they take no room from messages.
func (c *channel) beat() {
	select {
	case c.beats <- struct{}{}:
	default:
	}
}

// write writes what is queued until the channel is closed. When the other end is gone, what is sent is lost, silently.
func (c *channel) write() {
	beat := []byte(`{"request":"` + beatRequest + "\"}\n")
	for {
		select {
		case line := <-c.queue:
			_, _ = c.conn.Write(line)
		case <-c.beats:
			_, _ = c.conn.Write(beat)
		case <-c.closed:
			return
		}
	}
}

// receive waits for the next message.
func (c *channel) receive() (message, error) {
	var m message
	if err := c.lines.Decode(&m); err != nil {
		return message{}, fmt.Errorf("control channel: %w", err)
	}
	return m, nil
}

// close ends the writing goroutine and every receive. It may be called again.
func (c *channel) close() {
	c.once.Do(func() {
		close(c.closed)
		_ = c.conn.Close()
	})
}

// encode makes a raw document of any value; nil stays nil.
func encode(v any) (json.RawMessage, error) {
	if v == nil {
		return nil, nil
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("control channel: %w", err)
	}
	return raw, nil
}
