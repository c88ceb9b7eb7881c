package flood

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/target-server/target-server/lab/soak"
)

const (
	// MostMemory is how much memory, in bytes, a server may use while Crowd clients of one kind attack
	// it.
	MostMemory = 200 << 20
	// Crowd is the number of clients.
	Crowd = 64

	tooMuch = 1 << 30 // after that the clients are disconnected
	look    = 20 * time.Millisecond
)

// Outcome is the effect of a crowd on a server.
type Outcome struct {
	Memory int   // the largest resident memory of its processes, in bytes
	Taken  int64 // bytes that it accepted from the clients
	Calls  int64 // connections that were made
}

// Run starts a server and runs a crowd of one kind against it for a while.
func Run(ctx context.Context, binary string, k Kind, lasts time.Duration, flags ...string) (Outcome, error) {
	running, kill := context.WithCancel(ctx)
	defer kill()
	t, err := soak.Start(running, binary, append(flags, "--sleep=0", "--log-format=off")...)
	if err != nil {
		return Outcome{}, err
	}
	var o Outcome
	err = o.attack(ctx, t, k, lasts)
	kill() // some requests may sleep for hours, and a server that is told to stop waits for them
	return o, errors.Join(err, t.Stop())
}

func (o *Outcome) attack(ctx context.Context, t *soak.Target, k Kind, lasts time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, lasts)
	defer cancel()
	var taken, calls atomic.Int64
	var crowd sync.WaitGroup
	defer func() {
		cancel()
		crowd.Wait()
		o.Taken, o.Calls = taken.Load(), calls.Load()
	}()
	for range Crowd {
		crowd.Go(func() {
			for ctx.Err() == nil {
				calls.Add(1)
				if err := k.visit(ctx, t.Addr, &taken); err != nil {
					return // the server accepts no connections any more: its memory shows why, or the time is over
				}
			}
		})
	}
	for ctx.Err() == nil {
		now, err := t.Memory()
		if err != nil {
			return fmt.Errorf("%s: %w", k.Name, err)
		}
		if o.Memory = max(o.Memory, now); now > tooMuch {
			return nil
		}
		time.Sleep(look)
	}
	return nil
}

// visit is one connection, from connecting to its end, whichever side ends it.
func (k Kind) visit(ctx context.Context, addr string, taken *atomic.Int64) error {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", addr)
	if err != nil {
		return fmt.Errorf("visit: %w", err)
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Now()) })() // pending reads and writes then fail
	if k.Reads {
		go func() { _, _ = io.Copy(io.Discard, conn) }() // ends with the connection
	}
	if err := k.send(conn, taken); err != nil {
		if errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) {
			return nil
		}
		return fmt.Errorf("visit: %w", err)
	}
	<-ctx.Done() // everything is sent, and nothing read
	return nil
}

func (k Kind) send(conn net.Conn, taken *atomic.Int64) error {
	n, err := io.WriteString(conn, k.Opens)
	taken.Add(int64(n))
	for i := 0; err == nil && k.More != nil && (k.Most == 0 || i < k.Most); i++ {
		n, err = io.WriteString(conn, k.More(i))
		taken.Add(int64(n))
	}
	if err == nil && k.Ends {
		return conn.(*net.TCPConn).CloseWrite()
	}
	return err
}
