package access

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/target-server/target-server/lab/driver"
	"github.com/target-server/target-server/lab/scenarios"
	"github.com/target-server/target-server/lab/venue"
)

// format begins every line of a run, after what the server itself puts before it.
const format = "access %(D)s %(s)s %(q)s"

// line is an access line of a run.
type line struct {
	id     string
	at     time.Duration // since the run began
	took   time.Duration // D
	status string        // "-" if there was no answer
}

// request is a request of a run: when it is sent and when its client leaves.
type request struct {
	id     string
	path   string // of a GET; empty means that of the article's program, with the id
	raw    string // sent in its place
	at     time.Duration
	leaves time.Duration // 0 means after the answer
	reset  bool          // it leaves with an RST
}

// answer is what a client saw of its answer.
type answer struct {
	status int
	after  time.Duration // since the request was sent; 0 if none came
}

// most is how long a run takes, and tick how often its clients look whether their answers have come.
const (
	most = 10 * time.Second
	tick = 10 * time.Millisecond
)

// run is what a log and the clients tell of requests, by their ids.
type run struct {
	lines   []line
	starts  map[string]time.Duration // of the handlers, since the run began
	answers map[string]answer
}

// play plays requests on a target-server with these arguments.
func play(args string, requests []request) (r run, err error) {
	r.answers = map[string]answer{}
	var broken error
	err = venue.Play(append(strings.Fields(args), "--access-log-format", format), time.Minute, func(s *venue.Simulated) {
		begun := s.Now()
		until := func(at time.Duration) { _ = s.Sleep(begun.Add(at).Sub(s.Now())) }
		clients := map[string]scenarios.Conn{}
		steps := schedule(requests)
		for at := time.Duration(0); at <= most; at += tick {
			for ; len(steps) > 0 && steps[0].at <= at; steps = steps[1:] {
				steps[0].act(s, clients)
			}
			leaveAnswered(clients)
			until(at + tick)
		}
		for _, q := range requests {
			if conn := clients[q.id]; conn != nil {
				r.answers[q.id] = answered(conn, begun.Add(q.at))
			}
		}
		r.starts = started(s.Lines(), begun)
		r.lines, broken = read(s.Lines(), begun)
	})
	return r, errors.Join(err, broken)
}

// leaveAnswered closes the connections that have their answer, as gunicorn's sync worker waits for.
func leaveAnswered(clients map[string]scenarios.Conn) {
	for _, conn := range clients {
		if len(driver.Answers(conn.Events(), nil)) > 0 {
			_ = conn.Leave()
		}
	}
}

// answered is the answer on a connection.
func answered(conn scenarios.Conn, sent time.Time) answer {
	for _, a := range driver.Answers(conn.Events(), nil) {
		return answer{status: a.Status, after: a.Ended.Sub(sent)}
	}
	return answer{}
}

var startLine = regexp.MustCompile(`#\d+ processing request id\[(.*)\], sleeping\.\.\.$`)

// started is when the handlers started, by a log.
func started(log []driver.Line, begun time.Time) map[string]time.Duration {
	starts := map[string]time.Duration{}
	for _, l := range log {
		m := startLine.FindStringSubmatch(l.Text)
		if m != nil {
			starts[m[1]] = l.At.Sub(begun)
		}
	}
	return starts
}

// read reads the access lines of a log.
func read(log []driver.Line, begun time.Time) ([]line, error) {
	var lines []line
	for _, l := range log {
		_, text, found := strings.Cut(l.Text, "access ")
		words := strings.Fields(text)
		if !found || len(words) < 2 {
			continue
		}
		micros, err := strconv.Atoi(words[0])
		if err != nil {
			return nil, fmt.Errorf("duration of the line %q: %w", l.Text, err)
		}
		_, id, _ := strings.Cut(strings.Join(words[2:], " "), "id=")
		lines = append(lines, line{
			id: id, at: l.At.Sub(begun), took: time.Duration(micros) * time.Microsecond, status: words[1],
		})
	}
	return lines, nil
}
