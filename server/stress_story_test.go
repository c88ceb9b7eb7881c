package server_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/server/admin"
)

// tale is what the logs say about one request, found by its key.
type tale struct {
	worker               int
	begins, dones, lines []string // when it began and was done; the status of its access lines
	row                  *row
	rows                 int
}

// row is a row of the json log.
type row struct {
	Arrival, Start, End, Outcome, ID, Target, Client string
	Status                                           int
	Wait, Work                                       float64
}

var (
	begun  = regexp.MustCompile(`^(\S+ \S+) - PID-[^:]+: #\d+ processing request id\[(.*)\], sleeping...$`)
	done   = regexp.MustCompile(`^(\S+ \S+) - PID-[^:]+: done request id\[(.*)\]$`)
	access = regexp.MustCompile(`^INFO:     \S+ - "\S+ (\S+) HTTP/\S+" (\d+) `)
	keys   = regexp.MustCompile(`\d+-\d+`)
)

// tales reads both logs of every worker.
func (r *run) tales() map[string]*tale {
	all := map[string]*tale{}
	for _, l := range r.ledgers {
		of := func(key string) *tale {
			key = keys.FindString(key)
			if all[key] == nil {
				all[key] = &tale{worker: l.serial}
			}
			if all[key].worker != l.serial {
				r.problem("%s: two workers know of it", key)
			}
			return all[key]
		}
		for line := range strings.Lines(l.native.text.String()) {
			line = strings.TrimSuffix(line, "\n")
			if m := begun.FindStringSubmatch(line); m != nil {
				of(m[2]).begins = append(of(m[2]).begins, m[1])
			} else if m := done.FindStringSubmatch(line); m != nil {
				of(m[2]).dones = append(of(m[2]).dones, m[1])
			} else if m := access.FindStringSubmatch(line); m != nil {
				of(m[1]).lines = append(of(m[1]).lines, m[2])
			}
		}
		for line := range strings.Lines(l.json.text.String()) {
			var row row
			if err := json.Unmarshal([]byte(line), &row); err != nil {
				r.problem("%q: %v", line, err)
			} else if row.Outcome != "" {
				of(row.Target).row = &row
				of(row.Target).rows++
			}
		}
	}
	return all
}

// heard is one answer, as its client received it.
type heard struct {
	status int
	body   string
}

const (
	refusedBytes = "Invalid HTTP request received."
	overLimit    = "Service Unavailable" // of --limit-concurrency
)

// answers are those that a client has had in full, in order, except the refusal of bytes that are not a request, which may
// come before its turn.
func answers(text string) (all []heard, refusal bool) {
	in := bufio.NewReader(strings.NewReader(text))
	for {
		answer, err := http.ReadResponse(in, nil)
		if err != nil {
			return all, refusal
		}
		body, err := io.ReadAll(answer.Body)
		switch {
		case err != nil:
			return all, refusal
		// whole, or the part that a client had before it left
		case answer.StatusCode == http.StatusBadRequest && strings.HasPrefix(refusedBytes, string(body)):
			refusal = true
		default:
			all = append(all, heard{answer.StatusCode, string(body)})
		}
	}
}

// reconcile compares clients, logs and statistics with each other.
func (r *run) reconcile() {
	tales := r.tales()
	for key, t := range tales {
		r.consistent(key, t)
	}
	for n, c := range r.clients {
		r.client(n, c.Text(), tales)
	}
	for _, l := range r.ledgers {
		l.sums(tales)
	}
}

// consistent checks that both logs say the same of a request.
func (r *run) consistent(key string, t *tale) {
	wrong := func(what string) { r.problem("%s: %s: %+v %+v", key, what, *t, t.row) }
	over := r.over(t)
	if t.rows > 1 || len(t.begins) > 1 || len(t.dones) > len(t.begins) || len(t.lines) > 1 {
		wrong("something is said twice")
	}
	if t.row == nil {
		if !over || len(t.lines) > 0 {
			wrong("it has no row")
		}
		return
	}
	if (t.row.Start != "") != (len(t.begins) > 0) || t.row.Start != "" && stampOf(t.row.Start) != fraction(t.begins[0]) {
		wrong("the row and the line differ about its start")
	}
	if t.row.Start != "" && !(lasts(t.row.Wait, t.row.Arrival, t.row.Start) && lasts(t.row.Work, t.row.Start, t.row.End)) {
		wrong("the row's durations are not those between its moments")
	}
	if len(t.begins) > 0 && len(t.dones) == 0 && t.row.Outcome != string(admin.Cancelled) && !over {
		wrong("it was never done")
	}
	sent := t.row.Outcome != string(admin.ClientLeft)
	if sent && (len(t.lines) != 1 || t.lines[0] != fmt.Sprint(t.row.Status)) || !sent && t.row.Status != 0 {
		wrong("the row and the access line differ")
	}
}

// over reports whether the worker that had the request has ended, with whatever it
// had not sent.
func (r *run) over(t *tale) bool { return r.ledgers[t.worker-1].killed || r.ledgers[t.worker-1].ended }

// lasts reports whether a number of seconds lies between two moments, each of which is logged to the
// microsecond.
func lasts(seconds float64, from, to string) bool {
	began, err := time.Parse(time.RFC3339Nano, from)
	ended, failed := time.Parse(time.RFC3339Nano, to)
	return err == nil && failed == nil && (ended.Sub(began)-time.Duration(seconds*1e9)).Abs() <= time.Microsecond
}

// stampOf and fraction make one form of the two logs' moments.
func stampOf(s string) string { return strings.TrimSuffix(strings.Replace(s, "T", " ", 1), "Z") }

func fraction(s string) string {
	if !strings.Contains(s, ".") {
		s += ".000000"
	}
	return s
}

// client checks that a client has seen what the logs say of its requests. A request that is pipelined
// after malformed bytes has no answer, and an answer that a worker logged in the turn in which it was
// killed may not have been sent.
func (r *run) client(n int, text string, tales map[string]*tale) {
	v := r.visitOf(n)
	got, _ := answers(text)
	for _, a := range v.asks {
		if a.kind == malformed {
			break
		}
		t := tales[a.key]
		switch {
		case len(got) > 0:
			if t == nil || t.row == nil || t.row.Status != got[0].status || (t.row.ID != "") != a.isNamed(got[0]) {
				r.problem("client %d had %+v to %s, of which the logs say %+v", n, got[0], a.key, t.said())
			}
			if got[0].status == 200 && r.plan.cfg.Mode == "cooperative" && !strings.Contains(got[0].body, "#"+a.key+`"`) {
				r.problem("client %d had %s to %s", n, got[0].body, a.key)
			}
			got = got[1:]
		case t != nil && t.row != nil && t.row.Status != 0 && !r.ledgers[t.worker-1].killed && v.takes(!r.over(t)):
			r.problem("client %d has stayed, and had no answer to %s, of which the logs say %+v", n, a.key, t.said())
		}
	}
	if len(got) > 0 {
		r.problem("client %d had more answers than it asked for: %+v", n, got)
	}
}

func (t *tale) said() any {
	if t == nil || t.row == nil {
		return "nothing"
	}
	return *t.row
}

// isNamed reports whether the row of a request has its id: of those that FastAPI answers by itself, only if they were
// refused before.
func (a ask) isNamed(h heard) bool { return a.kind.held() || h.body == overLimit && a.kind != noID }

// sums checks that the statistics are the sums of the rows.
func (l *ledger) sums(tales map[string]*tale) {
	var answered, refused, cancelled, left, started int64
	var doubtful int64 // without an id and an answer: refused or not, the row does not say
	for _, t := range tales {
		if t.worker != l.serial {
			continue
		}
		started += int64(len(t.begins))
		switch {
		case t.row == nil:
			continue
		case t.row.ID != "", t.row.Outcome == string(admin.Refused):
		case t.row.Outcome == string(admin.ClientLeft) && l.run.plan.cfg.LimitConcurrency != config.None:
			doubtful++
			continue
		default:
			continue
		}
		*map[admin.Outcome]*int64{
			admin.Answered: &answered, admin.Refused: &refused, admin.Cancelled: &cancelled, admin.ClientLeft: &left,
		}[admin.Outcome(t.row.Outcome)]++
	}
	s := l.last
	leftToo := s.Left - left
	if s.Answered != answered || s.Refused != refused || s.Cancelled != cancelled || leftToo < 0 || leftToo > doubtful ||
		s.Started != started {
		l.run.problem("worker %d: by the logs answered %d, refused %d, cancelled %d, left %d to %d, started %d; by /stats %+v",
			l.serial, answered, refused, cancelled, left, left+doubtful, started, s)
	}
	if !l.killed && !l.ended && s.Held > 0 {
		l.run.problem("worker %d: held in the end: %+v", l.serial, s)
	}
}
