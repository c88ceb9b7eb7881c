package scenarios

import (
	"fmt"
	"strings"
	"time"

	"github.com/target-server/target-server/lab/driver"
	"github.com/target-server/target-server/lab/facts"
)

// Client is one connection on a Stage. Once the stage has failed, its methods do nothing.
type Client struct {
	stage   *Stage
	conn    Conn
	methods []string // of the requests sent: needed to know the length of their answers
	sent    time.Time
}

// Get requests an id as an ordinary client does.
func (c *Client) Get(id string) { c.Send("GET /?id=" + id + " HTTP/1.1\r\nHost: lab\r\n\r\n") }

// GetPath requests any path.
func (c *Client) GetPath(path string) { c.Send("GET " + path + " HTTP/1.1\r\nHost: lab\r\n\r\n") }

// Send writes raw bytes. If they begin a request, its method is remembered.
func (c *Client) Send(raw string) {
	if method, _, ok := strings.Cut(raw, " "); ok {
		c.methods = append(c.methods, method)
	}
	c.SendMore(raw)
}

// SendMore writes bytes that continue what was sent before.
func (c *Client) SendMore(raw string) {
	c.sent = c.stage.venue.Now()
	if c.conn != nil && c.stage.failed == nil {
		_ = c.conn.Send([]byte(raw)) // the end of the connection shows whether the server has closed it
	}
}

// Fill writes as much of data as the server accepts within d, and returns how much that was.
func (c *Client) Fill(data []byte, d time.Duration) int {
	if c.conn == nil {
		return 0
	}
	n, _ := c.conn.Fill(data, d) // the end of the connection shows whether the server has closed it
	return n
}

// StopReading stops reading: from now on incoming bytes stay in the kernel.
func (c *Client) StopReading() { c.part(Conn.StopReading) }

// Leave closes the connection with a FIN.
func (c *Client) Leave() { c.part(Conn.Leave) }

// Reset closes the connection with an RST.
func (c *Client) Reset() { c.part(Conn.Reset) }

// HalfClose sends a FIN and keeps reading.
func (c *Client) HalfClose() { c.part(Conn.HalfClose) }

func (c *Client) part(how func(Conn) error) {
	if c.conn != nil {
		_ = how(c.conn) // a connection that is already closed is in the wanted state
	}
}

// Await waits, for at most d, until n answers are complete or the connection has ended.
func (c *Client) Await(n int, d time.Duration) {
	if c.conn != nil && c.stage.failed == nil {
		c.conn.Await(d, func(es []driver.Event) bool { return len(driver.Answers(es, c.methods)) >= n })
	}
}

// AwaitEnd waits, for at most d, until the server has ended the connection, and returns how: "FIN",
// "RST" or "open".
func (c *Client) AwaitEnd(d time.Duration) string {
	if c.conn == nil {
		return "never connected"
	}
	c.conn.Await(d, func([]driver.Event) bool { return false })
	return c.Ending()
}

// Ending returns the connection's state now: "FIN", "RST" or "open".
func (c *Client) Ending() string {
	if c.conn == nil {
		return "never connected"
	}
	if end, ok := c.conn.End(); ok {
		return end.Kind.String()
	}
	return "open"
}

// EndedAt is when the connection ended, by the stage's clock; 0 while it is open.
func (c *Client) EndedAt() time.Duration {
	if c.conn == nil {
		return 0
	}
	if end, ok := c.conn.End(); ok {
		return c.stage.Since(end.At)
	}
	return 0
}

// Answers returns the complete answers.
func (c *Client) Answers() []driver.Answer {
	if c.conn == nil {
		return nil
	}
	return driver.Answers(c.conn.Events(), c.methods)
}

// FirstByteAt is when the first byte came, by the stage's clock; 0 if none has come.
func (c *Client) FirstByteAt() time.Duration {
	if c.conn == nil {
		return 0
	}
	for _, e := range c.conn.Events() {
		if len(e.Data) > 0 {
			return c.stage.Since(e.At)
		}
	}
	return 0
}

// AnsweredAt is when answer k (from 0) was complete, by the stage's clock; 0 if it is not.
func (c *Client) AnsweredAt(k int) time.Duration {
	if answers := c.Answers(); k < len(answers) {
		return c.stage.Since(answers[k].Ended)
	}
	return 0
}

// Took is the time from the last Send to the first answer; 0 if there is none.
func (c *Client) Took() time.Duration {
	if answers := c.Answers(); len(answers) > 0 {
		return answers[len(answers)-1].Ended.Sub(c.sent)
	}
	return 0
}

// Status is the status of answer k as text, or the connection's state if there is no such answer.
func (c *Client) Status(k int) string {
	if answers := c.Answers(); k < len(answers) {
		return fmt.Sprint(answers[k].Status)
	}
	return "none, " + c.Ending()
}

// Wire shows every byte that came, and the state of the connection.
func (c *Client) Wire() string {
	if c.conn == nil {
		return "never connected"
	}
	return facts.Wire(driver.Stream(c.conn.Events())) + "\n-- " + c.Ending()
}

// Settle waits until nothing has been sent or received for a while, or the connection has ended.
func (c *Client) Settle() {
	for c.conn != nil {
		events := c.conn.Events()
		last := c.sent
		if n := len(events); n > 0 && events[n-1].At.After(last) {
			last = events[n-1].At
		}
		grew := c.conn.Await(last.Add(silence).Sub(c.stage.venue.Now()), func(es []driver.Event) bool { return len(es) > len(events) })
		if _, ended := c.conn.End(); ended || !grew {
			return
		}
	}
}

// AcceptedAt is when the server had accepted the connection, by the stage's clock; 0 if that does not
// happen within d.
func (c *Client) AcceptedAt(d time.Duration) time.Duration {
	if c.conn == nil || c.stage.failed != nil {
		return 0
	}
	at, accepted, err := c.conn.AwaitAccepted(d)
	c.stage.fail(err)
	if !accepted {
		return 0
	}
	return c.stage.Since(at)
}

// Logged returns the access lines of this connection.
func (c *Client) Logged() []string {
	if c.conn == nil {
		return nil
	}
	var lines []string
	for _, line := range c.stage.venue.Lines() {
		if strings.Contains(line.Text, fmt.Sprintf("127.0.0.1:%d ", c.conn.LocalPort())) {
			lines = append(lines, line.Text)
		}
	}
	return lines
}
