package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"strconv"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/server/listen"
	"github.com/target-server/target-server/server/supervisor"
	"github.com/target-server/target-server/stacks"
)

// supervise is a parent of several workers: it binds, they listen.
func supervise(ctx context.Context, cfg config.Config, stack *stacks.Stack, streams Streams) (Ended, error) {
	clock := eventloop.NewSystemClock()
	journal, err := openJournal(cfg, streams, clock)
	if err != nil {
		return Ended{}, err
	}
	log := parentLog{journal}
	socket, err := bind(ctx, cfg)
	if err != nil {
		log.Error("%s", err)
		return Ended{Status: stack.Lifecycle.ParentStartupFailure}, nil
	}
	defer socket.Close()
	addr, err := listen.Addr(int(socket.Fd()))
	if err != nil {
		return Ended{}, err
	}
	log.running(cfg, int(addr.Port()))
	document, err := json.Marshal(cfg)
	if err != nil {
		return Ended{}, fmt.Errorf("worker configuration: %w", err)
	}
	policy := stack.Parent
	if cfg.Respawn {
		policy = policy.Respawning()
	}
	signals, stop := supervisor.Notify(policy)
	defer stop()
	var failed error
	var adminURL string
	parent, err := supervisor.New(supervisor.Options{
		Workers: cfg.Workers, Policy: policy, Spawn: supervisor.Reexec(socket, document), Logger: log, Signals: signals,
		OnReady: func(pids []int) { failed = errors.Join(failed, writeReadyFile(cfg, int(addr.Port()), adminURL, pids)) },
	})
	if err != nil {
		return Ended{}, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if adminURL, err = serveAdmin(ctx, cfg, family{parent}, func(err error) { log.Error("%s", err) }); err != nil {
		return Ended{}, err
	}
	code, err := parent.Run(ctx)
	return Ended{Status: code}, errors.Join(err, failed)
}

// RunWorker is a worker that a parent has started.
func RunWorker(ctx context.Context, streams Streams) (Ended, error) {
	saveMemory()
	child, err := supervisor.Inherit()
	if err != nil {
		return Ended{}, err
	}
	var cfg config.Config
	if err := json.Unmarshal(child.Config(), &cfg); err != nil {
		return Ended{}, fmt.Errorf("worker configuration: %w", err)
	}
	stack, err := stacks.Find(cfg.Stack, cfg.Vintage)
	if err != nil {
		return Ended{}, err
	}
	cfg.Seed += uint64(child.Serial())
	return runChild(ctx, cfg, stack, child, streams)
}

func runChild(ctx context.Context, cfg config.Config, stack *stacks.Stack, child *supervisor.Child, streams Streams) (Ended, error) {
	clock := eventloop.NewSystemClock()
	poller, err := eventloop.NewPoller()
	if err != nil {
		return Ended{}, err
	}
	journal, err := openJournal(cfg, streams, clock)
	if err != nil {
		return Ended{}, err
	}
	w := NewWorker(cfg, stack, clock, poller, journal)
	defer w.journal.Flush()
	supervisor.DefaultActions()
	defer w.watchSignals(ctx)()
	w.Announce()
	listener, err := inherit(child.Listener(), cfg, poller)
	if err != nil {
		return Ended{}, err
	}
	if err := w.Start(listener); err != nil {
		return Ended{}, err
	}
	child.Handle(w.control)
	if err := child.Ready(nil); err != nil {
		return Ended{}, err
	}
	return w.serve()
}

// parentLog is the parent's part of a journal.
type parentLog struct{ journal Journal }

func (p parentLog) Info(format string, args ...any) {
	p.journal.Server(Info, fmt.Sprintf(format, args...))
	p.journal.Flush()
}

func (p parentLog) Error(format string, args ...any) {
	p.journal.Server(Error, fmt.Sprintf(format, args...))
	p.journal.Flush()
}

// running is the line that names the address.
func (p parentLog) running(cfg config.Config, port int) {
	host, _, _ := net.SplitHostPort(cfg.Addr)
	p.Info("Uvicorn running on http://%s (Press CTRL+C to quit)", net.JoinHostPort(shown(host), strconv.Itoa(port)))
}
