package attack

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Tally counts what an attack did.
type Tally struct {
	Rounds, Conversations, Connections, Requests int64
	Steps                                        map[Kind]int64
}

// Add adds another tally.
func (t *Tally) Add(other Tally) {
	if t.Steps == nil {
		t.Steps = map[Kind]int64{}
	}
	t.Rounds += other.Rounds
	t.Conversations += other.Conversations
	t.Connections += other.Connections
	t.Requests += other.Requests
	for kind, n := range other.Steps {
		t.Steps[kind] += n
	}
}

// stage is a round in progress.
type stage struct {
	*victim
	mu       sync.Mutex
	tally    Tally
	findings []Finding
	ends     bool // the server may end in the round
	stays    int  // descriptors that may stay open because the real server keeps them
}

// did counts a step.
func (s *stage) did(step Step, requests int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tally.Steps[step.Kind]++
	s.tally.Requests += int64(requests)
}

// connected counts a connection.
func (s *stage) connected() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tally.Connections++
}

// longestPlay bounds a round; no single step waits that long.
const longestPlay = 20 * time.Second

// play runs every actor's steps, and returns when the last is done.
func (s *stage) play(ctx context.Context, r Round) {
	ctx, cancel := context.WithTimeout(ctx, longestPlay)
	defer cancel()
	s.tally.Steps = map[Kind]int64{}
	var all sync.WaitGroup
	for _, a := range r.Actors {
		all.Go(func() {
			if !sleep(ctx, a.At) {
				return
			}
			if strings.HasPrefix(a.ID, "c") {
				s.converse(ctx, a)
				return
			}
			for _, step := range a.Steps {
				s.operate(ctx, step)
			}
		})
	}
	all.Wait()
	s.tally.Rounds, s.tally.Conversations = 1, int64(len(r.Actors))
}

// sleep reports false if ctx ends first.
func sleep(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}

// converse plays one client's connection.
func (s *stage) converse(ctx context.Context, a Actor) {
	dialer := net.Dialer{Timeout: 2 * time.Second}
	if a.Small {
		dialer.Control = smallBuffer
	}
	address := s.address
	if a.To == Admin {
		address = strings.TrimPrefix(s.admin, "http://")
	}
	conn, err := dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return // a server that is ending refuses, and with a full backlog there is no reply
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	s.connected()
	for _, step := range a.Steps {
		requests := do(ctx, conn.(*net.TCPConn), step)
		s.did(step, requests)
	}
}

// smallBuffer makes the receive buffer as small as the kernel allows, before the handshake announces
// its size.
func smallBuffer(_, _ string, raw syscall.RawConn) error {
	var failed error
	err := raw.Control(func(fd uintptr) { failed = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_RCVBUF, 1) })
	return errors.Join(err, failed)
}

// sendTime is how long a write may wait for a server that does not read.
const sendTime = 300 * time.Millisecond

// do runs one step of a client, and returns how many requests it sent. Errors are ignored: the server
// may have closed the connection.
func do(ctx context.Context, conn *net.TCPConn, step Step) (requests int) {
	deadline := time.Now().Add(step.For)
	switch step.Kind {
	case Send, Frames:
		_ = conn.SetWriteDeadline(time.Now().Add(sendTime))
		_, _ = conn.Write([]byte(step.Text))
		return step.Requests
	case Trickle:
		trickle(ctx, conn, step)
		return step.Requests
	case Flood:
		_ = conn.SetWriteDeadline(deadline)
		for err := error(nil); err == nil; { // the number of accepted requests is not counted
			_, err = conn.Write([]byte(step.Text))
		}
	case Read:
		_ = conn.SetReadDeadline(deadline)
		buffer := make([]byte, 1<<16)
		for n, err := conn.Read(buffer); err == nil && n > 0; n, err = conn.Read(buffer) {
		}
	case Sip:
		_ = conn.SetReadDeadline(deadline)
		buffer := make([]byte, 7)
		for _, err := conn.Read(buffer); err == nil && sleep(ctx, 2*time.Millisecond); _, err = conn.Read(buffer) {
		}
	case Pause:
		sleep(ctx, step.For)
	case HalfClose:
		_ = conn.CloseWrite()
	case Reset:
		_ = conn.SetLinger(0)
		_ = conn.Close()
	case Close:
		_ = conn.Close()
	}
	return 0
}

// trickle sends a text in pieces of about equal size.
func trickle(ctx context.Context, conn *net.TCPConn, step Step) {
	size := max(1, len(step.Text)/max(1, step.Pieces))
	_ = conn.SetWriteDeadline(time.Now().Add(sendTime))
	for text := step.Text; text != ""; {
		n := min(size, len(text))
		if _, err := conn.Write([]byte(text[:n])); err != nil || !sleep(ctx, time.Millisecond) {
			return
		}
		text = text[n:]
	}
}

// operate runs one step of an operator.
func (s *stage) operate(ctx context.Context, step Step) {
	switch step.Kind {
	case Ask:
		s.command(ctx, step.Text)
	case Signal:
		s.signal(step)
	case HoldLog:
		s.log.Lock()
		sleep(ctx, step.For)
		s.log.Unlock()
	default:
		sleep(ctx, step.For)
	}
	s.did(step, 0)
}

// signal sends a signal to the first process, or to a worker.
func (s *stage) signal(step Step) {
	pid := s.pid()
	if step.Worker > 0 {
		var workers []int
		for _, p := range group(s.pid()) {
			if p.parent == s.pid() && p.state != "Z" {
				workers = append(workers, p.pid)
			}
		}
		if len(workers) == 0 {
			return
		}
		pid = workers[(step.Worker-1)%len(workers)]
	}
	number := unix.SignalNum("SIG" + step.Text)
	if step.Worker == 0 {
		switch step.Text {
		case "STOP", "TTIN", "TTOU":
			s.stopped.Add(1)
		case "CONT":
			defer s.stopped.Store(0)
		}
	}
	_ = unix.Kill(pid, number) // it may have ended
}
