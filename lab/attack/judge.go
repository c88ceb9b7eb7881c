package attack

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Outcome is the result of a round.
type Outcome struct {
	Round    Round
	Tally    Tally
	Findings []Finding
	Broken   error // the round could not be played
}

// Binaries are the paths of target-server, built without and with the race detector.
type Binaries struct{ Plain, Race string }

// Play plays a round and does the checks.
func (r Round) Play(ctx context.Context, b Binaries) Outcome {
	o := Outcome{Round: r}
	binary := b.Plain
	if r.Race {
		binary = b.Race
	}
	f, err := fateOf(r)
	if err != nil {
		o.Broken = err
		return o
	}
	v, err := start(ctx, binary, r)
	if err != nil {
		o.Broken = err
		return o
	}
	s := &stage{victim: v, stays: r.stays(), ends: f.ends || f.mayEnd}
	s.judge(ctx, r, f)
	o.Tally, o.Findings = s.tally, s.findings
	if ctx.Err() != nil { // an interrupted run has no findings
		o.Findings = nil
	}
	o.Broken = v.clear()
	return o
}

// stays is how many descriptors may stay open: Hypercorn keeps those of HTTP/2 clients that left while
// answers waited for a window; target-server keeps the last 256 of them.
func (r Round) stays() int {
	const most = 256
	if !strings.HasPrefix(r.Stack, "hypercorn") {
		return 0
	}
	return min(most, len(r.Actors))
}

func (s *stage) judge(ctx context.Context, r Round, f fate) {
	before, ok := s.calm(ctx, nil)
	if !ok {
		s.find(Held, "not idle before the first client: %s", before)
		return
	}
	over := make(chan struct{})
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		s.watch(ctx, r, over)
	}()
	s.play(ctx, r)
	s.undo(ctx, f)
	close(over)
	<-watched
	if !f.ends {
		s.afterwards(ctx, r, f, before)
	}
	s.end(r, f)
	s.readReports()
}

// undo reverses what operators have done: stopped processes, pauses, held handlers.
func (s *stage) undo(ctx context.Context, f fate) {
	_ = unix.Kill(-s.pid(), unix.SIGCONT) // it may have ended
	s.stopped.Store(0)
	for _, command := range []string{"POST /resume", "POST /release"} {
		if _, took, err := s.ask(ctx, command); !s.excused(f) && (err != nil || took > adminTime) {
			s.find(Answers, "%s took %v: %v", command, took, err)
		}
	}
}

// excused reports whether the server no longer has to answer.
func (s *stage) excused(f fate) bool { return f.ends || f.mayEnd || s.hasEnded() }

// watch checks the server while it is attacked.
func (s *stage) watch(ctx context.Context, r Round, over <-chan struct{}) {
	f, err := fateOf(r)
	if err != nil {
		return
	}
	for {
		select {
		case <-over:
			return
		case <-ctx.Done():
			return
		case <-time.After(30 * time.Millisecond):
		}
		s.checkMemory(r)
		if s.stopped.Load() > 0 {
			continue
		}
		all, took, err := s.statistics(ctx)
		s.checkSums(all)
		if (err != nil || took > adminTime) && s.stopped.Load() == 0 && !s.excused(f) && ctx.Err() == nil {
			s.find(Answers, "GET /stats took %v: %v", took, err)
		}
	}
}

// checkMemory checks the memory of every process. A process that uses too much is killed, to protect
// the machine.
func (s *stage) checkMemory(r Round) {
	bound := mostBytes
	if r.Race {
		bound *= raceBytes
	}
	for _, p := range group(s.pid()) {
		if p.weigh() && p.peak > bound {
			s.find(Memory, "process %d uses %d MB, at most %d", p.pid, p.resident>>20, p.peak>>20)
			if p.resident > 2*bound {
				_ = syscall.Kill(-s.pid(), syscall.SIGKILL)
			}
		}
	}
}

// afterwards does the checks on a server that should still be running.
func (s *stage) afterwards(ctx context.Context, r Round, f fate, before *rest) {
	after, ok := s.calm(ctx, before)
	if s.hasEnded() && !f.mayEnd {
		s.find(Lives, "it has ended: %s\n%s", s.cmd.ProcessState, s.lastWords())
	}
	if s.hasEnded() {
		return
	}
	if !ok {
		after.blame(s)
		return
	}
	s.checkMemory(r)
	closes := strings.HasPrefix(r.Stack, "hypercorn-") && r.flag("keep-alive") == "0s" // at once, as observed on uvloop and trio
	if !f.deaf && !f.mayEnd && !closes {
		s.canary(ctx, r)
		if after, ok = s.calm(ctx, before); !ok && !s.hasEnded() {
			after.blame(s)
			return
		}
	}
	ticks := 0 // this may take a while: refused requests are in no sum
	if !s.until(ctx, 2*stuck, func() bool { ticks = s.spin(); return ticks <= restTicks }) && !s.hasEnded() {
		s.find(Rests, "the processes used %d of %d CPU ticks while idle", ticks, lookTicks)
	}
	if r.flag("log-format") == "json" && f.counted && !s.hasEnded() {
		var wrong error
		if !s.until(ctx, 3*time.Second, func() bool {
			wrong = s.checkRows(after.workers)
			return wrong == nil
		}) {
			s.find(Rows, "%v", wrong)
		}
	}
	s.checkReady(true)
}

// In hundredths of a second: how long spin measures, and how much CPU time still counts as idle. A
// process that spins gets more than that even on a busy machine.
const (
	lookTicks = 20
	restTicks = 2
)

// spin is the CPU time that all processes use in 200 ms without any requests.
func (s *stage) spin() int {
	sum := func() (ticks int) {
		for _, p := range group(s.pid()) {
			ticks += p.ticks
		}
		return ticks
	}
	before := sum()
	time.Sleep(lookTicks * 10 * time.Millisecond)
	return sum() - before
}

// canary is an ordinary client.
func (s *stage) canary(ctx context.Context, r Round) {
	var got string
	want := func() bool {
		var err error
		got, err = s.request(ctx)
		if err != nil {
			got = err.Error()
		}
		awaits := r.Stack == "hypercorn-trio" && r.flag("mode") == "cooperative" // which fails, as on the real server
		return strings.HasPrefix(got, "200 ") && strings.Contains(got, "hello") || awaits && strings.HasPrefix(got, "500 ")
	}
	if !s.until(ctx, 15*time.Second, want) && !s.hasEnded() {
		s.find(Serves, "a new client got %s", got)
	}
}

// request makes one request on a connection of its own.
func (s *stage) request(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", s.address)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	if _, err := io.WriteString(conn, "GET /?id=canary&sleep=0s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"); err != nil {
		return "", err
	}
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	return fmt.Sprintf("%d %s", answer.StatusCode, body), err
}

// command sends one of an operator's commands. An invalid one must be refused with a 4xx status.
func (s *stage) command(ctx context.Context, question string) {
	_, took, err := s.ask(ctx, question)
	wait, _ := time.ParseDuration(strings.TrimSuffix(question[strings.LastIndexByte(question, '=')+1:], " "))
	if s.stopped.Load() > 0 || s.ends || s.hasEnded() || ctx.Err() != nil {
		return
	}
	if took > adminTime+wait || err != nil && errors.Is(err, errStatus) && strings.Contains(err.Error(), " 50") && !strings.Contains(err.Error(), " 504") {
		s.find(Answers, "%s took %v: %v", question, took, err)
	}
}

// stopTime is how long an idle server may take to end. For gunicorn it includes the workers' graceful
// timeout.
const stopTime = 15 * time.Second

// end stops the server, if it has not ended by itself.
func (s *stage) end(r Round, f fate) {
	if !f.ends && !s.hasEnded() {
		f.by = append(f.by, unix.SignalNum("SIG"+r.Stop))
		_ = s.cmd.Process.Signal(unix.SignalNum("SIG" + r.Stop)) // it may be ending
	}
	if !s.awaitEnd(stopTime) {
		s.find(Stops, "%v after %v the server has not ended: %s\n%s", stopTime, f.by, tree(s.pid()), s.lastWords())
		return
	}
	if !f.accepts(s.cmd.ProcessState) {
		s.find(Lives, "the server was sent %v and ended with %s\n%s", f.by, s.cmd.ProcessState, s.lastWords())
	}
	if f.orphans {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	for len(group(s.pid())) > 0 {
		if !sleep(ctx, 5*time.Millisecond) {
			s.find(Leftover, "%s", tree(s.pid()))
			return
		}
	}
	s.checkReady(false)
}

// tree describes the processes.
func tree(id int) string {
	var b strings.Builder
	for _, p := range group(id) {
		fmt.Fprintf(&b, "process %d of %d, state %s; ", p.pid, p.parent, p.state)
	}
	return b.String()
}
