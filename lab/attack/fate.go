package attack

import (
	"os"
	"slices"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/server/supervisor"
	"github.com/target-server/target-server/stacks"
)

// fate is what the signals and the flags of a round may do to its server, so far as the real server's ways make it
// uncertain which client is still answered.
type fate struct {
	ends    bool // it ends
	mayEnd  bool // it may end, since a worker does
	orphans bool // its workers may serve on without it
	deaf    bool // a worker that is gone may not be replaced
	killed  bool // rows of processes may be missing
	counted bool // sums are those since the start
	by      []syscall.Signal
	workers []syscall.Signal // that were sent to workers
}

// fateOf reads it from a round.
func fateOf(r Round) (fate, error) {
	s, err := stacks.Find(r.Stack, r.Vintage)
	if err != nil {
		return fate{}, err
	}
	several := s.Supervised || r.flag("workers") != "" && r.flag("workers") != "1"
	f := fate{counted: !r.has(Ask, "POST /reset")}
	if r.flag("limit-max-requests") != "" { // a worker ends, and with it a server that has no other
		f.mayEnd, f.deaf, f.killed = true, true, true
	}
	r.steps(func(_ Actor, step Step) {
		if step.Kind != Signal || step.Text == "CONT" || step.Text == "STOP" {
			return
		}
		switch {
		case step.Worker > 0:
			f.ofWorker(s, r)
			f.workers = append(f.workers, unix.SignalNum("SIG"+step.Text))
		case several:
			f.ofParent(s, step.Text)
		default:
			f.alone(s, step.Text)
		}
	})
	return f, nil
}

// ofWorker is for a signal to a worker.
func (f *fate) ofWorker(s *server.Stack, r Round) {
	f.killed = true
	switch {
	case s.Parent.Event != nil: // Hypercorn's parent ends with its workers, or when one has ended badly
		f.mayEnd, f.deaf = true, true
	case s.Parent.Arbiter == nil && !s.Parent.RespawnDead && r.flag("respawn") == "":
		f.deaf = true
	}
}

// ofParent is for a signal to the parent.
func (f *fate) ofParent(s *server.Stack, name string) {
	if slices.Contains([]string{"TTIN", "TTOU", "HUP", "USR1"}, name) {
		f.killed = true // workers may be replaced
	}
	for _, reaction := range s.Parent.Reactions {
		if reaction.Signal != name {
			continue
		}
		switch reaction.Action {
		case supervisor.Exit, supervisor.Halt, supervisor.HaltSoon:
			f.end(name)
		case supervisor.Die:
			f.end(name)
			f.orphans = true
		}
		return
	}
	f.byDefault(name)
}

// alone is for a signal to a server without a parent.
func (f *fate) alone(s *server.Stack, name string) {
	if s.Defaults.Values.Stack == "tomcat" && name == "QUIT" { // the virtual machine lists its threads
		return
	}
	f.byDefault(name)
}

// byDefault is what the kernel does, which is no other than what servers without a parent make of a signal: they end.
func (f *fate) byDefault(name string) {
	if !slices.Contains([]string{"WINCH", "TTIN", "TTOU"}, name) { // those that stop are followed by CONT
		f.end(name)
	}
}

func (f *fate) end(name string) {
	f.ends, f.killed = true, true
	f.by = append(f.by, unix.SignalNum("SIG"+name))
}

// accepts tells whether a process that has ended so has ended as it should.
func (f *fate) accepts(state *os.ProcessState) bool {
	status, ok := state.Sys().(syscall.WaitStatus)
	switch {
	case !ok:
		return false
	case status.Signaled():
		return slices.Contains(f.by, status.Signal())
	case status.ExitStatus() == 0:
		return true
	}
	for _, sig := range f.by { // as a shell, or a Java virtual machine, says it
		if status.ExitStatus() == 128+int(sig) {
			return true
		}
	}
	for _, sig := range f.workers { // a parent that ends as its worker did, as Python says it
		if status.ExitStatus() == 256-int(sig) {
			return true
		}
	}
	return f.mayEnd && status.ExitStatus() == 1
}
