package supervisor

import (
	"os"
	"os/signal"
)

// Notify starts the delivery of the signals that a policy handles. Every other signal gets its default action, which
// for most of them is the end of the process: a real server that handles none of SIGQUIT, SIGUSR1 and the like dies of
// them, whereas Go's runtime would ignore some and print a dump for others. SIGHUP, which Go leaves to its default action
// but keeps ignored under nohup, and the stop signals are untouched.
//
// A signal that the parent is to die of is left alone where it would not: ignored from the start, as SIGHUP is under
// nohup, or in the first process of a container.
//
// The second result ends the delivery. A worker has the same need: see [DefaultActions].
func Notify(p Policy) (<-chan os.Signal, func()) {
	var handled []os.Signal
	for _, r := range p.Reactions {
		if sig, ok := signalNumber(r.Signal); ok && (r.Action != Die || mayDie(sig)) {
			handled = append(handled, sig)
		}
	}
	DefaultActions(handled...)
	came := make(chan os.Signal, 64)
	if len(handled) > 0 {
		signal.Notify(came, handled...)
	}
	return came, func() { signal.Stop(came) }
}

// SignalsNamed gives the signals of these names (without SIG), those that this system has.
func SignalsNamed(names ...string) []os.Signal {
	var found []os.Signal
	for _, name := range names {
		if sig, ok := signalNumber(name); ok {
			found = append(found, sig)
		}
	}
	return found
}

func mayDie(sig os.Signal) bool { return os.Getpid() != 1 && !signal.Ignored(sig) }
