package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/server/journal"
	"github.com/target-server/target-server/server/listen"
	"github.com/target-server/target-server/server/supervisor"
)

// RunWorker runs this process as a worker that a parent has started. find looks up the stack that the parent has
// chosen.
func RunWorker(ctx context.Context, find func(stack, vintage string) (*Stack, error), streams Streams) (Ended, error) {
	prepare()
	child, err := supervisor.Inherit()
	if err != nil {
		return Ended{}, err
	}
	var cfg config.Config
	if err := json.Unmarshal(child.Config(), &cfg); err != nil {
		return Ended{}, fmt.Errorf("worker configuration: %w", err)
	}
	stack, err := find(cfg.Stack, cfg.Vintage)
	if err != nil {
		return Ended{}, err
	}
	stack.useZone()
	cfg = stack.Seeded(cfg, child.Serial())
	return runChild(ctx, cfg, stack, child, streams)
}

// WorkerSeed is the seed of a worker before which serial others were started: the server's own for the first, and for
// each other one that no small --seed is, so that runs with different seeds have no worker's draws in common.
func WorkerSeed(seed uint64, serial int) uint64 { return seed + uint64(serial)<<32 }

// Seeded returns the configuration of a worker before which serial others were started.
func (s *Stack) Seeded(cfg config.Config, serial int) config.Config {
	if s.Parent.Forks {
		cfg.HashSeed = cfg.Seed
	}
	cfg.Seed = WorkerSeed(cfg.Seed, serial)
	return cfg
}

func runChild(
	ctx context.Context, cfg config.Config, stack *Stack, child *supervisor.Child, streams Streams,
) (Ended, error) {
	w, poller, err := openWorker(cfg, stack, streams)
	if err != nil {
		return Ended{}, err
	}
	w.number = child.Number()
	closeTrace, err := w.openTrace(reportTo(streams.Stderr))
	if err != nil {
		return Ended{}, err
	}
	defer closeTrace()
	defer w.journal.Flush()
	supervisor.DefaultActions(w.life.Signals()...)
	if ignored := supervisor.SignalsNamed(stack.Ignores...); len(ignored) > 0 {
		signal.Ignore(ignored...)
	}
	w.OnBeat(child.Beat)
	child.BeforePong(w.loop.AwaitInterpreter)
	defer w.watchSignals(ctx)()
	w.logSeed()
	w.Announce()
	go dieWithParent(child)
	listener, err := inherit(child.Listener(), cfg, poller)
	switch inUse := errors.Is(err, syscall.EADDRINUSE); {
	case inUse && stack.Loops[cfg.Loop].IgnoresInUse:
		w.life.Begin()
		child.Handle(w.control)
		return w.Serve() // without ever being ready
	case inUse:
		w.cannotListen(err, child.Serial())
		reportIfLogOff(cfg, streams, err)
		return Ended{Status: 1}, nil
	case err != nil:
		return Ended{}, err
	}
	if err := w.Start(listener); err != nil {
		return Ended{}, err
	}
	child.Handle(w.control)
	if err := child.Ready(nil); err != nil {
		return Ended{}, err
	}
	return w.Serve()
}

// cannotListen logs the death of a worker on asyncio when another server has begun to listen between its parent's bind
// and its own start: the failure, the end of its lifespan task, and the end of the process.
func (w *Worker) cannotListen(err error, serial int) {
	failure := "OSError: " + (&listen.Error{Err: err}).Error()
	w.journal.Server(journal.Error, journal.Traceback+failure+journal.During+"asyncio.exceptions.CancelledError\n")
	w.journal.Server(journal.Unnamed, fmt.Sprintf("Process SpawnProcess-%d:\n%s%s", serial+1, journal.Traceback, failure))
}

// dieWithParent kills this process when its parent is killed. Uvicorn's own workers would continue, and
// keep the port.
func dieWithParent(child *supervisor.Child) {
	<-child.ParentKilled()
	self, err := os.FindProcess(os.Getpid())
	if err == nil {
		err = self.Kill()
	}
	if err != nil {
		os.Exit(1)
	}
}
