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

// A port has whatever share it has of the descriptors, in any process.
func TestPlaces(t *testing.T) {
	for descriptors, want := range map[int]int{16: 4, 64: 8, 256: 32, 1024: 128, 1 << 20: 128, math.MaxInt32: 128} {
		if got := Places(descriptors); got != want {
			t.Errorf("with %d descriptors: %d places, want %d", descriptors, got, want)
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

// house is a server with so many places, and what its routes do.
type house struct {
	pipes
	places *places
	server *http.Server
	ended  chan error
}

func open(most int, h http.Handler) *house {
	s := &house{pipes: pipes{make(chan net.Conn), make(chan struct{})}, ended: make(chan error, 1)}
	s.places = bounded(s.pipes, func() int { return most })
	s.server = &http.Server{Handler: placed(h), ConnContext: withPlace}
	go func() { s.ended <- s.server.Serve(s.places) }()
	return s
}

// come connects, and says this much.
func (s *house) come(said string) net.Conn {
	client, server := net.Pipe()
	s.conns <- server
	if said != "" {
		go io.WriteString(client, said)
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
	if n := len(s.places.taken); n > 0 {
		t.Errorf("%d places are taken in the end", n)
	}
}

// status is that of the answer a client reads, 0 if its connection is closed and -1 if it hears nothing.
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

// With every place taken by one who says nothing, or not all, or nothing more, who comes has the place of the one who
// has been so longest.
func TestTheLongestIdleGivesWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(4, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
		clients := []net.Conn{s.come(""), s.come(""), s.come("GET / HTT"), s.come("")}
		go io.WriteString(clients[0], request)
		if got := status(clients[0]); got != 200 { // and is idle from now on: the last to go
			t.Errorf("the first got %d", got)
		}
		synctest.Wait()
		for i, gone := range []int{1, 2, 3, 0} {
			c := s.come(request)
			if got := status(c); got != 200 {
				t.Errorf("newcomer %d got %d", i, got)
			}
			if got := status(clients[gone]); got != 0 {
				t.Errorf("newcomer %d: client %d hears %d, and should be gone", i, gone, got)
			}
			clients = append(clients, c)
		}
		s.end(t, clients...)
	})
}

// Those for whom the workers are asked keep their places, and who comes waits; one that reads its answer slowly gives way.
func TestWhoIsAskedForKeepsItsPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		goOn := make(chan struct{})
		s := open(2, http.HandlerFunc(func(rw http.ResponseWriter, req *http.Request) {
			now(req.Context(), asking)
			<-goOn
			now(req.Context(), replying)
			_, _ = rw.Write(make([]byte, 1<<20))
		}))
		first, second := s.come(request), s.come(request)
		third := s.come(request)
		for i, c := range []net.Conn{first, second, third} {
			if got := status(c); got != -1 {
				t.Errorf("client %d hears %d", i, got)
			}
		}
		goOn <- struct{}{} // one of the first two is answered, and reads nothing
		synctest.Wait()
		close(goOn)
		synctest.Wait()
		if got := status(third); got != 200 {
			t.Errorf("the third got %d", got)
		}
		s.end(t, first, second, third)
	})
}

// One who does not read an answer for which no worker is asked, such as the document, gives way too.
func TestWhoReadsNothingGivesWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(1, http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { _, _ = rw.Write(make([]byte, 1<<20)) }))
		first := s.come(request)
		synctest.Wait()
		second := s.come(request)
		if got := status(second); got != 200 {
			t.Errorf("the second got %d", got)
		}
		s.end(t, first, second)
	})
}

// The end does not wait for a place.
func TestTheEndWaitsForNoPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, leave := context.WithCancel(t.Context())
		s := open(1, http.HandlerFunc(func(_ http.ResponseWriter, req *http.Request) {
			now(req.Context(), asking)
			<-ctx.Done()
		}))
		first := s.come(request)
		second := s.come(request)
		_ = s.server.Close()
		synctest.Wait()
		if got := status(second); got != 0 {
			t.Errorf("who waits for a place hears %d", got)
		}
		leave()
		if err := <-s.ended; !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
		first.Close()
	})
}
