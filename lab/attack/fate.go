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

// fate is what the signals and flags of a round may do to its server, as far as the real server's
// behaviour leaves open which clients are still answered.
type fate struct {
	ends    bool // the server ends
	mayEnd  bool // the server may end, because a worker does
	orphans bool // its workers may continue without it
	deaf    bool // a worker that has ended may not be replaced
	killed  bool // rows of processes may be missing
	counted bool // sums are those since the start
	by      []syscall.Signal
	workers []syscall.Signal // the signals that were sent to workers
}

// fateOf derives it from a round.
func fateOf(r Round) (fate, error) {
	s, err := stacks.Find(r.Stack, r.Vintage)
	if err != nil {
		return fate{}, err
	}
	several := s.Supervised || r.flag("workers") != "" && r.flag("workers") != "1"
	f := fate{counted: !r.has(Ask, "POST /reset")}
	// A worker ends, and with it a server that has no other worker. On trio one ends when two of its tasks send at once.
	if r.flag("limit-max-requests") != "" || r.Stack == "hypercorn-trio" {
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

// ofWorker handles a signal to a worker.
func (f *fate) ofWorker(s *server.Stack, r Round) {
	f.killed = true
	switch {
	case s.Parent.Event != nil: // Hypercorn's parent ends when its workers have ended, or when one has failed
		f.mayEnd, f.deaf = true, true
	case s.Parent.Arbiter == nil && !s.Parent.RespawnDead && r.flag("respawn") == "":
		f.deaf = true
	}
}

// ofParent handles a signal to the parent.
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

// alone handles a signal to a server without a parent.
func (f *fate) alone(s *server.Stack, name string) {
	if s.Defaults.Values.Stack == "tomcat" && name == "QUIT" { // the JVM prints its threads
		return
	}
	f.byDefault(name)
}

// byDefault is the kernel's default action, which is also what servers without a parent do: they end.
func (f *fate) byDefault(name string) {
	if !slices.Contains([]string{"WINCH", "TTIN", "TTOU"}, name) { // signals that stop a process are followed by CONT
		f.end(name)
	}
}

func (f *fate) end(name string) {
	f.ends, f.killed = true, true
	f.by = append(f.by, unix.SignalNum("SIG"+name))
}

// accepts reports whether this exit status is an expected one.
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
	for _, sig := range f.by { // in the form used by shells and the JVM
		if status.ExitStatus() == 128+int(sig) {
			return true
		}
	}
	for _, sig := range f.workers { // a parent that ends as its worker did, in Python's form
		if status.ExitStatus() == 256-int(sig) {
			return true
		}
	}
	return f.mayEnd && status.ExitStatus() == 1
}
