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

// keepAsking sends n requests over some connections, each of which asks again
// when it is answered.
func keepAsking(ctx context.Context, addr string, clients, n int) error {
	group, going := errgroup.WithContext(ctx)
	var asked atomic.Int64
	more := func() bool { return asked.Add(1) <= int64(n) && going.Err() == nil }
	for i := range clients {
		group.Go(func() error {
			if err := askWhile(more, addr, i); err != nil {
				return fmt.Errorf("client %d: %w", i, err)
			}
			return nil
		})
	}
	return errors.Join(group.Wait(), ctx.Err())
}

// askWhile is one connection. It looks at the answers just enough to tell right
// from wrong: the client shares the machine with the server.
func askWhile(more func() bool, addr string, id int) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	request := fmt.Appendf(nil, "GET /?id=%d HTTP/1.1\r\nHost: localhost:8080\r\nUser-Agent: bench\r\n\r\n", id)
	answer := make([]byte, 4096)
	for more() {
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
