package servertest

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/eventloop/sim"
	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/journal"
)

// Record is what a worker has logged.
type Record struct {
	// Lines are all that it logged since it serves, in order, each with its time. Of a message of several lines it is the
	// first, and the number of the process is PID.
	Lines []string
	// The same by kind: the program's lines, the server's own as "LEVEL: message", access lines, and requests that have
	// ended.
	Starts, Dones []Mark
	Said          []string
	Access        []string
	Rows          []Row
	// Stdout and Stderr are what a reader of the configured log format has, with what the worker announces before it
	// serves.
	Stdout, Stderr bytes.Buffer
}

// Mark is a line of the program about one request.
type Mark struct {
	At     time.Duration
	Number int // by the program's counter, at its start
	ID     string
	Thread string
}

// Row is a request that has ended, with what its exchange said then.
type Row struct {
	journal.Row
	Method, Target, Client string
}

// recorder is the journal of a worker: it hands everything on to the configured one.
type recorder struct {
	journal.Journal
	now     func() time.Duration
	record  *Record
	serving bool
}

func newRecorder(r *Record, stack *server.Stack, cfg config.Config, p *sim.Process) *recorder {
	return &recorder{Journal: journal.New(cfg, stack.Log, &r.Stdout, &r.Stderr, p.Now), now: p.Monotonic, record: r}
}

func (r *recorder) Server(level journal.Level, message string) {
	r.Journal.Server(level, message)
	if !r.serving {
		return
	}
	r.record.Said = append(r.record.Said, string(level)+": "+message)
	first, _, _ := strings.Cut(message, "\n")
	r.line("%s: %s", level, strings.ReplaceAll(first, strconv.Itoa(os.Getpid()), "PID"))
}

func (r *recorder) Begin(thread string, number int, id string) {
	r.Journal.Begin(thread, number, id)
	r.record.Starts = append(r.record.Starts, Mark{r.now(), number, id, thread})
	r.line("#%d %s on %s", number, id, thread)
}

func (r *recorder) End(thread, id string) {
	r.Journal.End(thread, id)
	r.record.Dones = append(r.record.Dones, Mark{r.now(), 0, id, thread})
	r.line("done %s", id)
}

func (r *recorder) Print(thread, text string) {
	r.Journal.Print(thread, text)
	r.line("%s on %s", text, thread)
}

func (r *recorder) Access(e http1.Exchange, status int) {
	r.Journal.Access(e, status)
	r.record.Access = append(r.record.Access, fmt.Sprintf("%s %s HTTP/%s %d", e.Method(), e.Target(), e.Version(), status))
	r.line("%s %s %d", e.Method(), e.Target(), status)
}

func (r *recorder) Rows() bool { return true }

func (r *recorder) Row(row journal.Row) {
	r.Journal.Row(row)
	e := row.Exchange
	r.record.Rows = append(r.record.Rows, Row{
		Row: row, Method: strings.Clone(e.Method()), Target: strings.Clone(e.Target()), Client: string(e.AppendClient(nil)),
	})
}

func (r *recorder) line(format string, args ...any) {
	r.record.Lines = append(r.record.Lines, fmt.Sprintf("%v ", r.now())+fmt.Sprintf(format, args...))
}
