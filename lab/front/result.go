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

// Result is what a variant has shown.
type Result struct {
	Variant Variant
	Visits  []Visit
	Rows    []Row    // what the targets did, in the order of their log
	Watched *Watched // nil where nobody watched
	Err     error
}

// Row is one request as a target saw it. Times are since the crowd began.
type Row struct {
	Visit      int // whose request it was
	Started    bool
	Start, End time.Duration
	Outcome    string // as --log-format json spells it
}

// left is the outcome of a request whose client did not wait.
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
		defer func() { r.Err = errors.Join(r.Err, w.process.Kill()) }()
		if r.Err = w.ready(ctx, targets+1); r.Err != nil {
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

// readRows reads a target's log. Rows of the server itself and of what needs no thread have no id.
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
			return nil, fmt.Errorf("a row of a target: %w: %s", err, l.Text)
		}
		if row.ID == "" {
			continue
		}
		visit, err := strconv.Atoi(row.ID)
		if err != nil {
			return nil, fmt.Errorf("a row of a target: %w: %s", err, l.Text)
		}
		rows = append(rows, Row{visit, !row.Start.IsZero(), row.Start.Sub(began), row.End.Sub(began), row.Outcome})
	}
	return rows, nil
}

// begunOrDone is a line of the article's program.
var begunOrDone = regexp.MustCompile(`(processing|done) request id\[(\d+)\]`)

// readNative reads a real target's log: rows by when its lines came. It does not tell who has left.
func readNative(lines []driver.Line, began time.Time) ([]Row, error) {
	var rows []Row
	open := map[string]int{} // rows that are not done
	for _, l := range lines {
		found := begunOrDone.FindStringSubmatch(l.Text)
		if found == nil {
			continue
		}
		at, id := l.At.Sub(began), found[2]
		if found[1] == "done" {
			i, ok := open[id]
			if !ok {
				return nil, fmt.Errorf("a target says that it is done with what it had not begun: %s", l.Text)
			}
			rows[i].End = at
			delete(open, id)
			continue
		}
		visit, err := strconv.Atoi(id)
		if err != nil {
			return nil, fmt.Errorf("a line of a target: %w: %s", err, l.Text)
		}
		open[id] = len(rows)
		rows = append(rows, Row{visit, true, at, at, "answered"})
	}
	if len(open) > 0 {
		return nil, fmt.Errorf("a target was not done with %d requests", len(open))
	}
	return rows, nil
}

// Count counts the visits that are so.
func (r Result) Count(is func(Visit) bool) int {
	n := 0
	for _, v := range r.Visits {
		if is(v) {
			n++
		}
	}
	return n
}

// Status counts the visits that got it.
func (r Result) Status(status int) int {
	return r.Count(func(v Visit) bool { return v.Status == status })
}

// duringOverload reports whether the visit began while too many came.
func (v Visit) duringOverload() bool { return v.Sent >= overloadFrom && v.Sent < overloadTo }

// served reports whether the client got what it asked for.
func (v Visit) served() bool { return v.Status == 200 }

// Goodput is how many of those that came in the overload were served, as a share
// of what the targets could have served in that time.
func (r Result) Goodput() float64 {
	served := r.Count(func(v Visit) bool { return v.duringOverload() && v.served() })
	return float64(served) / (float64(capacity) * overloadFor.Seconds())
}

// ServedAfter is the share of those that came after the overload who were served.
func (r Result) ServedAfter() float64 {
	came := r.Count(func(v Visit) bool { return v.Sent >= overloadTo })
	return float64(r.Count(func(v Visit) bool { return v.Sent >= overloadTo && v.served() })) / float64(max(came, 1))
}

// ForNobody is the share of the threads' time that went into answers whose client had left.
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

// inVain reports whether nobody got what a thread has worked for. A target
// knows it where the balancer has closed the connection; where the balancer has
// kept it, its own client may have left all the same.
func (r Result) inVain(row Row) bool { return row.Outcome == left || !r.Visits[row.Visit].served() }

// SeenLeft is the share of the targets' requests whose client, by their own sums, had left.
func (r Result) SeenLeft() float64 {
	n := 0
	for _, row := range r.Rows {
		if row.Outcome == left {
			n++
		}
	}
	return float64(n) / float64(max(len(r.Rows), 1))
}

// PerVisit is how many requests the targets worked on for one that came.
func (r Result) PerVisit() float64 {
	n := 0
	for _, row := range r.Rows {
		if row.Started {
			n++
		}
	}
	return float64(n) / float64(max(len(r.Visits), 1))
}

// window is how many of the next second are looked at to say that all is well again.
const window = time.Second

// Recovery is how long after the overload's end it took until, of those that
// came in the next second, 95 % or more were served; false if that never was.
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

// Took is the p-th part of how long the visits that are so took; false if there are none.
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
	return fmt.Sprintf("%s; %s for nobody, %.2f worked on for one", r.Clients(), percent(r.ForNobody()), r.PerVisit())
}

// Clients is what clients saw of it, in one line.
func (r Result) Clients() string {
	refused := refusals(r)
	if took := r.took(503); took != "" {
		refused += " (" + took + ")"
	}
	return fmt.Sprintf("%d came: 200 %d, 504 %d, 502 %d, 503 %s; in the overload %s of the capacity, well again: %s",
		len(r.Visits), r.Status(200), r.Status(504), r.Status(502), refused, percent(r.Goodput()), again(r))
}

// Visitors has the crowd come to an address, whatever serves there.
func Visitors(ctx context.Context, addr string) Result {
	return Result{Variant: Variant{Balancer: "the balancer"}, Visits: crowd(ctx, addr, false), Err: ctx.Err()}
}
