package probe

import (
	"context"
	"errors"
	"fmt"
	"net"
	"runtime"
	"sync"
	"syscall"
	"time"

	"github.com/target-server/target-server/lab/driver"
)

// readSize is what is read at once, in bytes: each connection has a buffer of that
// size, and there may be ten thousand.
const readSize = 4 << 10

// conn is one connection of a probe. It follows one answer and then waits for
// the end; of what comes it keeps nothing. It reads no more once its answer has
// a fault.
type conn struct {
	connected time.Time
	answered  chan struct{} // closed when the answer is complete
	ended     chan struct{} // closed when nothing more is read

	raw     net.Conn
	mu      sync.Mutex
	sent    time.Time // when the request was; zero before
	answer  answer
	end     driver.EventKind // how it ended, once endedAt is set
	endedAt time.Time
}

// follow begins to read from a connection. quiet says that nothing will be asked
// on it. broken is called, from another goroutine, when the answer has a fault.
func follow(raw net.Conn, quiet bool, broken func()) *conn {
	c := &conn{connected: time.Now(), answered: make(chan struct{}), ended: make(chan struct{}), raw: raw}
	if quiet {
		c.answer.stage = complete
		close(c.answered)
	}
	go c.read(broken)
	return c
}

func (c *conn) read(broken func()) {
	buffer := make([]byte, readSize)
	for {
		n, err := c.raw.Read(buffer)
		if fault := c.take(buffer[:n], err, time.Now()); fault {
			_ = c.raw.Close()
			broken()
			return
		}
		if err != nil {
			return
		}
		if n == len(buffer) {
			runtime.Gosched() // or servers at full speed would keep the probe from its own steps
		}
	}
}

// take notes what came, and reports whether it has a fault.
func (c *conn) take(data []byte, err error, at time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	before := c.answer.stage
	if len(data) > 0 {
		c.answer.feed(data, at)
	}
	end := driver.Left
	if err != nil {
		end = driver.EndOf(err)
		if end == driver.FIN || end == driver.RST {
			c.answer.finish(at)
		}
	}
	if before != complete && c.answer.stage == complete {
		c.judge()
		close(c.answered)
	}
	if err != nil || c.answer.fault != nil {
		c.end, c.endedAt = end, at
		close(c.ended)
	}
	return c.answer.fault != nil
}

// judge refuses an answer that was there before the request. One that turns the
// client away may be: a server that is full need not read.
func (c *conn) judge() {
	if early := c.sent.IsZero() || c.answer.began.Before(c.sent); early && c.answer.status < 400 {
		c.answer.fail(Unasked, "answers before it is asked, with status %d", c.answer.status)
	}
}

// ask sends the request; until bounds how long the server may take to read it. A
// server that has closed is seen in how the connection ended.
func (c *conn) ask(request []byte, until time.Time) {
	c.mu.Lock()
	c.sent = time.Now()
	c.mu.Unlock()
	_ = c.raw.SetWriteDeadline(until)
	_, _ = c.raw.Write(request)
}

// stop ends reading soon, without waiting for it.
func (c *conn) stop() { _ = c.raw.SetReadDeadline(time.Unix(1, 0)) }

// leave closes the connection.
func (c *conn) leave() { _ = c.raw.Close() }

// port is this side's, 0 where there are none.
func (c *conn) port() int {
	if addr, ok := c.raw.LocalAddr().(*net.TCPAddr); ok {
		return addr.Port
	}
	return 0
}

// fault is what is wrong with what came.
func (c *conn) fault() *Fault {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.answer.fault
}

// outcome is what became of a request.
type outcome struct {
	status int       // 0 without an answer
	end    string    // as Request.End
	at     time.Time // when it was answered, or ended, or zero
	fault  *Fault    // why there is no answer
}

// outcome tells how it stands with the request.
func (c *conn) outcome() outcome {
	c.mu.Lock()
	defer c.mu.Unlock()
	a := &c.answer
	end := ""
	if !c.endedAt.IsZero() {
		end = c.end.String()
	}
	switch {
	case a.fault == nil && a.stage == complete:
		at := a.ended
		if at.Before(c.sent) {
			at = c.sent // refused at once
		}
		return outcome{status: a.status, end: "answered", at: at}
	case a.fault != nil:
		return outcome{end: a.fault.Kind, at: c.endedAt, fault: a.fault}
	case end != "":
		return outcome{end: end, at: c.endedAt, fault: a.missing(end, c.endedAt.Sub(c.sent))}
	}
	o := outcome{end: "no answer"}
	if !c.sent.IsZero() {
		o.fault = a.missing("", time.Since(c.sent))
	}
	if a.came > 0 {
		o.end = Unfinished
	}
	return o
}

// connect makes a connection within dialTime and what ctx leaves.
func (p *prober) connect(ctx context.Context, quiet bool, broken func()) (*conn, error) {
	within, cancel := context.WithTimeout(ctx, dialTime)
	defer cancel()
	began := time.Now()
	raw, err := p.dial(within, p.target.addr)
	switch {
	case err == nil:
		return follow(raw, quiet, broken), nil
	case interrupted(ctx) != nil:
		return nil, interrupted(ctx)
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, syscall.ETIMEDOUT):
		return nil, &Fault{Kind: Unreachable, What: "takes no connection in " + span(time.Since(began).Seconds())}
	case errors.Is(err, syscall.ECONNRESET):
		return nil, &Fault{Kind: Cut, What: "resets the connection without an answer"}
	}
	if errors.Is(err, syscall.ECONNREFUSED) {
		err = syscall.ECONNREFUSED // without the address, which is named already
	}
	return nil, fmt.Errorf("probe: no connection to %s: %w", p.target.addr, err)
}

// dialTCP is how a prober connects outside tests.
func dialTCP(ctx context.Context, addr string) (net.Conn, error) {
	var dialer net.Dialer
	return dialer.DialContext(ctx, "tcp", addr)
}
