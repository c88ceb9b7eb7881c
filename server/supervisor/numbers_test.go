//go:build unix

package supervisor_test

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/server/supervisor"
)

// numbers are the present workers as "process id=number", and how many were started in place of an earlier one.
func (s *stage) numbers() string {
	var text strings.Builder
	for _, w := range s.parent.Workers() {
		if !supervisor.Closed(w.Exited()) {
			fmt.Fprintf(&text, "%d=%d ", w.PID(), w.Number())
		}
	}
	return text.String() + fmt.Sprint("restarts ", s.parent.Restarts())
}

// A replacement takes the number of the worker that it replaces, and any other worker the lowest that is free.
func TestNumbers(t *testing.T) {
	type step struct {
		do   func(*stage)
		want string
	}
	die := func(pids ...int) func(*stage) {
		return func(s *stage) {
			for _, pid := range pids {
				s.worker(pid).end(0)
			}
		}
	}
	get := func(sigs ...syscall.Signal) func(*stage) { return func(s *stage) { s.send(sigs...) } }
	for name, c := range map[string]struct {
		policy supervisor.Policy
		steps  []step
	}{
		"uvicorn": {uvicorn054(), []step{
			{get(), "1=1 2=2 3=3 restarts 0"},
			{die(3, 1), "4=1 2=2 5=3 restarts 2"},
			{get(syscall.SIGHUP), "6=1 7=2 8=3 restarts 5"},
			{get(syscall.SIGTTIN), "6=1 7=2 8=3 9=4 restarts 5"},
			{get(syscall.SIGTTOU), "6=1 7=2 8=3 restarts 5"},
			{get(syscall.SIGTTIN), "6=1 7=2 8=3 10=4 restarts 6"},
		}},
		"hypercorn": {hypercorn018(), []step{
			{get(), "1=1 2=2 3=3 restarts 0"},
			{die(2), "1=1 3=3 4=2 restarts 1"},
			{die(3, 1), "4=2 5=3 6=1 restarts 3"},
		}},
		"gunicorn": {gunicorn270(), []step{
			{get(), "1=1 2=2 3=3 restarts 0"},
			{die(2), "1=1 3=3 4=2 restarts 1"},
			{get(syscall.SIGTTOU), "3=3 4=2 restarts 1"}, // the oldest ends
			{get(syscall.SIGTTIN, syscall.SIGTTIN), "3=3 4=2 5=1 6=4 restarts 2"},
			{get(syscall.SIGHUP), "7=5 8=6 9=7 restarts 5"}, // old and new run at the same time
			{get(syscall.SIGHUP), "10=1 11=2 12=3 restarts 8"},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			everyWell := make([]func(*actor), 20)
			for i := range everyWell {
				everyWell[i] = healthy(time.Millisecond)
			}
			if name != "gunicorn" {
				everyWell = nil
			}
			play(t, c.policy, 3, func(s *stage) {
				for i, step := range c.steps {
					step.do(s)
					s.at(time.Duration(10*(i+1)) * time.Second)
					check.Equal(t, fmt.Sprint("after step ", i), s.numbers(), step.want)
				}
			}, everyWell...)
		})
	}
}
