package server

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"sync"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/server/journal"
	"github.com/target-server/target-server/server/listen"
	"github.com/target-server/target-server/server/supervisor"
)

// supervise runs the parent of several workers. The parent binds and the workers listen, except where the parent is a
// master that does both.
func supervise(
	ctx context.Context, cfg config.Config, stack *Stack, reaper *supervisor.Reaper, streams Streams, file *readyFile,
) (Ended, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	adminListener, err := listenAdmin(ctx, cfg)
	if err != nil {
		return Ended{}, err
	}
	clock := eventloop.NewSystemClock()
	log := ParentLog{&sync.Mutex{}, journal.New(cfg, stack.Log, streams.Stdout, streams.Stderr, clock.Now)}
	how := stack.Parent
	if cfg.Respawn {
		how = how.Respawning()
	}
	signals, stop := supervisor.Notify(how.Policy)
	defer stop()
	socket, err := how.open(ctx, cfg, log)
	if err != nil {
		reportIfLogOff(cfg, streams, err)
		return Ended{Status: stack.StartupFailure}, nil
	}
	defer socket.Close()
	addr, err := listen.Addr(int(socket.Fd()))
	if err != nil {
		return Ended{}, err
	}
	if err := beginFiles(cfg, file); err != nil {
		return Ended{}, err
	}
	how.logServing(loggedAddr(cfg, int(addr.Port())), log)
	document, err := json.Marshal(cfg)
	if err != nil {
		return Ended{}, fmt.Errorf("worker configuration: %w", err)
	}
	workers := &workerSet{cfg: cfg, stack: stack, server: describe(cfg, streams.Version)}
	var failed error
	var adminURL string
	parent, err := supervisor.New(supervisor.Options{
		Workers: cfg.Workers, Policy: how.Policy, Spawn: reaper.Track(supervisor.Reexec(socket, document)), Logger: log,
		Signals: signals, Timeout: cfg.Timeout, GracefulTimeout: cfg.GracefulTimeout, Control: how.control(),
		Unlisten: func() { _ = socket.Close() }, Chance: rand.New(rand.NewPCG(cfg.Seed, 1)).Float64,
		OnReady: func(pids []int) {
			workers.refresh()
			if failed = file.publish(int(addr.Port()), adminURL, pids); failed != nil {
				cancel()
			}
		},
	})
	if err != nil {
		return Ended{}, err
	}
	workers.processes, workers.restarts = parent.Workers, parent.Restarts
	adminURL = serveAdmin(ctx, cfg, adminListener, workers, func(err error) { log.Error("%s", err) })
	code, err := parent.Run(ctx)
	if failed != nil {
		return Ended{}, failed
	}
	return Ended{Status: code}, err
}

// open opens the socket that the workers share. It logs a failure.
func (p Parent) open(ctx context.Context, cfg config.Config, log ParentLog) (*os.File, error) {
	if p.Open != nil {
		return p.Open(ctx, cfg, log)
	}
	socket, err := Bind(ctx, cfg)
	if err != nil {
		log.Error("%s", err)
	}
	return socket, err
}

// logServing logs the address that the parent serves.
func (p Parent) logServing(addr string, log ParentLog) {
	switch {
	case p.Serving != nil:
		p.Serving(addr, log)
	case p.Messages.Running != "":
		log.Info(p.Messages.Running, addr)
	}
}

// control is the path of the control socket as the log names it, or empty.
func (p Parent) control() string {
	if p.Control == nil {
		return ""
	}
	return p.Control()
}

// ParentLog is the parent's log. Any goroutine may use it.
type ParentLog struct {
	mu      *sync.Mutex // the admin server reports its failure from its own goroutine
	journal journal.Journal
}

// Info prints a line of level Info.
func (p ParentLog) Info(format string, args ...any) { p.print(journal.Info, format, args) }

// Warning prints a line of level Warning.
func (p ParentLog) Warning(format string, args ...any) { p.print(journal.Warning, format, args) }

// Error prints a line of level Error.
func (p ParentLog) Error(format string, args ...any) { p.print(journal.Error, format, args) }

// Critical prints a line of level Critical.
func (p ParentLog) Critical(format string, args ...any) { p.print(journal.Critical, format, args) }

// Unnamed prints text without a level, as Python prints an uncaught exception.
func (p ParentLog) Unnamed(text string) { p.print(journal.Unnamed, "%s", []any{text}) }

func (p ParentLog) print(level journal.Level, format string, args []any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.journal.Server(level, fmt.Sprintf(format, args...))
	p.journal.Flush()
}
