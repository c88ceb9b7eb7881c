package server

import (
	"fmt"
	"math"
	"math/rand/v2"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/limiter"
	"github.com/target-server/target-server/modes"
	"github.com/target-server/target-server/server/admin"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/journal"
	"github.com/target-server/target-server/server/listen"
	"github.com/target-server/target-server/stacks"
)

// Worker is one server process: one loop with all that belongs to it. Its
// methods belong to the loop's goroutine unless they say otherwise.
type Worker struct {
	cfg      config.Config
	stack    *stacks.Stack
	loop     *eventloop.Loop
	host     http1.Host
	endpoint http1.Endpoint
	listener *eventloop.Server // nil until there is one
	shared   modes.Runtime
	mode     modes.Mode
	app      application
	journal  journal.Journal
	random   *rand.Rand
	epoch    time.Time // the wall clock at monotonic time 0
	counts   counts
	calls    int      // of the article's program, as its log counts them
	history  *history // nil if nothing is remembered
	paused   pause
	life     life
	warned   []string // what Python has warned of
	beat     func()   // tells a master that the worker is alive; nil without one
}

// NewWorker makes a worker that a call of Start lets serve. cfg must be valid
// for the stack.
func NewWorker(cfg config.Config, stack *stacks.Stack, clock eventloop.Clock, poller eventloop.Poller, log journal.Journal) *Worker {
	flavour := stack.Loops[cfg.Loop]
	if flavour.AcceptsPerTurn > 1 {
		flavour.AcceptsPerTurn = cfg.Backlog // asyncio takes as many as its listener's backlog
	}
	w := &Worker{
		cfg: cfg, stack: stack, journal: log, mode: modes.ByName(stack.Modes, cfg.Mode),
		loop:   eventloop.New(flavour, clock, poller),
		random: rand.New(rand.NewPCG(cfg.Seed, 0)),
		epoch:  clock.Now().Add(-clock.Monotonic()),
	}
	w.shared = modes.Runtime{Loop: w.loop, Limiter: limiter.New(tokens(cfg, stack), stack.Order), Threads: modes.NewThreads(pool(cfg, stack))}
	w.shared.Limiter.SetBound(cfg.Queue)
	w.loop.BeforeWait, w.loop.Random = log.Flush, w.random
	w.app = newApplication(w)
	w.host = w.newHost()
	w.endpoint = stack.HTTP[cfg.HTTP].Open(&w.host)
	w.life = newLife(w)
	if cfg.AdminAddr != "" {
		w.Remember(cfg.History)
	}
	return w
}

// newHost is the worker as its connections see it.
func (w *Worker) newHost() http1.Host {
	return http1.Host{
		Handler: w.app, Template: w.app.template(), Log: (*accessLog)(w), KeepAlive: w.cfg.KeepAlive,
		LimitConcurrency: w.cfg.LimitConcurrency, Unavailable: w.stack.Unavailable, QueueFull: w.app.queueFull(),
		MostKept: mostKept, KeepFields: w.cfg.AccessLogFormat != "", Fields: LinesOf(w.stack).Fields, Finished: w.finished, Cancelled: w.cancelled, Left: w.left,
		Shared: &w.shared, Random: w.random,
	}
}

// pool is the stack's threads for an address and a limit.
func pool(cfg config.Config, stack *stacks.Stack) modes.Pool {
	p := stack.Threads
	host, port, _ := net.SplitHostPort(cfg.Addr)
	p.Name = strings.ReplaceAll(p.Name, "{address}", strings.TrimPrefix(host+"-"+port, "-"))
	p.Spare = min(p.Spare, tokens(cfg, stack))
	return p
}

// tokens is how many threads there may be.
func tokens(cfg config.Config, stack *stacks.Stack) int {
	switch {
	case stack.OwnThreads > 0:
		return stack.OwnThreads
	case cfg.Limit == config.Unlimited:
		return math.MaxInt32
	}
	return cfg.Limit
}

// Start serves a listening socket from now on.
func (w *Worker) Start(listener eventloop.Handle) error {
	server, err := w.loop.Serve(listener, w.endpoint.Accept, w.acceptFailed)
	if err != nil {
		return fmt.Errorf("watch the listening socket: %w", err)
	}
	w.listener = server
	w.endpoint.Listening(server)
	w.life.begin()
	return nil
}

// acceptFailed logs that no connection can be taken. uvloop, which sheds, says
// nothing of it, so neither does the native log.
func (w *Worker) acceptFailed(err error, shed bool) {
	switch {
	case !shed && w.loop.Flavour().TellsEachRest:
		w.journal.Server(journal.Unnamed, listen.AcceptRetry(w.loop.Flavour().AcceptRest, err))
	case !shed:
		w.journal.Server(journal.Unnamed, listen.AcceptFailure(int(w.listener.Handle()), w.listener.Local(), w.cfg.Workers > 1, err))
	case w.cfg.LogFormat != "native":
		w.journal.Server(journal.Warning, "whoever comes is accepted and closed: "+err.Error())
	}
}

// closeListener takes no further connections.
func (w *Worker) closeListener() {
	if w.listener == nil { // where somebody else has the address there is none
		return
	}
	if err := w.listener.Close(); err != nil {
		w.journal.Server(journal.Error, err.Error())
	}
}

// warnOnce logs what Python warns of, the first time.
func (w *Worker) warnOnce(warning string) {
	if warning != "" && !slices.Contains(w.warned, warning) {
		w.warned = append(w.warned, warning)
		w.journal.Server(journal.UnnamedWarning, warning)
	}
}

func (w *Worker) info(format string, args ...any) {
	w.journal.Server(journal.Info, fmt.Sprintf(format, args...))
}

// Run takes the loop's turns until the worker has ended.
func (w *Worker) Run() error { return w.loop.Run() }

// wall is a moment of the loop's clock on the wall's.
func (w *Worker) wall(at time.Duration) time.Time { return w.epoch.Add(at) }

// cancelled is told of every request whose task is cancelled.
func (w *Worker) cancelled(e http1.Exchange) {
	if r, held := e.Held().(*request); held {
		r.cancel()
	}
}

// left is told of every request in work whose client has left.
func (w *Worker) left(e http1.Exchange) {
	if r, held := e.Held().(*request); held && r.begun {
		r.desert()
	}
}

// finished is told of every request that has ended: those that the program was
// not asked for have a row as well.
func (w *Worker) finished(e http1.Exchange, sent bool) {
	if r, held := e.Held().(*request); held {
		r.finish(sent)
		return
	}
	if w.history == nil && !w.journal.Rows() {
		return
	}
	now := w.wall(w.loop.Now())
	row := journal.Row{Exchange: e, Status: e.Answer().Status, Arrived: now, Ended: now, Outcome: admin.Answered}
	if !sent {
		row.Status, row.Outcome = 0, admin.ClientLeft
	}
	if w.history != nil {
		m := w.remember(e, "", w.loop.Now())
		row.Tell(m)
		w.history.add(m)
	}
	if w.journal.Rows() {
		w.journal.Row(row)
	}
}

// accessLog is the worker as protocols see it.
type accessLog Worker

// Access is called when the head of an answer is sent.
func (a *accessLog) Access(e http1.Exchange, status int) { a.journal.Access(e, status) }

// Info is called for what Uvicorn says of WebSockets.
func (a *accessLog) Info(message string) { a.journal.Server(journal.Info, message) }

// Loop is called for what the event loop says past Uvicorn's log.
func (a *accessLog) Loop(message string) { a.journal.Server(LinesOf(a.stack).Aside, message) }

// Warning is called for what Uvicorn warns of.
func (a *accessLog) Warning(message string) { a.journal.Server(journal.Warning, message) }

// Error is called for what Uvicorn logs of an application that failed.
func (a *accessLog) Error(message string) { a.journal.Server(journal.Error, message) }
