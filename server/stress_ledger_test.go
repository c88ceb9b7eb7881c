package server_test

import (
	"bytes"
	"cmp"
	"fmt"
	"math"
	"os"
	"reflect"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/eventloop/sim"
	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/server/admin"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/journal"
	"github.com/target-server/target-server/server/servertest"
	"github.com/target-server/target-server/stacks"
)

// run is a plan being carried out in simulated time. Its trace has everything that clients and logs
// show, in order.
type run struct {
	*sim.World
	plan     plan
	stack    *server.Stack
	listener *sim.Listener
	clients  []*sim.Client
	order    []int     // the visits in the order of their arrival
	ledgers  []*ledger // of the workers
	trace    strings.Builder
	problems []string
	departed map[departure]int
}

// ledger is a worker's journal: it prints both formats, and checks the rules after every line.
type ledger struct {
	journal.Journal // of the native log
	rows            journal.Journal
	run             *run
	process         *sim.Process
	worker          *server.Worker
	native, json    tap
	serial          int
	limit           int // as set
	lines           int // of access, since the last row
	running         int // begun and not done
	finished        map[string]bool
	unfinished      map[string]bool  // running
	last, rested    admin.Statistics // at the last look; when the loop last had nothing to do
	done            int              // since then
	changed         bool             // the limit, since then
	killed, ended   bool
	watched         onlooker
	over            bool // its application has ended, and a signal may stop it while a thread ends
}

// tap is a log that also goes into the trace.
type tap struct {
	run  *run
	name string
	text bytes.Buffer
}

// Write hides the number of the process, which does not depend on the seed. It notes line by line, since how many lines
// are written at once depends on the number's length.
func (t *tap) Write(p []byte) (int, error) {
	pid := fmt.Sprint(os.Getpid())
	pids := strings.NewReplacer("["+pid+"]", "[PID]", " - "+pid+"-", " - PID-", `"worker":`+pid, `"worker":1`)
	text := pids.Replace(string(p))
	t.text.WriteString(text)
	for line := range strings.Lines(text) {
		t.run.note("%s %s", t.name, line)
	}
	return len(p), nil
}

func (r *run) note(format string, args ...any) {
	fmt.Fprintf(&r.trace, "%v ", r.Now())
	fmt.Fprintf(&r.trace, format, args...)
	if !strings.HasSuffix(r.trace.String(), "\n") {
		r.trace.WriteByte('\n')
	}
}

func (r *run) problem(format string, args ...any) {
	if len(r.problems) < 20 {
		r.problems = append(r.problems, fmt.Sprintf("%v ", r.Now())+fmt.Sprintf(format, args...))
	}
}

// horizon is the latest end of a run. A run is over when no request is held and no thread is running.
const horizon = 10 * time.Minute

// carryOut runs a plan to its end.
func carryOut(p plan) *run {
	r := &run{World: sim.NewWorld(servertest.Noon), plan: p, departed: map[departure]int{}}
	defer r.Close()
	r.stack, _ = stacks.Find(p.cfg.Stack, p.cfg.Vintage)
	r.listener = r.Listen(p.cfg.Backlog)
	if p.cfg.Workers > 1 { // their parent holds the socket too
		r.Process(func(p *sim.Process) {
			p.Adopt(r.listener)
			p.Await(2*horizon, func() bool { return false })
		})
	}
	for range p.cfg.Workers {
		r.start()
	}
	for i, v := range p.visits {
		r.At(v.at, func() { r.visit(i, v) })
	}
	for _, c := range p.changes {
		r.At(c.at, func() { r.do(c) })
	}
	for now := 10 * time.Second; now <= horizon && (now <= 20*time.Second || r.held()); now += 10 * time.Second {
		r.Run(now)
	}
	for _, l := range r.ledgers {
		l.look("at the end")
		l.seen()
	}
	return r
}

// held reports whether any living worker holds a request.
func (r *run) held() bool {
	return slices.ContainsFunc(r.ledgers, func(l *ledger) bool {
		return !l.killed && !l.ended && l.last.Held+int64(l.last.Borrowed) > 0
	})
}

// start starts a worker.
func (r *run) start() {
	l := &ledger{
		run: r, serial: len(r.ledgers) + 1, limit: r.plan.cfg.Limit,
		finished: map[string]bool{}, unfinished: map[string]bool{},
	}
	if l.limit == config.Unlimited || r.stack.OwnThreads > 0 {
		l.limit = cmp.Or(r.stack.OwnThreads, math.MaxInt32)
	}
	r.ledgers = append(r.ledgers, l)
	l.native, l.json = tap{run: r, name: fmt.Sprint("native ", l.serial)}, tap{run: r, name: fmt.Sprint("json ", l.serial)}
	l.process = r.Process(func(p *sim.Process) {
		cfg := r.plan.cfg
		cfg = r.stack.Seeded(cfg, l.serial)
		cfg.LogFormat = "json"
		l.rows = journal.New(cfg, r.stack.Log, &l.json, &l.json, p.Now)
		cfg.LogFormat = "native"
		l.Journal = journal.New(cfg, r.stack.Log, &l.native, &l.native, p.Now)
		l.worker = server.NewWorker(cfg, r.stack, p, p, l)
		l.watch()
		if err := servertest.Serve(l.worker, p.Adopt(r.listener)); err != nil {
			r.problem("it does not serve: %v", err)
		}
		l.ended = true
	})
}

// visit is a client's arrival, and what it will do.
func (r *run) visit(n int, v visit) {
	c := r.Connect(r.listener)
	r.clients, r.order = append(r.clients, c), append(r.order, n)
	pieces := 0
	c.Changed = func() {
		for ; pieces < len(c.Pieces); pieces++ {
			r.note("client %d <- %q", n, c.Pieces[pieces].Text)
		}
		r.note("client %d: connected %v, accepted %v, ended %v, reset %t, refused %t",
			n, c.Connected, c.Accepted, c.Ended, c.Reset, c.Refused)
	}
	soon := func(d time.Duration, f func()) {
		if d != sim.Never {
			r.At(r.Now()+d, f)
		}
	}
	texts, moments := v.pieces()
	var sent strings.Builder
	for i, text := range texts {
		soon(moments[i], func() {
			r.note("client %d -> %q", n, text)
			c.Send(text)
			sent.WriteString(text)
		})
	}
	soon(v.deaf, func() { c.StopReading(v.room) })
	soon(v.hears, c.StartReading)
	if v.deaf != sim.Never { // a thread's write may wait until then
		soon(horizon/2, c.StartReading)
	}
	soon(v.leaves, func() {
		r.note("client %d leaves by way %d", n, v.way)
		r.departed[departure{v.way, r.stage(v, c, sent.String())}]++
		[]func(){c.CloseWrite, c.Close, c.Abort}[v.way]()
	})
}

// do is a change to the server.
func (r *run) do(c change) {
	l := r.ledgers[c.value%len(r.ledgers)]
	if l.worker == nil {
		return // it has not had its first turn
	}
	r.note("change %d of worker %d: %d", c.what, l.serial, c.value)
	switch c.what {
	case setLimit:
		l.changed, l.limit = true, c.value
		l.worker.Do(admin.Command{Do: admin.Limit, N: c.value})
		l.look("when the limit is set")
	case terminate:
		l.worker.Signal(syscall.SIGTERM)
	case interrupt:
		l.worker.Signal(syscall.SIGINT)
	case force:
		l.worker.Signal(syscall.SIGINT)
		r.At(r.Now()+time.Duration(c.value)*2*grid, func() { l.worker.Signal(syscall.SIGINT) })
	case killWorker:
		l.killed = l.killed || !l.ended
		l.process.Kill()
	case respawn:
		if r.plan.cfg.Workers > 1 && len(r.ledgers) < 5 {
			r.start()
		}
	}
}

func (l *ledger) Server(level journal.Level, message string) {
	l.Journal.Server(level, message)
	l.rows.Server(level, message)
	l.over = l.over || strings.HasPrefix(message, "Finished server process")
	l.look("at a line of the server")
}

func (l *ledger) Begin(thread string, number int, id string) {
	l.running++
	l.unfinished[id] = true
	l.watched.starts = append(l.watched.starts, id)
	if l.finished[id] {
		l.run.problem("%s begins after its end", id)
	}
	l.Journal.Begin(thread, number, id)
	l.look("at the start of " + id)
	if s := l.worker.Statistics(); number != int(s.Started) {
		l.run.problem("the start of %s has number %d, and %d have started", id, number, s.Started)
	}
}

func (l *ledger) End(thread, id string) {
	l.look("at the end of " + id)
	if !l.unfinished[id] {
		l.run.problem("%s is done and was not running", id)
	}
	delete(l.unfinished, id)
	l.running--
	l.done++
	l.Journal.End(thread, id)
}

func (l *ledger) Access(c http1.Exchange, status int) {
	l.lines++
	l.Journal.Access(c, status)
	l.look("at an access line")
}

func (l *ledger) Rows() bool { return true }

func (l *ledger) Row(row journal.Row) {
	if row.ID != "" {
		l.finished[row.ID] = true
	}
	if !l.run.plan.foreign && (l.lines > 1 || l.lines == 0 && !row.Exchange.ClientLeft()) {
		l.run.problem("%s has %d access lines at its end", row.Exchange.Target(), l.lines)
	}
	l.lines = 0
	l.rows.Row(row)
	l.look("at a row")
}

func (l *ledger) Flush() {
	l.Journal.Flush()
	l.rows.Flush()
	l.look("while it waits")
	l.live()
	l.rest()
}

// look checks the statistics against the rules that hold at any moment.
func (l *ledger) look(when string) {
	if l.worker == nil {
		return
	}
	s := l.worker.Statistics()
	s.Goroutines = 0 // of this process, including all its other tests
	if s.Worker, s.LongestWait = l.serial, 0; !reflect.DeepEqual(s, l.last) {
		l.run.note("stats %d %+v", l.serial, s)
	}
	wrong := func(what string) { l.run.problem("worker %d, %s: %s: %+v", l.serial, when, what, s) }
	switch queue := l.run.plan.cfg.Queue; {
	case s.Limit != l.limit:
		wrong(fmt.Sprintf("the limit is not %d", l.limit))
	case queue != config.Unlimited && s.Waiting > queue:
		wrong(fmt.Sprintf("the queue is longer than %d", queue))
	case s.Borrowed > s.Limit && s.Borrowed > l.last.Borrowed:
		wrong("more threads than the limit, and not because it was lowered")
	case s.Waiting > 0 && s.Borrowed < s.Limit:
		wrong("a thread is free while a request waits")
	case s.Accepted != s.Held+s.Answered+s.Refused+s.Cancelled+s.Left:
		wrong("the sums do not balance")
	case s.Held < 0 || s.Started > s.Accepted || s.Answered > s.Started || s.Peak < s.Borrowed:
		wrong("one sum is more than another that it is part of")
	case s.Busy < 0 || int64(s.Busy) > s.Started || s.Peak < s.Busy:
		wrong("running handlers that are none")
	case s.Zombies < 0 || int64(s.Zombies) > s.Held:
		wrong("more zombies than requests held")
	case l.threads() && l.running > s.Borrowed:
		wrong(fmt.Sprintf("%d run by the log", l.running))
	case l.run.plan.cfg.Mode == "async-misuse" && l.running > 1:
		wrong(fmt.Sprintf("%d run at once on one loop", l.running))
	}
	l.last = s
}

func (l *ledger) threads() bool { return l.run.plan.cfg.Mode == "threadpool" }

// rest checks them against what must be true when the loop has nothing to do.
func (l *ledger) rest() {
	if l.worker == nil || !l.threads() || l.over || l.run.plan.foreign {
		return
	}
	s, ghosts := l.last, l.ghosts()
	if l.running != s.Borrowed || int(s.Held) != s.Borrowed-ghosts+s.Waiting {
		l.run.problem("worker %d waits: %d run by the log, %d of them cancelled: %+v", l.serial, l.running, ghosts, s)
	}
	if s.Borrowed > s.Limit && !l.changed && s.Borrowed != l.rested.Borrowed-l.done {
		l.run.problem("worker %d is above its limit, and returned threads are lent again: %+v", l.serial, s)
	}
	l.rested, l.done, l.changed = s, 0, false
}

// visitOf is the visit of a client, by the order of arrival.
func (r *run) visitOf(n int) visit { return r.plan.visits[r.order[n]] }
