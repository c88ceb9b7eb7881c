package supervisor

import (
	"os"
	"os/signal"
)

// Notify delivers the signals that a policy handles. Every other signal gets its default action, which for most is to
// end the process: a real server that does not handle SIGQUIT or SIGUSR1 dies of it, but Go's runtime would ignore some
// and print stacks for others. SIGHUP and the stop signals are not changed, since Go leaves them to their default
// action, or ignores SIGHUP under nohup.
//
// A signal that the parent should die of is not handled if it would not: if it is ignored from the start, as SIGHUP is
// under nohup, or in the first process of a container.
//
// The second result ends the delivery. A worker needs the same: see [DefaultActions].
func Notify(p Policy) (<-chan os.Signal, func()) {
	var handled []os.Signal
	for _, r := range p.Reactions {
		if sig, ok := signalNumber(r.Signal); ok && (r.Action != Die || mayDie(sig)) {
			handled = append(handled, sig)
		}
	}
	DefaultActions(handled...)
	signals := make(chan os.Signal, 64)
	if len(handled) > 0 {
		signal.Notify(signals, handled...)
	}
	return signals, func() { signal.Stop(signals) }
}

// SignalsNamed returns the signals of these names (without SIG) that this system has.
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
