package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/signal"
	"sync"
	"syscall"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/server/journal"
	"github.com/target-server/target-server/server/listen"
	"github.com/target-server/target-server/server/supervisor"
	"github.com/target-server/target-server/stacks"
)

// supervise is a parent of several workers: it binds, they listen, unless it is a
// master that does both.
func supervise(
	ctx context.Context, cfg config.Config, stack *stacks.Stack, reaper *supervisor.Reaper, streams Streams, file *readyFile,
) (Ended, error) {
	clock := eventloop.NewSystemClock()
	log := parentLog{&sync.Mutex{}, journal.New(cfg, LinesOf(stack), streams.Stdout, streams.Stderr, clock.Now)}
	policy := stack.Parent
	if cfg.Respawn {
		policy = policy.Respawning()
	}
	signals, stop := supervisor.Notify(policy)
	defer stop()
	socket, err := openShared(ctx, cfg, policy, log)
	if err != nil {
		sayIfSilent(cfg, streams, err)
		return Ended{Status: stack.Lifecycle.StartupFailure}, nil
	}
	defer socket.Close()
	addr, err := listen.Addr(int(socket.Fd()))
	if err != nil {
		return Ended{}, err
	}
	if err := file.clear(); err != nil {
		return Ended{}, err
	}
	sayRunning(cfg, policy, int(addr.Port()), log)
	document, err := json.Marshal(cfg)
	if err != nil {
		return Ended{}, fmt.Errorf("worker configuration: %w", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	workers := &family{}
	var failed error
	var adminURL string
	parent, err := supervisor.New(supervisor.Options{
		Workers: cfg.Workers, Policy: policy, Spawn: reaper.Minding(supervisor.Reexec(socket, document)), Logger: log,
		Signals: signals, Timeout: cfg.Timeout, GracefulTimeout: cfg.GracefulTimeout, Control: controlSocket(),
		Unlisten: func() { _ = socket.Close() }, Chance: rand.New(rand.NewPCG(cfg.Seed, 1)).Float64,
		OnReady: func(pids []int) {
			workers.remind()
			if failed = file.publish(int(addr.Port()), adminURL, pids); failed != nil {
				cancel()
			}
		},
	})
	if err != nil {
		return Ended{}, err
	}
	workers.all = parent.Workers
	admin, err := listenAdmin(ctx, cfg)
	if err != nil {
		return Ended{}, err
	}
	adminURL = serveAdmin(ctx, cfg, admin, workers, func(err error) { log.Error("%s", err) })
	code, err := parent.Run(ctx)
	if failed != nil {
		return Ended{}, failed
	}
	return Ended{Status: code}, err
}

// RunWorker is a worker that a parent has started.
func RunWorker(ctx context.Context, streams Streams) (Ended, error) {
	prepare()
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
	w, poller, err := openWorker(cfg, stack, streams)
	if err != nil {
		return Ended{}, err
	}
	defer w.journal.Flush()
	supervisor.DefaultActions(w.life.signals()...)
	if ignored := supervisor.SignalsNamed(stack.Lifecycle.Ignores...); len(ignored) > 0 {
		signal.Ignore(ignored...)
	}
	w.OnBeat(child.Beat)
	defer w.watchSignals(ctx)()
	w.sayWhatIsRandom()
	w.Announce()
	go endWith(child)
	listener, err := inherit(child.Listener(), cfg, poller)
	switch inUse := errors.Is(err, syscall.EADDRINUSE); {
	case inUse && stack.Loops[cfg.Loop].IgnoresInUse:
		w.life.begin()
		child.Handle(w.control)
		return w.Serve() // ready it never is
	case inUse:
		w.cannotListen(err, child.Serial())
		sayIfSilent(cfg, streams, err)
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

// cannotListen logs what a worker on asyncio dies of where another server has
// begun to listen between its parent's bind and its own start: the failure, the
// end of its lifespan task, and the end of the process.
func (w *Worker) cannotListen(err error, serial int) {
	failure := "OSError: " + (&listen.Error{Err: err}).Error()
	w.journal.Server(journal.Error, journal.Traceback+failure+journal.During+"asyncio.exceptions.CancelledError\n")
	w.journal.Server(journal.Unnamed, fmt.Sprintf("Process SpawnProcess-%d:\n%s%s", serial+1, journal.Traceback, failure))
}

// endWith ends this process as its parent was ended: killed. Uvicorn's workers
// would serve on and keep the port.
func endWith(child *supervisor.Child) {
	<-child.Bereft()
	self, err := os.FindProcess(os.Getpid())
	if err == nil {
		err = self.Kill()
	}
	if err != nil {
		os.Exit(1)
	}
}

// parentLog is the parent's part of a journal.
type parentLog struct {
	mu      *sync.Mutex // the admin address reports its end from a goroutine of its own
	journal journal.Journal
}

func (p parentLog) Info(format string, args ...any)     { p.say(journal.Info, format, args) }
func (p parentLog) Warning(format string, args ...any)  { p.say(journal.Warning, format, args) }
func (p parentLog) Error(format string, args ...any)    { p.say(journal.Error, format, args) }
func (p parentLog) Critical(format string, args ...any) { p.say(journal.Critical, format, args) }

func (p parentLog) say(level journal.Level, format string, args []any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.journal.Server(level, fmt.Sprintf(format, args...))
	p.journal.Flush()
}
