package pacing

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// load is clients that each ask again as soon as they are answered.
type load struct {
	addr  string
	conns int
	last  time.Duration
	path  string // empty means the article's handler
	// closes: each request has a connection of its own. It has anyway where the server closes.
	closes bool
}

// Seen is what clients saw.
type Seen struct {
	Each   time.Duration // between two answers of the server, over all clients
	Median time.Duration // from sending a request, or from connecting, to its answer
	closed bool          // the server closes the connections
}

// run asks for as long as the load lasts.
func (l load) run(ctx context.Context) (Seen, error) {
	ctx, cancel := context.WithTimeout(ctx, l.last)
	defer cancel()
	all := make([][]time.Duration, l.conns)
	failed := make([]error, l.conns)
	var closed atomic.Bool
	var failures atomic.Int64
	began := time.Now()
	var clients sync.WaitGroup
	for i := range l.conns {
		clients.Go(func() {
			c := client{load: l}
			defer c.leave()
			defer func() { closed.CompareAndSwap(false, c.closed) }()
			for ctx.Err() == nil {
				took, err := c.ask()
				if err != nil { // a server may reset some of its connections
					failed[i] = err
					failures.Add(1)
					c.leave()
					continue
				}
				all[i] = append(all[i], took)
			}
		})
	}
	clients.Wait()
	lasted := time.Since(began)
	times := slices.Concat(all...)
	if n := int(failures.Load()); n > len(times)/10 {
		return Seen{}, fmt.Errorf("%d requests failed and %d did not: %w", n, len(times), errors.Join(failed...))
	}
	if len(times) == 0 {
		return Seen{}, errors.New("no answer in time")
	}
	slices.Sort(times)
	return Seen{Each: lasted / time.Duration(len(times)), Median: times[len(times)/2], closed: !l.closes && closed.Load()}, nil
}

// client is one of them.
type client struct {
	load
	conn   net.Conn
	reader *bufio.Reader
	id     int  // of the next request
	closed bool // by the server
}

// patience is how long an answer may take.
const patience = 20 * time.Second

// ask sends a request and reads its answer.
func (c *client) ask() (time.Duration, error) {
	began := time.Now()
	if err := c.send(); err != nil {
		return 0, err
	}
	answer, err := http.ReadResponse(c.reader, nil)
	if err != nil {
		return 0, fmt.Errorf("answer: %w", err)
	}
	_, err = io.Copy(io.Discard, answer.Body)
	if err = errors.Join(err, answer.Body.Close()); err != nil {
		return 0, fmt.Errorf("answer: %w", err)
	}
	if answer.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("answer: %s", answer.Status)
	}
	took := time.Since(began)
	if answer.Close {
		c.closed = true
		c.leave()
	}
	return took, nil
}

// send sends a request, and connects if it must.
func (c *client) send() error {
	if c.conn == nil {
		conn, err := net.Dial("tcp", c.addr)
		if err != nil {
			return fmt.Errorf("connect: %w", err)
		}
		c.conn, c.reader = conn, bufio.NewReaderSize(conn, 1024)
	}
	path := c.path
	if path == "" {
		path = fmt.Sprintf("/?id=%d", c.id)
	}
	request := "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n"
	if c.closes {
		request += "Connection: close\r\n"
	}
	_ = c.conn.SetDeadline(time.Now().Add(patience))
	if _, err := io.WriteString(c.conn, request+"\r\n"); err != nil {
		return fmt.Errorf("send: %w", err)
	}
	quick(c.conn)
	return nil
}

func (c *client) leave() {
	if c.conn != nil {
		_ = c.conn.Close()
		c.conn = nil
	}
}
