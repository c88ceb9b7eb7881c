package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/target-server/target-server/internal/machine"
)

const (
	exitGood   = 0
	exitFailed = 1
	exitUsage  = 2
)

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o, err := parse(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitGood
	case err != nil:
		return exitUsage
	}
	r := recorder{options: o, out: stdout, perform: perform}
	if err := r.all(ctx); err != nil {
		fmt.Fprintln(stderr, "record:", err)
		return exitFailed
	}
	return exitGood
}

// recorder runs the parts.
type recorder struct {
	options
	out io.Writer
	// perform runs a command, whose output goes to a writer.
	perform func(ctx context.Context, command []string, output io.Writer) error
}

// all runs what is left to do, or what was chosen.
func (r recorder) all(ctx context.Context) error {
	done, err := load(r.progressFile())
	if err != nil {
		return err
	}
	if r.list {
		r.tell(done)
		return nil
	}
	todo := r.todo(&done)
	if err := r.build(ctx); err != nil {
		return err
	}
	began, left := time.Now(), r.left(todo, done)
	r.say("parts to do: %d, about %s; %s", len(todo), minutes(left), machine.Here())
	for i, p := range todo {
		r.say("part %d of %d: %s: %s (about %s; about %s left in all)", i+1, len(todo), p.name, p.about, minutes(r.usually(p, done)), minutes(r.left(todo[i:], done)))
		entry, err := r.one(ctx, p)
		if ctx.Err() != nil {
			return fmt.Errorf("interrupted during %s; go run ./lab/cmd/record goes on with this part: %w", p.name, ctx.Err())
		}
		if err != nil {
			return fmt.Errorf("%s: %w (see %s; go run ./lab/cmd/record goes on with this part)", p.name, err, r.logFile(p))
		}
		done.Parts[p.name] = entry
		if err := done.save(r.progressFile()); err != nil {
			return err
		}
	}
	r.tell(done)
	r.say("parts done: %d, in %s", len(todo), time.Since(began).Round(time.Second))
	return nil
}

// todo lists the parts to run. A record whose parts are all done is followed by a new one.
func (r recorder) todo(done *progress) []part {
	var chosen, left []part
	for _, p := range r.parts() {
		if r.chosen(p.name) || p.name == fidelity && len(chosen) > 0 && r.complete(*done) {
			chosen = append(chosen, p)
		}
		if !done.has(p.name) {
			left = append(left, p)
		}
	}
	if len(chosen) > 0 {
		return chosen
	}
	if len(left) == 0 || r.again {
		done.Began = time.Now()
		return r.parts()
	}
	return left
}

// complete reports whether everything that the fidelity pages show is done or chosen: if some of it is played again, so are
// the pages written again.
func (r recorder) complete(done progress) bool {
	for _, p := range r.parts() {
		if p.name == fidelity {
			break
		}
		if !done.has(p.name) && !r.chosen(p.name) {
			return false
		}
	}
	return true
}

// one runs a part, and says how it went.
func (r recorder) one(ctx context.Context, p part) (entry, error) {
	log, err := os.Create(r.logFile(p))
	if err != nil {
		return entry{}, fmt.Errorf("its output: %w", err)
	}
	defer log.Close()
	began, before := time.Now(), changed(p.keeps)
	failed := r.perform(ctx, p.command, io.MultiWriter(r.out, log))
	e := entry{Ended: time.Now(), Seconds: time.Since(began).Seconds()}
	switch {
	case ctx.Err() != nil:
		return e, ctx.Err()
	case failed != nil && changed(p.keeps).Equal(before):
		return e, failed
	case failed != nil:
		e.Note = "found something: see the page"
	}
	return e, nil
}

// changed is when a file was last written; the zero time, if there is none.
func changed(path string) time.Time {
	info, err := os.Stat(path)
	if err != nil {
		return time.Time{}
	}
	return info.ModTime()
}

// build builds what the parts run.
func (r recorder) build(ctx context.Context) error {
	if err := os.MkdirAll(filepath.Join(r.results, "bin"), 0o755); err != nil {
		return fmt.Errorf("folder: %w", err)
	}
	for name, source := range programs() {
		if err := r.perform(ctx, []string{"go", "build", "-o", r.program(name), source}, r.out); err != nil {
			return fmt.Errorf("build %s: %w", source, err)
		}
	}
	return nil
}

// perform runs a command. An interrupt reaches it as one, so that it can stop the servers that it has started.
func perform(ctx context.Context, command []string, output io.Writer) error {
	c := exec.CommandContext(ctx, command[0], command[1:]...)
	c.Stdout, c.Stderr = output, output
	c.Cancel = func() error { return c.Process.Signal(syscall.SIGTERM) }
	c.WaitDelay = 20 * time.Second
	return c.Run()
}

func (r recorder) logFile(p part) string { return filepath.Join(r.results, "record-"+p.name+".log") }

func (r recorder) progressFile() string { return filepath.Join(r.results, "record.json") }

func (r recorder) say(format string, args ...any) {
	fmt.Fprintf(r.out, "%s record: %s\n", time.Now().Format(time.TimeOnly), fmt.Sprintf(format, args...))
}

// tell lists the parts, and what is known of each.
func (r recorder) tell(done progress) {
	for _, p := range r.parts() {
		e, ok := done.Parts[p.name]
		switch {
		case !ok:
			fmt.Fprintf(r.out, "%-22s not done; takes about %-9s %s\n", p.name, minutes(p.usual), p.about)
		case !done.has(p.name):
			fmt.Fprintf(r.out, "%-22s to be done again; took %-9s %s\n", p.name, minutes(e.took()), p.about)
		default:
			fmt.Fprintf(r.out, "%-22s %s, in %-9s %s\n", p.name, e.Ended.Format(time.DateTime), minutes(e.took()), or(e.Note, p.about))
		}
	}
}

func or(text, other string) string {
	if text != "" {
		return text
	}
	return other
}

// usually is how long a part takes: as long as the last time, if that is known.
func (r recorder) usually(p part, done progress) time.Duration {
	if e, ok := done.Parts[p.name]; ok {
		return e.took()
	}
	return p.usual
}

// left is how long some parts take together.
func (r recorder) left(parts []part, done progress) time.Duration {
	var sum time.Duration
	for _, p := range parts {
		sum += r.usually(p, done)
	}
	return sum
}

// minutes writes a duration as people say it.
func minutes(d time.Duration) string {
	if d < 2*time.Minute {
		return d.Round(time.Second).String()
	}
	return fmt.Sprintf("%d min", int(d.Minutes()+0.5))
}
