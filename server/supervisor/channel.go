package supervisor

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
)

// The requests of this package.
const (
	configRequest = "config" // the parent's first message: the worker's configuration
	readyRequest  = "ready"  // from the worker: it accepts connections
	beatRequest   = "beat"   // from the worker: it is alive
	pingRequest   = "ping"   // from the parent: is the worker alive?
	orphanRequest = "orphan" // from the parent: it is about to die, and the worker is to keep serving
)

// The errors of a call that a worker did not answer.
var (
	// ErrBusy means that the message was refused: too many wait to be written, or handled.
	ErrBusy = errors.New("control channel: busy")
	// ErrClosed means that the other process has ended.
	ErrClosed = errors.New("control channel: closed")
)

// queueSize is how many messages may wait to be written.
const queueSize = 64

// message is one line of the control channel: a request has a name, a reply has the request's id.
type message struct {
	ID      int64           `json:"id,omitempty"`
	Request string          `json:"request,omitempty"`
	Params  json.RawMessage `json:"params,omitempty"`
	Result  json.RawMessage `json:"result,omitempty"`
	Error   string          `json:"error,omitempty"`
}

// channel is one end of a socket pair that carries messages, each one line of JSON. A goroutine writes, so that a
// sender never waits for the other end; the caller of receive reads.
type channel struct {
	conn    io.ReadWriteCloser
	decoder *json.Decoder
	queue   chan []byte
	beats   chan struct{} // of size 1: heartbeats that wait to be written are one
	closed  chan struct{}
	once    sync.Once
}

func newChannel(conn io.ReadWriteCloser) *channel {
	c := &channel{
		conn:    conn,
		decoder: json.NewDecoder(conn),
		queue:   make(chan []byte, queueSize),
		beats:   make(chan struct{}, 1),
		closed:  make(chan struct{}),
	}
	go c.write()
	return c
}

// send queues a message. It never blocks.
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

// beat sends a heartbeat. However many there are, they take no room in the queue.
func (c *channel) beat() {
	select {
	case c.beats <- struct{}{}:
	default:
	}
}

// write writes queued messages until the channel is closed. They are lost silently if the other end is gone.
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
	if err := c.decoder.Decode(&m); err != nil {
		return message{}, fmt.Errorf("control channel: %w", err)
	}
	return m, nil
}

// close ends the writing goroutine and every receive. It may be called more than once.
func (c *channel) close() {
	c.once.Do(func() {
		close(c.closed)
		_ = c.conn.Close()
	})
}

// encode marshals a value; nil stays nil.
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
