package sequences

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"syscall"

	"github.com/target-server/target-server/lab/driver"
	"github.com/target-server/target-server/lab/facts"
)

// Start starts a server, and returns it with its port.
type Start func(context.Context) (*driver.Process, int, error)

// house is a server that is started again whenever it has ended.
type house struct {
	start Start
	mu    sync.Mutex
	run   server
	ends  []string // how it ended, each time
}

// server is a server that runs, and how to reach it.
type server struct {
	*driver.Process
	port int
	norm facts.Normaliser
}

// server returns the server that runs, which it starts if need be.
func (h *house) server(ctx context.Context) (server, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	err := h.ensure(ctx)
	return h.run, err
}

// dial connects to it.
func (s server) dial(ctx context.Context) (*driver.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, dialTime)
	defer cancel()
	return driver.Dial(ctx, fmt.Sprintf("127.0.0.1:%d", s.port))
}

func (h *house) ensure(ctx context.Context) error {
	if h.run.Process != nil {
		return nil
	}
	process, port, err := h.start(ctx)
	if err == nil {
		h.run = server{process, port, facts.NewNormaliser(port, nil)}
	}
	return err
}

// refused notes how a server that refuses connections has ended, which may take a moment, and makes room for another.
func (h *house) refused(by server) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.run.Process != by.Process { // another one has been started already
		return nil
	}
	exit, ended := h.run.AwaitExit(endTime)
	if !ended {
		exit.Text = "it refused connections and did not end"
	}
	h.ends = append(h.ends, exit.Text)
	return h.close()
}

// close ends the server.
func (h *house) close() error {
	if h.run.Process == nil {
		return nil
	}
	err := h.run.Kill()
	h.run = server{}
	return err
}

// converse plays pieces on a connection of its own. If the server has ended, it is started again.
func (h *house) converse(ctx context.Context, pieces []string) (Outcome, error) {
	var failed error
	for range dialTries {
		run, err := h.server(ctx)
		if err != nil {
			return Outcome{}, err
		}
		conn, err := run.dial(ctx)
		if err == nil {
			return Converse(conn, pieces, run.norm), nil
		}
		if ctx.Err() != nil {
			return Outcome{}, ctx.Err()
		}
		failed = errors.Join(failed, err)
		if errors.Is(err, syscall.ECONNREFUSED) {
			failed = errors.Join(failed, h.refused(run))
		}
	}
	return Outcome{}, failed
}
