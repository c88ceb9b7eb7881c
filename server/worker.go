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
)

// Worker is one server process: one loop with all that belongs to it. Its
// methods belong to the loop's goroutine unless they say otherwise.
type Worker struct {
	cfg      config.Config
	stack    *Stack
	loop     *eventloop.Loop
	host     http1.Host
	endpoint http1.Endpoint
	listener *eventloop.Server // nil until there is one
	runtime  modes.Runtime
	mode     modes.Mode
	app      App
	free     free
	journal  journal.Journal
	random   *rand.Rand
	epoch    time.Time // the wall clock at monotonic time 0
	counts   counts
	calls    int      // of the article's program, as its log counts them
	history  *history // nil if nothing is remembered
	pause    pause
	life     Life
	warned   []string // what Python has warned of
	beat     func()   // tells a master that the worker is alive; nil without one
	on       Hooks
	stopping eventloop.Timer
}

// NewWorker makes a worker that a call of Start lets serve. cfg must be valid
// for the stack.
func NewWorker(cfg config.Config, stack *Stack, clock eventloop.Clock, poller eventloop.Poller, log journal.Journal) *Worker {
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
	w.runtime = modes.Runtime{Loop: w.loop, Limiter: limiter.New(tokens(cfg, stack), stack.Order), Threads: modes.NewThreads(pool(cfg, stack))}
	w.runtime.Limiter.SetBound(cfg.Queue)
	w.loop.BeforeWait, w.loop.Random = log.Flush, w.random
	w.app = stack.Apps[cfg.App](w)
	w.host = w.newHost()
	w.endpoint, w.life = stack.Serve(w)
	if cfg.AdminAddr != "" {
		w.Remember(cfg.History)
	}
	return w
}

// newHost is the worker as its connections see it.
func (w *Worker) newHost() http1.Host {
	return http1.Host{
		Handle: w.app.Handle, Log: (*hostLog)(w), KeepAlive: w.cfg.KeepAlive, QueueFull: w.app.QueueFull(),
		MostKept: mostKept, KeepFields: w.cfg.AccessLogFormat != "", Fields: w.stack.Log.Fields,
		Finished: w.finished, Cancelled: w.cancelled, Aborted: w.aborted, Left: w.left,
		Shared: &w.runtime, Random: w.random,
	}
}

// The parts of a worker that its stack uses.

// Config is the worker's settings.
func (w *Worker) Config() config.Config { return w.cfg }

// Loop is its event loop, and Runtime that loop with the threads and their limiter.
func (w *Worker) Loop() *eventloop.Loop { return w.loop }

// Runtime is what its jobs share.
func (w *Worker) Runtime() *modes.Runtime { return &w.runtime }

// Host is the worker as its connections see it.
func (w *Worker) Host() *http1.Host { return &w.host }

// Listener is its share of the listening socket, or nil before Start.
func (w *Worker) Listener() *eventloop.Server { return w.listener }

// Random is its source of chance, which --seed starts.
func (w *Worker) Random() *rand.Rand { return w.random }

// Hooks are what a stack does at moments of a request. Those that are nil do nothing.
type Hooks struct {
	// Threaded is called when a thread other than the main one begins to run a handler.
	Threaded func()
	// Raised is called when a handler has raised an exception, given as Python prints it, that the framework has answered.
	Raised func(exception string)
}

// On sets the hooks. It is for [Stack.Serve].
func (w *Worker) On(h Hooks) { w.on = h }

// OnBeat has beat called whenever the worker tells its master that it is alive. Call it before Start.
func (w *Worker) OnBeat(beat func()) { w.beat = beat }

// Supervised tells whether a master waits for beats.
func (w *Worker) Supervised() bool { return w.beat != nil }

// Beat tells a master that the worker is alive.
func (w *Worker) Beat() {
	if w.beat != nil {
		w.beat()
	}
}

// pool is the stack's threads for an address and a limit.
func pool(cfg config.Config, stack *Stack) modes.Pool {
	p := stack.Threads
	host, port, _ := net.SplitHostPort(cfg.Addr)
	p.Name = strings.ReplaceAll(p.Name, "{address}", strings.TrimPrefix(host+"-"+port, "-"))
	p.Spare = min(p.Spare, tokens(cfg, stack))
	return p
}

// tokens is how many threads there may be.
func tokens(cfg config.Config, stack *Stack) int {
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
	w.life.Begin()
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

// CloseListener takes no further connections.
func (w *Worker) CloseListener() {
	if w.listener == nil { // where somebody else has the address there is none
		return
	}
	if err := w.listener.Close(); err != nil {
		w.journal.Server(journal.Error, err.Error())
	}
}

// WarnOnce logs what Python warns of, the first time; an empty warning is none.
func (w *Worker) WarnOnce(warning string) {
	if warning != "" && !slices.Contains(w.warned, warning) {
		w.warned = append(w.warned, warning)
		w.journal.Server(journal.UnnamedWarning, warning)
	}
}

// Log prints a line of the server itself.
func (w *Worker) Log(level journal.Level, message string) { w.journal.Server(level, message) }

// Info prints one of level Info.
func (w *Worker) Info(format string, args ...any) {
	w.journal.Server(journal.Info, fmt.Sprintf(format, args...))
}

// Run takes the loop's turns until the worker has ended.
func (w *Worker) Run() error { return w.loop.Run() }

// wall is a moment of the loop's clock on the wall's.
func (w *Worker) wall(at time.Duration) time.Time { return w.epoch.Add(at) }

// cancelled is called for every request whose task is cancelled.
func (w *Worker) cancelled(e http1.Exchange) {
	if r := Held(e); r != nil {
		r.Cancel()
	}
}

// aborted is called for every request whose work an exception ends.
func (w *Worker) aborted(e http1.Exchange) {
	if r := Held(e); r != nil {
		r.Abort()
	}
}

// left is called for every running request whose client has left.
func (w *Worker) left(e http1.Exchange) {
	if r := Held(e); r != nil && r.begun {
		r.desert()
	}
}

// finished is told of every request that has ended: those that the program was
// not asked for have a row as well.
func (w *Worker) finished(e http1.Exchange, sent bool) {
	if r := Held(e); r != nil {
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

// hostLog is the worker's journal as its connections see it.
type hostLog Worker

// Access prints an access line.
func (l *hostLog) Access(e http1.Exchange, status int) { l.journal.Access(e, status) }

// Info, Warning and Error print a line of the server itself.
func (l *hostLog) Info(message string)    { l.journal.Server(journal.Info, message) }
func (l *hostLog) Warning(message string) { l.journal.Server(journal.Warning, message) }
func (l *hostLog) Error(message string)   { l.journal.Server(journal.Error, message) }

// Loop prints what the event loop or the interpreter says past the server's log.
func (l *hostLog) Loop(message string) { l.journal.Server(l.stack.Log.Aside, message) }
