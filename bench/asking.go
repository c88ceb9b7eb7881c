package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
)

// keepAsking sends n requests over several connections, each of which sends the next request when the
// previous one is answered. The targets are requested in turn.
func keepAsking(ctx context.Context, addr string, clients, n int, targets ...string) error {
	requests := make([][]byte, len(targets))
	for i, target := range targets {
		requests[i] = fmt.Appendf(nil, "GET %s HTTP/1.1\r\nHost: localhost:8080\r\nUser-Agent: bench\r\n\r\n", target)
	}
	group, going := errgroup.WithContext(ctx)
	var asked atomic.Int64
	next := func() []byte {
		k := int(asked.Add(1))
		if k > n || going.Err() != nil {
			return nil
		}
		return requests[k%len(requests)]
	}
	for i := range clients {
		group.Go(func() error {
			if err := askAll(next, addr); err != nil {
				return fmt.Errorf("client %d: %w", i, err)
			}
			return nil
		})
	}
	return errors.Join(group.Wait(), ctx.Err())
}

// askAll is one connection, which requests what next returns. It checks answers only as far as needed
// to tell right from wrong, because the client shares the machine with the server.
func askAll(next func() []byte, addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	answer := make([]byte, 4096)
	for request := next(); request != nil; request = next() {
		if _, err := conn.Write(request); err != nil {
			return err
		}
		for n := 0; !bytes.HasSuffix(answer[:n], []byte(`"hello"`)); {
			read, err := conn.Read(answer[n:])
			if err != nil {
				return err
			}
			n += read
			if !bytes.HasPrefix(answer[:n], []byte("HTTP/1.1 200 OK\r\n")) {
				return fmt.Errorf("the answer is %q", answer[:n])
			}
		}
	}
	return nil
}
