package venue

import (
	"time"

	"github.com/target-server/target-server/eventloop/sim"
	"github.com/target-server/target-server/lab/driver"
)

// conn is a connection in the simulated network, the counterpart of driver.Conn.
type conn struct {
	place  *Simulated
	client *sim.Client
	events []driver.Event
	left   *driver.Event // the end caused by this side
	seen   int           // pieces sent by the client
}

func (c *conn) LocalPort() int { return c.client.Port() }

func (c *conn) Send(data []byte) error {
	if c.left == nil && c.client.Ended == sim.Never {
		c.client.Send(string(data))
	}
	return nil
}

// Fill sends everything: the simulated network has unlimited buffers.
func (c *conn) Fill(data []byte, _ time.Duration) (int, error) { return len(data), c.Send(data) }

// StopReading leaves everything that comes in the network, which buffers as much as Linux does.
func (c *conn) StopReading() error {
	c.client.StopReading(4 << 20)
	return nil
}

func (c *conn) HalfClose() error {
	c.client.CloseWrite()
	return nil
}

func (c *conn) Leave() error {
	c.part()
	c.client.Close()
	return nil
}

func (c *conn) Reset() error {
	c.part()
	c.client.Abort()
	return nil
}

// part records that this side has ended the connection, unless it had already ended.
func (c *conn) part() {
	if _, ended := c.End(); !ended && c.left == nil {
		c.left = &driver.Event{At: c.place.Now(), Kind: driver.Left}
	}
}

func (c *conn) Events() []driver.Event {
	for _, piece := range c.client.Pieces[c.seen:] {
		c.events = append(c.events, driver.Event{At: c.at(piece.At), Kind: driver.Bytes, Data: []byte(piece.Text)})
	}
	c.seen = len(c.client.Pieces)
	events := c.events[:len(c.events):len(c.events)]
	if end, ended := c.End(); ended {
		return append(events, end)
	}
	return events
}

func (c *conn) End() (driver.Event, bool) {
	switch {
	case c.left != nil:
		return *c.left, true
	case c.client.Ended == sim.Never:
		return driver.Event{}, false
	case c.client.Reset:
		return driver.Event{At: c.at(c.client.Ended), Kind: driver.RST}, true
	}
	return driver.Event{At: c.at(c.client.Ended), Kind: driver.FIN}, true
}

// at converts a time of the world to its wall clock.
func (c *conn) at(moment time.Duration) time.Time {
	return c.place.Now().Add(moment - c.place.world.Now())
}

func (c *conn) Await(within time.Duration, done func([]driver.Event) bool) bool {
	came := false
	c.place.played.Await(within, func() bool {
		came = done(c.Events())
		_, ended := c.End()
		return came || ended
	})
	return came
}

// Segments is the number of the server's writes.
func (c *conn) Segments() (int, error) { return len(c.client.Pieces), nil }

// AwaitAccepted waits until the server has accepted the connection.
func (c *conn) AwaitAccepted(within time.Duration) (time.Time, bool, error) {
	accepted := c.place.played.Await(within, func() bool { return c.client.Accepted != sim.Never })
	return c.at(c.client.Accepted), accepted, nil
}
