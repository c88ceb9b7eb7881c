package server

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/target-server/target-server/server/admin"
	"github.com/target-server/target-server/server/supervisor"
)

// askWorker is the name of a question in the control channel.
const askWorker = "ask"

// question is what a parent asks a worker: to carry out commands, in this order, then to
// tell how it is, and its last requests.
type question struct {
	Do   []admin.Command `json:"do,omitempty"`
	Last int             `json:"last"` // how many requests; 0 for all, noRequests for none
}

const noRequests = -1

// report is a worker's answer.
type report struct {
	Statistics admin.Statistics `json:"statistics"`
	Requests   []admin.Request  `json:"requests,omitempty"`
}

// How long a worker may take to answer: patience, and only brief if it has been silent
// for longer than that. It is less than half of what the admin address waits.
const (
	patience = 2 * time.Second
	brief    = 200 * time.Millisecond
)

// line is the way to one worker. It has one question out at a time, however many ask, and
// however long the answer takes: those who come meanwhile share the next question. So a
// worker that is silent is asked once, and a late answer is that to its own question.
type line struct {
	worker supervisor.Process

	mu    sync.Mutex
	out   *round    // nil if nothing is asked
	since time.Time // when it was
	next  *round    // nil if nobody waits for it
}

// round is one question on its way, and its answer.
type round struct {
	question question
	done     chan struct{}
	said     report // and err: written before done is closed
	err      error
}

// answer is what a worker has said.
type answer struct {
	pid  int
	said report
	err  error
}

// join adds a question to the next round. It does not wait.
func (l *line) join(q question) wait {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.next == nil {
		l.next = &round{question: question{Last: noRequests}, done: make(chan struct{})}
	}
	r := l.next
	r.question = both(r.question, q)
	now, allowed := time.Now(), patience
	switch {
	case l.out == nil:
		l.send(now)
	case now.Sub(l.since) >= patience:
		allowed = brief
	}
	return wait{l, r, now.Add(allowed)}
}

// send asks the next question. The caller has the lock.
func (l *line) send(now time.Time) {
	l.out, l.since, l.next = l.next, now, nil
	if l.out != nil {
		go l.ask(l.out)
	}
}

// ask waits until the worker has answered, or ended.
func (l *line) ask(r *round) {
	text, err := l.worker.Call(context.Background(), askWorker, r.question)
	if err == nil {
		err = json.Unmarshal(text, &r.said)
	}
	r.err = err
	close(r.done)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.send(time.Now())
}

// silence is how long the worker has owed an answer.
func (l *line) silence() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.out == nil {
		return 0
	}
	return time.Since(l.since)
}

// wait is somebody who waits for a round.
type wait struct {
	line     *line
	round    *round
	deadline time.Time
}

// answer waits for it, but no longer than until the deadline.
func (w wait) answer(ctx context.Context) answer {
	pid := w.line.worker.PID()
	timer := time.NewTimer(time.Until(w.deadline))
	defer timer.Stop()
	select {
	case <-w.round.done:
		return answer{pid, w.round.said, w.round.err}
	case <-ctx.Done():
		return answer{pid: pid, err: context.Cause(ctx)}
	case <-timer.C:
	}
	select {
	case <-w.round.done: // while another worker was waited for
		return answer{pid, w.round.said, w.round.err}
	default:
		return answer{pid: pid, err: fmt.Errorf("no answer for %v", w.line.silence().Round(time.Millisecond))}
	}
}

// both is one question for two.
func both(a, b question) question {
	for _, c := range b.Do {
		a.Do = queued(a.Do, c)
	}
	switch {
	case a.Last == 0 || b.Last == 0:
		a.Last = 0
	default:
		a.Last = max(a.Last, b.Last)
	}
	return a
}

// queued is what a worker is to be told in the end when c comes behind others that it has
// not been told yet. What c says anew or undoes is left out, so that the list does not
// grow however long a worker is silent.
func queued(before []admin.Command, c admin.Command) []admin.Command {
	if n := slices.IndexFunc(before, func(b admin.Command) bool { return b.Do == admin.Release && b.N > 0 }); n >= 0 && c.Do == admin.Release && c.N > 0 {
		c.N = min(admin.Most, c.N+before[n].N)
	}
	return append(slices.DeleteFunc(before, func(b admin.Command) bool { return supersedes(c, b) }), c)
}

// supersedes tells whether b need not be done if c is done after it.
func supersedes(c, b admin.Command) bool {
	switch c.Do {
	case admin.Reset:
		return true
	case admin.Pause, admin.Resume:
		return b.Do == admin.Pause || b.Do == admin.Resume
	case admin.Release:
		return b.Do == admin.Release && (c.N == 0 || b.N > 0) || b.Do == admin.Hold && c.N == 0
	}
	return b.Do == c.Do
}
