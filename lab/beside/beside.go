package beside

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"
)

// Options say which generator runs beside which target.
type Options struct {
	Admin string // URL of the target's admin address, such as http://127.0.0.1:9090
	Token string // for the admin address; empty for none
	URL   string // of the target; if it is empty, the target is asked where it listens

	Every time.Duration // between two looks at the target's counters
	Wait  time.Duration // for a target that is still starting

	Command        []string // the generator and its arguments
	Stdin          io.Reader
	Stdout, Stderr io.Writer
}

// Report is what the target counted while the generator ran, and what follows from it.
type Report struct {
	Status    int // exit status of the generator
	account   account
	undecided bool // too little was seen for a verdict
}

// Seen reports whether anything was seen: not if Run failed before the generator started.
func (r Report) Seen() bool { return r.account.url != "" }

// Text is the report as lines for a person, the verdict last if there is one.
func (r Report) Text() string {
	if r.undecided {
		return r.account.text()
	}
	return r.account.text() + "beside: " + r.account.verdict() + "\n"
}

// giveUp is how long a generator may take to end after it was interrupted.
const giveUp = 10 * time.Second

// Run runs the generator to its end. When ctx ends, it interrupts the generator and reports what was seen until then.
// It fails before the generator starts if the target does not answer at either address, and after it if too little was
// seen for a verdict. The generator's own failure is not an error: Report.Status has it.
func Run(ctx context.Context, o Options) (Report, error) {
	t := newTarget(o)
	first, err := t.first(ctx, o.Wait)
	if err != nil {
		return Report{}, err
	}
	if err := t.locate(ctx, first, o.Wait); err != nil {
		return Report{}, err
	}
	generator := exec.CommandContext(ctx, o.Command[0], o.Command[1:]...)
	generator.Stdin, generator.Stdout, generator.Stderr = o.Stdin, o.Stdout, o.Stderr
	generator.Cancel = func() error { return generator.Process.Signal(os.Interrupt) }
	generator.WaitDelay = giveUp
	if err := generator.Start(); err != nil {
		return Report{}, fmt.Errorf("start the generator: %w", err)
	}
	ended := make(chan error, 1)
	go func() { ended <- generator.Wait() }()
	checking, done := context.WithCancel(ctx)
	checks := make(chan []check, 1)
	go func() { checks <- t.check(checking) }()
	samples, failed, err := t.watch(ctx, first, o.Every, ended)
	done()
	a := summarise(samples, <-checks, generator.ProcessState.UserTime()+generator.ProcessState.SystemTime())
	a.url = t.url
	r := Report{Status: generator.ProcessState.ExitCode(), account: a}
	switch exit := new(exec.ExitError); {
	case ctx.Err() != nil:
		err = errors.New("interrupted; the report is of the time until then")
	case errors.As(err, &exit) && r.Status > 0:
		err = nil
	case err != nil:
		err = fmt.Errorf("the generator: %w", err)
	}
	unsure := a.unsure()
	if failed != nil {
		unsure = fmt.Errorf("no verdict: the target stopped answering at %s: %w", t.admin, failed)
	}
	r.undecided = unsure != nil
	return r, errors.Join(unsure, err)
}
