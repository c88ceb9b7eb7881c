package server_test

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/eventloop/sim"
	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/journal"
	"github.com/target-server/target-server/stacks"
)

// world is the server in simulated time and network, and what it prints.
type world struct {
	*sim.World
	t        *testing.T
	listener *sim.Listener
	workers  []*server.Worker
	records  []*record
	ended    []time.Duration // when each process ended, or sim.Never
	beats    []time.Duration // when their hearts beat, of those that have one
}

// record is a Journal that remembers.
type record struct {
	now    func() time.Duration
	starts []mark
	dones  []mark
	access []string
	said   []string
	rows   []journal.Row
	lines  []string // all that was printed, in order, with its time
}

// mark is a line of the article's program.
type mark struct {
	at     time.Duration
	number int
	id     string
	thread string
}

func (r *record) Server(level journal.Level, message string) {
	r.said = append(r.said, string(level)+": "+message)
	first, _, _ := strings.Cut(message, "\n")
	r.line("%s: %s", level, strings.ReplaceAll(first, strconv.Itoa(os.Getpid()), "PID"))
}

func (r *record) Begin(thread string, number int, id string) {
	r.starts = append(r.starts, mark{r.now(), number, id, thread})
	r.line("#%d %s on %s", number, id, thread)
}

func (r *record) End(thread, id string) {
	r.dones = append(r.dones, mark{r.now(), 0, id, thread})
	r.line("done %s", id)
}

func (r *record) Access(c http1.Exchange, status int) {
	r.access = append(r.access, fmt.Sprintf("%s %s HTTP/%s %d", c.Method(), c.Target(), c.Version(), status))
	r.line("%s %s %d", c.Method(), c.Target(), status)
}

func (r *record) Rows() bool { return true }

func (r *record) Row(row journal.Row) { r.rows = append(r.rows, row) }
func (r *record) Flush()              {}

func (r *record) line(format string, args ...any) {
	r.lines = append(r.lines, fmt.Sprintf("%v ", r.now())+fmt.Sprintf(format, args...))
}

// newWorld starts the configured number of workers on one listening socket.
// change sets what differs from the article's FastAPI on Uvicorn.
func newWorld(t *testing.T, change func(*config.Config)) *world {
	t.Helper()
	cfg := stacks.Defaults()[0].Values
	if change(&cfg); cfg.Vintage == config.VintageCurrent {
		values := stacks.Defaults()[1].Values
		change(&values)
		cfg = values
	}
	cfg.Seed = max(1, cfg.Seed)
	stack, err := stacks.Find(cfg.Stack, cfg.Vintage)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{World: sim.NewWorld(time.Date(2023, 3, 18, 12, 49, 17, 0, time.UTC)), t: t}
	w.listener = w.Listen(cfg.Backlog)
	for i := range cfg.Workers {
		w.ended = append(w.ended, sim.Never)
		r := &record{now: w.Now}
		w.records = append(w.records, r)
		w.Process(func(p *sim.Process) {
			worker := server.NewWorker(cfg, stack, p, p, r)
			w.workers = append(w.workers, worker)
			worker.OnBeat(func() { w.beats = append(w.beats, w.Now()) })
			if err := worker.Start(p.Adopt(w.listener)); err != nil {
				t.Error(err)
			}
			if err := worker.Run(); err != nil {
				t.Error(err)
			}
			w.ended[i] = w.Now()
		})
	}
	return w
}

// get has a client connect and ask for /?id=id at a moment.
func (w *world) get(at time.Duration, id int) *sim.Client {
	return w.send(at, fmt.Sprintf("GET /?id=%d HTTP/1.1\r\nHost: localhost:8080\r\n\r\n", id))
}

// send has a client connect and send bytes at a moment.
func (w *world) send(at time.Duration, text string) *sim.Client {
	return w.Dial(at, w.listener, text)
}

// starts are the ids in the order in which the work on them began.
func (w *world) starts() []string {
	var all []mark
	for _, r := range w.records {
		all = append(all, r.starts...)
	}
	slices.SortStableFunc(all, func(a, b mark) int { return int(a.at - b.at) })
	ids := make([]string, len(all))
	for i, m := range all {
		ids[i] = m.id
	}
	return ids
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v (alone: go test ./server -run '%s')", what, got, want, t.Name())
	}
}
