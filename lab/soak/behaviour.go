package soak

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"time"
)

// Behaviour is what one client does with one connection. It returns how many requests it sent and what
// was wrong with the answers; if the server ends the connection, the error wraps errCut.
type Behaviour struct {
	Name  string
	Share int // of 100 clients
	do    func(c *client) error
}

// Behaviours lists all behaviours.
func Behaviours() []Behaviour {
	return []Behaviour{
		{"asks once", 20, func(c *client) error { return c.asks(1) }},
		{"sends requests repeatedly", 15, func(c *client) error { return c.asks(2 + c.random.IntN(10)) }},
		{"requests other paths and methods", 5, (*client).asksOtherThings},
		{"pipelines", 10, (*client).pipelines},
		{"sends a body", 8, (*client).sendsBody},
		{"sends byte by byte", 7, (*client).sendsSlowly},
		{"leaves with a FIN", 8, func(c *client) error { return c.leaves(false) }},
		{"leaves with an RST", 8, func(c *client) error { return c.leaves(true) }},
		{"half-closes", 4, (*client).halfCloses},
		{"sends part of a head", 5, func(c *client) error { return c.sends("GET /?id=1 HTT") }},
		{"sends garbage", 5, (*client).sendsGarbage},
		{"says nothing", 5, func(c *client) error { return c.sends("") }},
	}
}

// choose picks one by its share.
func choose(random *rand.Rand) Behaviour {
	n := random.IntN(100)
	for _, b := range Behaviours() {
		if n -= b.Share; n < 0 {
			return b
		}
	}
	return Behaviours()[0]
}

// errCut means that the server ended the connection before its answer.
var errCut = errors.New("cut off")

// client is one connection.
type client struct {
	net.Conn
	answers  *bufio.Reader
	random   *rand.Rand
	requests int
}

const request = "GET /?id=%d HTTP/1.1\r\nHost: soak\r\n\r\n"

func (c *client) say(format string, args ...any) error {
	if _, err := fmt.Fprintf(c, format, args...); err != nil {
		return fmt.Errorf("%w: %w", errCut, err)
	}
	return nil
}

// expect reads an answer.
func (c *client) expect(status int, body string) error {
	answer, err := http.ReadResponse(c.answers, nil)
	if err != nil {
		return fmt.Errorf("%w: %w", errCut, err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	switch {
	case err != nil:
		return fmt.Errorf("%w: %w", errCut, err)
	case answer.StatusCode != status || !strings.Contains(string(text), body):
		return fmt.Errorf("got %s %q, want %d %q", answer.Status, text, status, body)
	}
	return nil
}

// ask sends a request and reads its answer.
func (c *client) ask() error {
	c.requests++
	return errors.Join(c.say(request, c.random.IntN(1000)), c.expect(http.StatusOK, `"hello"`))
}

func (c *client) asks(n int) error {
	for range n {
		if err := c.ask(); err != nil {
			return err
		}
	}
	return nil
}

func (c *client) asksOtherThings() error {
	for _, other := range []struct {
		line, body string
		status     int
	}{
		{"GET /nowhere", "Not Found", http.StatusNotFound},
		{"POST /?id=1", "Method Not Allowed", http.StatusMethodNotAllowed},
		{"GET /", "detail", http.StatusUnprocessableEntity},
		{"GET /openapi.json", "openapi", http.StatusOK},
	} {
		if err := errors.Join(c.say("%s HTTP/1.1\r\nHost: soak\r\n\r\n", other.line), c.expect(other.status, other.body)); err != nil {
			return err
		}
	}
	return nil
}

func (c *client) pipelines() error {
	n := 2 + c.random.IntN(20)
	c.requests += n
	err := c.say("%s", strings.Repeat(fmt.Sprintf(request, n), n))
	for ; n > 0 && err == nil; n-- {
		err = c.expect(http.StatusOK, `"hello"`)
	}
	return err
}

func (c *client) sendsBody() error {
	c.requests++
	size := c.random.IntN(1 << 20)
	err := c.say("GET /?id=1 HTTP/1.1\r\nHost: soak\r\nContent-Length: %d\r\n\r\n", size)
	if err == nil {
		err = c.say("%s", strings.Repeat("x", size))
	}
	return errors.Join(err, c.expect(http.StatusOK, `"hello"`))
}

func (c *client) sendsSlowly() error {
	c.requests++
	for _, b := range fmt.Appendf(nil, request, 1) {
		if err := c.say("%c", b); err != nil {
			return err
		}
		c.pause(2 * time.Millisecond)
	}
	return c.expect(http.StatusOK, `"hello"`)
}

// leaves leaves with requests running, queued or pipelined.
func (c *client) leaves(reset bool) error {
	n := 1 + c.random.IntN(3)
	c.requests += n
	err := c.say("%s", strings.Repeat(fmt.Sprintf(request, n), n))
	c.pause(20 * time.Millisecond)
	if tcp, ok := c.Conn.(*net.TCPConn); ok && reset {
		err = errors.Join(err, tcp.SetLinger(0))
	}
	return err
}

// halfCloses sends a FIN right after a request: Uvicorn then closes too.
func (c *client) halfCloses() error {
	c.requests++
	err := c.say(request, 1)
	if tcp, ok := c.Conn.(*net.TCPConn); ok {
		_ = tcp.CloseWrite()          // fails if the connection has ended
		_, _ = io.Copy(io.Discard, c) // until the connection ends, in whichever way
	}
	return err
}

func (c *client) sends(text string) error {
	err := c.say("%s", text)
	c.pause(50 * time.Millisecond)
	return err
}

func (c *client) sendsGarbage() error {
	garbage := make([]byte, 1+c.random.IntN(512))
	for i := range garbage {
		garbage[i] = byte(c.random.Uint32())
	}
	return c.sends(string(garbage))
}

// pause waits for up to d.
func (c *client) pause(d time.Duration) { time.Sleep(time.Duration(c.random.Int64N(int64(d)))) }
