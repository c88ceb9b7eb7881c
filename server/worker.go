package server

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"net"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/connections"
	"github.com/target-server/target-server/distribution"
	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/limiter"
	"github.com/target-server/target-server/modes"
	"github.com/target-server/target-server/pace"
	"github.com/target-server/target-server/server/admin"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/journal"
	"github.com/target-server/target-server/server/listen"
)

// Worker is one server process: an event loop and everything that runs on it. Its methods belong to the loop's
// goroutine unless they say otherwise.
type Worker struct {
	cfg      config.Config
	number   int // of the worker, from 1: see supervisor.Place
	stack    *Stack
	loop     *eventloop.Loop
	host     http1.Host
	endpoint http1.Endpoint
	listener *eventloop.Server // nil before Start
	runtime  modes.Runtime
	mode     modes.Mode          // of the article's handler
	def      modes.Mode          // of a program's functions
	async    modes.Mode          // and coroutines
	pools    []*connections.Pool // of the program, in its order
	app      App
	free     free
	meter    *pace.Meter // nil without --pace
	journal  journal.Journal
	address  atomic.Pointer[string]                    // where it listens, host:port; nil before Start. Any goroutine may read it
	sleep    atomic.Pointer[distribution.Distribution] // of the article's handler. Any goroutine may read or change it
	serving  atomic.Pointer[eventloop.Server]          // the listener, for other goroutines
	random   *rand.Rand
	draws    *rand.Rand
	epoch    time.Time // the wall clock at monotonic time 0
	counts   counts
	counter  int         // handlers started, as the article's program counts them in its log
	calls    *calls      // nil if they are not observed
	history  *history    // nil if requests are not remembered
	trace    traceWriter // nil without a trace
	rows     *tracedRows // the trace, if it is one of rows
	row      journal.Row // of the request that ends now
	pause    pause
	life     Life
	warned   []string // the warnings that Python has printed
	beat     func()   // sends a heartbeat to the master; nil without one
	atEnd    func(admin.Statistics, []admin.Request)
	hooks    Hooks
	stopping eventloop.Timer // of StopWhenThreadsEnd
}

// NewWorker makes a worker; Start makes it serve. cfg must be valid for the stack.
func NewWorker(
	cfg config.Config, stack *Stack, clock eventloop.Clock, poller eventloop.Poller, log journal.Journal,
) *Worker {
	flavour := stack.Loops[cfg.Loop]
	if flavour.AcceptsPerTurn > 1 {
		flavour.AcceptsPerTurn = cfg.Backlog // asyncio accepts as many as its listener's backlog
	}
	w := &Worker{
		cfg: cfg, number: 1, stack: stack, journal: log, mode: modes.ByName(stack.Modes, cfg.Mode),
		loop:   eventloop.New(flavour, clock, poller),
		random: rand.New(rand.NewPCG(cfg.Seed, 0)),
		draws:  rand.New(rand.NewPCG(cfg.Seed, 2)),
		epoch:  clock.Now().Add(-clock.Monotonic()),
	}
	w.runtime = modes.Runtime{
		Loop:    w.loop,
		Limiter: limiter.New(tokens(cfg, stack), stack.Order),
		Threads: modes.NewThreads(pool(cfg, stack)), Alone: stack.Alone,
	}
	w.runtime.Limiter.SetBound(cfg.Queue)
	w.loop.BeforeWait, w.loop.Random = w.beforeWait, w.random
	w.def, w.async = modes.ByName(stack.Modes, "threadpool"), modes.ByName(stack.Modes, "cooperative")
	if cfg.Program != nil {
		if cfg.Program.Burn {
			w.loop.Burn()
		}
		version := &connections.V219
		if cfg.Vintage == config.Vintage202303 {
			version = &connections.V207
		}
		for _, r := range cfg.Program.Routes {
			w.counts.serves(r.Name())
		}
		for _, f := range cfg.Program.Static {
			w.counts.serves(f.Path)
		}
		for _, p := range cfg.Program.Pools {
			w.pools = append(w.pools, connections.New(version, p.Name, p.Size, p.Overflow, p.Timeout))
		}
	}
	w.keepPace()
	w.app = stack.Apps[cfg.App](w)
	w.host = w.newHost()
	w.endpoint, w.life = stack.Serve(w)
	w.sleep.Store(&cfg.Sleep)
	if cfg.AdminAddr != "" {
		w.Remember(cfg.History)
		w.Observed(nil)
		w.measure()
	}
	return w
}

// beforeWait writes what the turn has to tell.
func (w *Worker) beforeWait() {
	w.journal.Flush()
	if w.trace != nil {
		w.trace.flush()
	}
}

// wantsRows reports whether the rows of requests are written anywhere.
func (w *Worker) wantsRows() bool { return w.journal.Rows() || w.rows != nil || w.calls.tells() }

// newHost is the worker as its connections see it.
func (w *Worker) newHost() http1.Host {
	return http1.Host{
		Handle: w.handle(), Log: (*hostLog)(w), KeepAlive: w.cfg.KeepAlive, QueueFull: w.app.QueueFull(),
		MaxBuffered: maxBuffered, KeepFields: w.cfg.AccessLogFormat != "", Fields: w.stack.Log.Fields,
		Refused: w.refuse, Finished: w.finished, Cancelled: w.cancelled, Aborted: w.aborted, ClientLeft: w.clientLeft,
		Shared: &w.runtime, Random: w.random,
	}
}

// Config is the worker's settings.
func (w *Worker) Config() config.Config { return w.cfg }

// Number is the worker's, from 1.
func (w *Worker) Number() int { return w.number }

// Loop is the worker's event loop.
func (w *Worker) Loop() *eventloop.Loop { return w.loop }

// Runtime is the loop with the threads and their limiter, which all jobs of a mode share.
func (w *Worker) Runtime() *modes.Runtime { return &w.runtime }

// Host is the worker as its connections see it.
func (w *Worker) Host() *http1.Host { return &w.host }

// Listener is the worker's share of the listening socket, or nil before Start.
func (w *Worker) Listener() *eventloop.Server { return w.listener }

// Random is the worker's random source, seeded by --seed.
func (w *Worker) Random() *rand.Rand { return w.random }

// HashSeed stands for the hash seed of the process, which decides the order of Python's sets of texts.
func (w *Worker) HashSeed() uint64 { return cmp.Or(w.cfg.HashSeed, w.cfg.Seed) }

// Draws is the random source of the program's work, seeded by --seed too. It is a source of its own because what the loop
// takes from Random depends on timing: so the n-th request of a worker draws the same duration in each run.
func (w *Worker) Draws() *rand.Rand { return w.draws }

// Hooks are called at certain moments of a request. Nil hooks do nothing.
type Hooks struct {
	// StartedInThread is called when a thread other than the main one starts to run a handler.
	StartedInThread func()
}

// SetHooks sets the hooks. It is for [Stack.Serve].
func (w *Worker) SetHooks(h Hooks) { w.hooks = h }

// OnBeat sets what sends a heartbeat to the worker's master. Call it before Start.
func (w *Worker) OnBeat(beat func()) { w.beat = beat }

// Beat sends a heartbeat to the master, if there is one.
func (w *Worker) Beat() {
	if w.beat != nil {
		w.beat()
	}
}

// pool is the stack's thread pool, for the address and limit in cfg.
func pool(cfg config.Config, stack *Stack) modes.Pool {
	p := stack.Threads
	host, port, _ := net.SplitHostPort(cfg.Addr)
	p.Name = strings.ReplaceAll(p.Name, "{address}", strings.TrimPrefix(host+"-"+port, "-"))
	p.Spare = min(p.Spare, tokens(cfg, stack))
	return p
}

// tokens is how many threads may run at once.
func tokens(cfg config.Config, stack *Stack) int {
	switch {
	case stack.OwnThreads > 0:
		return stack.OwnThreads
	case cfg.Limit == config.Unlimited:
		return math.MaxInt32
	}
	return cfg.Limit
}

// Start makes the worker serve a listening socket.
func (w *Worker) Start(listener eventloop.Handle) error {
	server, err := w.loop.Serve(listener, w.accept(), w.acceptFailed)
	if err != nil {
		return fmt.Errorf("watch the listening socket: %w", err)
	}
	w.listener = server
	address := server.Local().String()
	w.address.Store(&address)
	w.serving.Store(server)
	w.endpoint.Listening(server)
	w.life.Begin()
	return nil
}

// acceptFailed logs that no connection can be accepted, unless the worker's life does. uvloop, which sheds load, does not
// report it, so neither does the native log.
func (w *Worker) acceptFailed(err error, shed bool) {
	if l, ok := w.life.(NotAccepting); ok {
		l.NotAccepted(err)
		return
	}
	switch {
	case !shed && w.loop.Flavour().TellsEachRest:
		w.journal.Server(journal.Unnamed, listen.AcceptRetry(w.loop.Flavour().AcceptRest, err))
	case !shed:
		failure := listen.AcceptFailure(int(w.listener.Handle()), w.listener.Local(), w.cfg.Workers > 1, err)
		w.journal.Server(journal.Unnamed, failure)
	case w.cfg.LogFormat != "native":
		w.journal.Server(journal.Warning, "new connections are accepted and closed: "+err.Error())
	}
}

// CloseListener stops accepting connections.
func (w *Worker) CloseListener() {
	if w.listener == nil { // without Start, because the address is in use
		return
	}
	if err := w.listener.Close(); err != nil {
		w.journal.Server(journal.Error, err.Error())
	}
}

// WarnOnce logs a warning of Python's the first time it comes. It does nothing if the warning is empty.
func (w *Worker) WarnOnce(warning string) {
	if warning != "" && !slices.Contains(w.warned, warning) {
		w.warned = append(w.warned, warning)
		w.journal.Server(journal.UnnamedWarning, warning)
	}
}

// Log prints a line of the server itself.
func (w *Worker) Log(level journal.Level, message string) { w.journal.Server(level, message) }

// Info prints a line of level Info.
func (w *Worker) Info(format string, args ...any) {
	w.journal.Server(journal.Info, fmt.Sprintf(format, args...))
}

// Run runs the loop until the worker has ended.
func (w *Worker) Run() error { return w.loop.Run() }

// wall converts a time of the loop's clock to the wall clock.
func (w *Worker) wall(at time.Duration) time.Time { return w.epoch.Add(at) }

// cancelled is called for every request whose task is cancelled.
func (w *Worker) cancelled(e http1.Exchange) {
	if r := Held(e); r != nil {
		r.Cancel()
	}
}

// aborted is called for every request whose handler an exception ends.
func (w *Worker) aborted(e http1.Exchange) {
	if r := Held(e); r != nil {
		r.Abort()
	}
}

// clientLeft is called for every request whose client has left before its answer.
func (w *Worker) clientLeft(e http1.Exchange) {
	if r := Held(e); r != nil && (r.phase == phaseAccepted || r.phase == phaseSending) {
		r.noteClientLeft()
	}
}

// finished is called for every request that has ended. Requests that the app answered without its handler have a row
// too.
func (w *Worker) finished(e http1.Exchange, sent bool) {
	if r := Held(e); r != nil {
		r.finish(sent)
		return
	}
	w.counts.answeredByFramework(e.Answer().Status, sent)
	if w.history == nil && !w.journal.Rows() && w.trace == nil {
		return
	}
	at := w.loop.Now()
	now := w.wall(at)
	row := journal.Row{Exchange: e, Status: e.Answer().Status, Arrived: now, Ended: now, Outcome: admin.Answered}
	if !sent {
		row.Status, row.Outcome, row.ClientLeft = 0, admin.ClientLeft, true
	}
	if w.history != nil {
		w.remember(e, "", "", at, &row)
	}
	if w.trace != nil {
		w.trace.unheld(e, &row)
	}
	if w.journal.Rows() {
		w.journal.Row(row)
	}
}

// hostLog is the worker's journal as its connections see it.
type hostLog Worker

// Access prints an access line.
func (l *hostLog) Access(e http1.Exchange, status int) {
	l.journal.Access(e, status)
	l.loop.Printed()
}

// Info, Warning and Error print a line of the server itself, at that level.
func (l *hostLog) Info(message string)    { l.journal.Server(journal.Info, message) }
func (l *hostLog) Warning(message string) { l.journal.Server(journal.Warning, message) }
func (l *hostLog) Error(message string)   { l.journal.Server(journal.Error, message) }

// Loop prints a line that the event loop or the interpreter prints without the server's log.
func (l *hostLog) Loop(message string) { l.journal.Server(l.stack.Log.Aside, message) }
