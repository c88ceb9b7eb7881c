package admin

import (
	"bufio"
	"context"
	"errors"
	"io"
	"math"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// The address has an eighth of the descriptors, within limits.
func TestSlots(t *testing.T) {
	for descriptors, want := range map[int]int{16: 4, 64: 8, 256: 32, 1024: 128, 1 << 20: 128, math.MaxInt32: 128} {
		if got := Slots(descriptors); got != want {
			t.Errorf("with %d descriptors: %d slots, want %d", descriptors, got, want)
		}
	}
}

// pipes is a listener of pipes.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
}

func (p pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}
func (p pipes) Addr() net.Addr { return &net.TCPAddr{} }
func (p pipes) Close() error   { close(p.closed); return nil }

// house is a server with a number of slots, whose routes a test makes up.
type house struct {
	pipes
	slots  *slots
	server *http.Server
	ended  chan error
}

func open(most int, h http.Handler) *house {
	s := &house{pipes: pipes{make(chan net.Conn), make(chan struct{})}, ended: make(chan error, 1)}
	s.slots = bounded(s.pipes, func() int { return most })
	s.server = &http.Server{Handler: tracked(h), ConnContext: withConn, ReadTimeout: 2 * Patience, WriteTimeout: 2 * Patience}
	go func() { s.ended <- s.server.Serve(s.slots) }()
	return s
}

// connect connects a client that sends this much.
func (s *house) connect(sent string) net.Conn {
	client, server := net.Pipe()
	s.conns <- server
	if sent != "" {
		go io.WriteString(client, sent)
	}
	synctest.Wait()
	return client
}

func (s *house) end(t *testing.T, clients ...net.Conn) {
	t.Helper()
	for _, c := range clients {
		c.Close()
	}
	_ = s.server.Close()
	if err := <-s.ended; !errors.Is(err, http.ErrServerClosed) {
		t.Error(err)
	}
	synctest.Wait()
	if n := len(s.slots.taken); n > 0 {
		t.Errorf("%d slots are taken in the end", n)
	}
}

// status is the status that a client reads, 0 if its connection is closed, or -1 if nothing comes.
func status(c net.Conn) int {
	_ = c.SetReadDeadline(time.Now().Add(time.Millisecond))
	answer, err := http.ReadResponse(bufio.NewReader(c), nil)
	var timeout net.Error
	switch {
	case errors.As(err, &timeout) && timeout.Timeout():
		return -1
	case err != nil:
		return 0
	}
	_, _ = io.Copy(io.Discard, answer.Body)
	return answer.StatusCode
}

const request = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"

// If every slot is taken by a connection without a whole request, a new one replaces the one that has been idle
// longest.
func TestTheLongestIdleIsReplaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(4, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
		clients := []net.Conn{s.connect(""), s.connect(""), s.connect("GET / HTT"), s.connect("")}
		go io.WriteString(clients[0], request)
		if got := status(clients[0]); got != 200 { // now idle again, it is the last to be replaced
			t.Errorf("the first got %d", got)
		}
		synctest.Wait()
		for i, gone := range []int{1, 2, 3, 0} {
			c := s.connect(request)
			if got := status(c); got != 200 {
				t.Errorf("newcomer %d got %d", i, got)
			}
			if got := status(clients[gone]); got != 0 {
				t.Errorf("newcomer %d: client %d got %d, and should be gone", i, gone, got)
			}
			clients = append(clients, c)
		}
		s.end(t, clients...)
	})
}

// A connection keeps its slot while the workers are asked for it, and a new one waits; one that reads its answer slowly
// is replaced.
func TestAnAskingConnectionKeepsItsSlot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		proceed := make(chan struct{})
		s := open(2, http.HandlerFunc(func(rw http.ResponseWriter, req *http.Request) {
			setActivity(req.Context(), asking)
			<-proceed
			setActivity(req.Context(), replying)
			_, _ = rw.Write(make([]byte, 1<<20))
		}))
		first, second := s.connect(request), s.connect(request)
		third := s.connect(request)
		for i, c := range []net.Conn{first, second, third} {
			if got := status(c); got != -1 {
				t.Errorf("client %d got %d", i, got)
			}
		}
		proceed <- struct{}{} // one of the first two gets an answer, and does not read it
		synctest.Wait()
		close(proceed)
		synctest.Wait()
		if got := status(third); got != 200 {
			t.Errorf("the third got %d", got)
		}
		s.end(t, first, second, third)
	})
}

// A connection that does not read an answer that needs no worker, such as openapi.yaml, is replaced too.
func TestAnUnreadAnswerIsReplaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(1, http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { _, _ = rw.Write(make([]byte, 1<<20)) }))
		first := s.connect(request)
		synctest.Wait()
		second := s.connect(request)
		if got := status(second); got != 200 {
			t.Errorf("the second got %d", got)
		}
		s.end(t, first, second)
	})
}

// Closing does not wait for a slot.
func TestCloseWaitsForNoSlot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, leave := context.WithCancel(t.Context())
		s := open(1, http.HandlerFunc(func(_ http.ResponseWriter, req *http.Request) {
			setActivity(req.Context(), asking)
			<-ctx.Done()
		}))
		first := s.connect(request)
		second := s.connect(request)
		_ = s.server.Close()
		synctest.Wait()
		if got := status(second); got != 0 {
			t.Errorf("the one that waits for a slot got %d", got)
		}
		leave()
		if err := <-s.ended; !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
		first.Close()
	})
}
