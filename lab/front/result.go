package front

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/target-server/target-server/lab/driver"
)

// Result is what a run of a variant showed.
type Result struct {
	Variant Variant
	Visits  []Visit
	Rows    []Row    // what the targets did, in the order of their logs
	Watched *Watched // nil if Prometheus did not watch
	Err     error
}

// Row is one request as a target saw it. Times are relative to the first arrival.
type Row struct {
	Visit      int // index of the client's visit
	Started    bool
	Start, End time.Duration
	Outcome    string // as --log-format json spells it
}

// left is the outcome of a request whose client left before the answer.
const left = "client left"

// Run plays a variant.
func Run(ctx context.Context, tools Tools, v Variant) (r Result) {
	r.Variant = v
	start := startOurs(ctx, tools, v.flags())
	if v.Real {
		start = func(string) (*target, error) { return startReal(ctx, tools.Env, v.config()) }
	}
	p, err := open(ctx, tools, v.Balancer, start, v.Set)
	defer func() { r.Err = errors.Join(r.Err, p.close(), ctx.Err()) }()
	if err != nil {
		r.Err = fmt.Errorf("%s: %w", v.Name, err)
		return r
	}
	var w *watch
	if alerts()[v.Name] != nil {
		if w, err = startWatch(ctx, tools.Compose, p.dir, p.targets, p.figures); err != nil {
			r.Err = err
			return r
		}
		defer func() { r.Err = errors.Join(r.Err, w.Kill()) }()
		if r.Err = w.Ready(ctx, targets+1); r.Err != nil {
			return r
		}
	}
	began := time.Now()
	r.Visits = crowd(ctx, p.entry, v.Leavers)
	if r.Err = p.rest(ctx); r.Err != nil {
		return r
	}
	if w != nil {
		if r.Watched, r.Err = w.read(ctx); r.Err != nil {
			return r
		}
	}
	for _, t := range p.targets {
		if r.Err = t.stop(); r.Err != nil {
			return r
		}
		read := readRows
		if v.Real {
			read = readNative
		}
		rows, err := read(t.Lines(), began)
		r.Rows, r.Err = append(r.Rows, rows...), errors.Join(r.Err, err)
	}
	return r
}

// readRows reads a target's log. Rows of the server itself, and of requests that need no thread, have
// no id and are skipped.
func readRows(lines []driver.Line, began time.Time) ([]Row, error) {
	var rows []Row
	for _, l := range lines {
		var row struct {
			ID      string    `json:"id"`
			Start   time.Time `json:"start"`
			End     time.Time `json:"end"`
			Outcome string    `json:"outcome"`
		}
		if l.Output != driver.Stdout {
			continue
		}
		if err := json.Unmarshal([]byte(l.Text), &row); err != nil {
			return nil, fmt.Errorf("a target's log: %w: %s", err, l.Text)
		}
		if row.ID == "" {
			continue
		}
		visit, err := strconv.Atoi(row.ID)
		if err != nil {
			return nil, fmt.Errorf("a target's log: %w: %s", err, l.Text)
		}
		rows = append(rows, Row{visit, !row.Start.IsZero(), row.Start.Sub(began), row.End.Sub(began), row.Outcome})
	}
	return rows, nil
}

// begunOrDone matches the lines that the article's program prints.
var begunOrDone = regexp.MustCompile(`(processing|done) request id\[(\d+)\]`)

// readNative makes rows of a real target's log, timed by when the lines came. They do not show which
// clients have left.
func readNative(lines []driver.Line, began time.Time) ([]Row, error) {
	var rows []Row
	open := map[string]int{} // rows without a "done" so far
	for _, l := range lines {
		found := begunOrDone.FindStringSubmatch(l.Text)
		if found == nil {
			continue
		}
		at, id := l.At.Sub(began), found[2]
		if found[1] == "done" {
			i, ok := open[id]
			if !ok {
				return nil, fmt.Errorf("a target's log has \"done\" for a request without \"processing\": %s", l.Text)
			}
			rows[i].End = at
			delete(open, id)
			continue
		}
		visit, err := strconv.Atoi(id)
		if err != nil {
			return nil, fmt.Errorf("a target's log: %w: %s", err, l.Text)
		}
		open[id] = len(rows)
		rows = append(rows, Row{visit, true, at, at, "answered"})
	}
	if len(open) > 0 {
		return nil, fmt.Errorf("a target's log has \"processing\" without \"done\" for %d requests", len(open))
	}
	return rows, nil
}

// Count counts the visits for which is returns true.
func (r Result) Count(is func(Visit) bool) int {
	n := 0
	for _, v := range r.Visits {
		if is(v) {
			n++
		}
	}
	return n
}

// Status counts the visits that got this status.
func (r Result) Status(status int) int {
	return r.Count(func(v Visit) bool { return v.Status == status })
}

// duringOverload reports whether the client arrived during the overload.
func (v Visit) duringOverload() bool { return v.Sent >= overloadFrom && v.Sent < overloadTo }

// served reports whether the client got a 200.
func (v Visit) served() bool { return v.Status == 200 }

// Goodput is the number of clients that arrived during the overload and got a 200, relative to the
// targets' capacity in that time.
func (r Result) Goodput() float64 {
	served := r.Count(func(v Visit) bool { return v.duringOverload() && v.served() })
	return float64(served) / (float64(capacity) * overloadFor.Seconds())
}

// ServedAfter is the share of the clients arriving after the overload that got a 200.
func (r Result) ServedAfter() float64 {
	came := r.Count(func(v Visit) bool { return v.Sent >= overloadTo })
	return float64(r.Count(func(v Visit) bool { return v.Sent >= overloadTo && v.served() })) / float64(max(came, 1))
}

// ForNobody is the share of the threads' time that was spent on answers that no client got.
func (r Result) ForNobody() float64 {
	var all, lost time.Duration
	for _, row := range r.Rows {
		if row.Started {
			all += row.End - row.Start
			if r.inVain(row) {
				lost += row.End - row.Start
			}
		}
	}
	return lost.Seconds() / max(all.Seconds(), 1e-9)
}

// inVain reports whether no client got the answer. The target knows that only if the balancer has
// closed its connection; if the balancer keeps it open, the client may have left all the same.
func (r Result) inVain(row Row) bool { return row.Outcome == left || !r.Visits[row.Visit].served() }

// SeenLeft is the share of requests whose client had left according to the targets' own logs.
func (r Result) SeenLeft() float64 {
	n := 0
	for _, row := range r.Rows {
		if row.Outcome == left {
			n++
		}
	}
	return float64(n) / float64(max(len(r.Rows), 1))
}

// PerVisit is how many requests the targets ran per client.
func (r Result) PerVisit() float64 {
	n := 0
	for _, row := range r.Rows {
		if row.Started {
			n++
		}
	}
	return float64(n) / float64(max(len(r.Visits), 1))
}

// window is the period over which the share of answered clients decides whether the service has
// recovered.
const window = time.Second

// Recovery is the time from the end of the overload until at least 95 % of the clients that arrive in
// the next second get a 200; false if that never happens.
func (r Result) Recovery() (time.Duration, bool) {
	for _, first := range r.Visits {
		if first.Sent < overloadTo || first.Sent > whole-window {
			continue
		}
		came, served := 0, 0
		for _, v := range r.Visits {
			if v.Sent >= first.Sent && v.Sent < first.Sent+window {
				came++
				if v.served() {
					served++
				}
			}
		}
		if served*100 >= came*95 {
			return first.Sent - overloadTo, true
		}
	}
	return 0, false
}

// Took is the quantile p of the time taken by the visits for which is returns true; false if there are
// none.
func (r Result) Took(p float64, is func(Visit) bool) (time.Duration, bool) {
	var all []time.Duration
	for _, v := range r.Visits {
		if is(v) {
			all = append(all, v.Ended-v.Sent)
		}
	}
	if len(all) == 0 {
		return 0, false
	}
	slices.Sort(all)
	return all[min(len(all)-1, int(p*float64(len(all))))], true
}

// String is the result in one line.
func (r Result) String() string {
	return fmt.Sprintf("%s; %s of the thread time wasted, %.2f runs per client", r.Clients(), percent(r.ForNobody()), r.PerVisit())
}

// Clients summarises in one line what the clients saw.
func (r Result) Clients() string {
	refused := refusals(r)
	if took := r.took(503); took != "" {
		refused += " (" + took + ")"
	}
	return fmt.Sprintf("%d clients: 200 %d, 504 %d, 502 %d, 503 %s; answered in the overload: %s of capacity; recovered: %s",
		len(r.Visits), r.Status(200), r.Status(504), r.Status(502), refused, percent(r.Goodput()), again(r))
}

// Visitors sends the crowd to an address, whatever listens there.
func Visitors(ctx context.Context, addr string) Result {
	return Result{Variant: Variant{Balancer: "the balancer"}, Visits: crowd(ctx, addr, false), Err: ctx.Err()}
}
