//go:build unix

package driver

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/target-server/target-server/internal/environment"
)

// Command is a server to start.
type Command struct {
	Args []string
	Env  []string // added to this process's own environment, without what configures servers
	Dir  string
	// Stdout receives the standard output, which then is not part of the log: a server whose every line
	// wakes this process cannot be timed.
	Stdout *os.File
	Files  map[string]string // text by name, in a temporary folder where the command then runs instead of in Dir
	Err    error             // why there is no command, which starting it fails with
}

// Output is the stream on which a line of the log came.
type Output string

// The two streams.
const (
	Stdout Output = "stdout"
	Stderr Output = "stderr"
)

// Line is one line of a server's log.
type Line struct {
	At     time.Time
	Output Output
	Text   string
}

// Exit is how a server ended.
type Exit struct {
	At   time.Time
	Text string // "exit 0", "killed by terminated"
}

// Process is one running server, including its children, in a process group of its own.
type Process struct {
	cmd     *exec.Cmd
	pipes   []*os.File
	folder  string        // of the command's files, which is removed when the server has ended; or ""
	exited  chan struct{} // closed when exit is set
	mu      sync.Mutex
	lines   []Line
	kept    budget
	over    bool          // more was logged than is kept
	held    chan struct{} // closed when the log is read again; nil while it is being read
	changed chan struct{} // closed and replaced at every line
	exit    Exit
}

// Start starts the command and begins to record its log. If ctx ends before the server does, the whole
// group is killed.
func Start(ctx context.Context, command Command) (*Process, error) {
	if len(command.Args) == 0 {
		return nil, fmt.Errorf("start a server: %w", errors.Join(errors.New("no command"), command.Err))
	}
	folder, err := unpack(command.Files)
	if err != nil {
		return nil, fmt.Errorf("start a server: %w", err)
	}
	if folder != "" {
		command.Dir = folder
	}
	p := &Process{kept: LogLimit, changed: make(chan struct{}), exited: make(chan struct{}), folder: folder}
	p.cmd = exec.CommandContext(ctx, command.Args[0], command.Args[1:]...)
	p.cmd.Cancel = p.killGroup
	p.cmd.Dir = command.Dir
	p.cmd.Env = append(environment.Clean(os.Environ()), command.Env...)
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	writers, err := p.attach()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start a server: %w", err), remove(folder))
	}
	if command.Stdout != nil {
		p.cmd.Stdout = command.Stdout
	}
	err = startWithHangup(p.cmd)
	for _, w := range writers {
		err = errors.Join(err, w.Close())
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start %s: %w", command.Args[0], err), p.closePipes(), remove(folder))
	}
	go p.wait()
	return p, nil
}

// startWithHangup starts the command with SIGHUP's default action. A process that was started with
// SIGHUP ignored, by nohup or a service, would pass that on to its children; a handler is not passed
// on.
func startWithHangup(cmd *exec.Cmd) error {
	caught := make(chan os.Signal, 1)
	signal.Notify(caught, syscall.SIGHUP)
	defer signal.Stop(caught)
	return cmd.Start()
}

// attach makes the two pipes. They are not exec.Cmd's pipes, because children that outlive their parent
// hold them open, and the parent's exit must be seen anyway.
func (p *Process) attach() ([]*os.File, error) {
	var writers []*os.File
	for _, output := range []Output{Stdout, Stderr} {
		r, w, err := os.Pipe()
		if err != nil {
			return nil, fmt.Errorf("pipe: %w", err)
		}
		p.pipes = append(p.pipes, r)
		writers = append(writers, w)
		go p.read(output, r)
	}
	p.cmd.Stdout, p.cmd.Stderr = writers[0], writers[1]
	return writers, nil
}

// Pid is the process ID of the server's first process.
func (p *Process) Pid() int { return p.cmd.Process.Pid }

// Lines is the log so far, in the order of arrival, up to LogLimit.
func (p *Process) Lines() []Line {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.lines[:len(p.lines):len(p.lines)]
}

// Err is ErrLogLimit if the log is incomplete, or nil.
func (p *Process) Err() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.over {
		return ErrLogLimit
	}
	return nil
}

// AwaitLines waits, at most d, until done returns true for the log, and reports whether it did. If the
// log has exceeded its limit, it returns at once.
func (p *Process) AwaitLines(d time.Duration, done func([]Line) bool) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	for {
		p.mu.Lock()
		lines, changed, over := p.lines[:len(p.lines):len(p.lines)], p.changed, p.over
		p.mu.Unlock()
		if done(lines) {
			return true
		}
		if over {
			return false
		}
		select {
		case <-changed:
		case <-timer.C:
			return false
		}
	}
}

// HoldLog stops reading the log, so that the server's writes fill the pipe and block, or resumes
// reading. A few lines that are on their way may still come.
func (p *Process) HoldLog(on bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case on && p.held == nil:
		p.held = make(chan struct{})
	case !on && p.held != nil:
		close(p.held)
		p.held = nil
	}
}

// awaitLog waits while the log is held.
func (p *Process) awaitLog() {
	p.mu.Lock()
	held := p.held
	p.mu.Unlock()
	if held != nil {
		<-held
	}
}

// Signal sends a signal only to the server's first process.
func (p *Process) Signal(signal syscall.Signal) error {
	if err := p.cmd.Process.Signal(signal); err != nil {
		return fmt.Errorf("signal %v: %w", signal, err)
	}
	return nil
}

// AwaitExit waits for the server's first process to end, at most d.
func (p *Process) AwaitExit(d time.Duration) (Exit, bool) {
	select {
	case <-p.exited:
		return p.exit, true
	case <-time.After(d):
		return Exit{}, false
	}
}

// Kill ends the server and every child in its group, and frees its resources. It may be called once, at
// any time. Its error includes Err.
func (p *Process) Kill() error {
	p.HoldLog(false)
	err := p.killGroup()
	<-p.exited
	return errors.Join(err, p.closePipes(), p.Err(), remove(p.folder))
}

func (p *Process) killGroup() error {
	err := syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL)
	if err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("kill the server and its children: %w", err)
	}
	return nil
}

func (p *Process) closePipes() error {
	var failed error
	for _, pipe := range p.pipes {
		failed = errors.Join(failed, pipe.Close())
	}
	return failed
}

func (p *Process) wait() {
	err := p.cmd.Wait()
	p.exit = Exit{At: time.Now(), Text: exitText(p.cmd.ProcessState, err)}
	close(p.exited)
}

func exitText(state *os.ProcessState, err error) string {
	if state == nil {
		return fmt.Sprint(err)
	}
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return "killed by " + status.Signal().String()
	}
	return fmt.Sprintf("exit %d", state.ExitCode())
}

func (p *Process) read(output Output, from io.Reader) {
	reader := bufio.NewReader(from)
	var text []byte
	for {
		p.awaitLog()
		part, err := reader.ReadSlice('\n')
		if !p.take(len(part)) {
			_, _ = io.Copy(io.Discard, reader) // otherwise the server would block
			return
		}
		text = append(text, part...)
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if len(text) > 0 {
			p.add(Line{At: time.Now(), Output: output, Text: trimNewline(string(text))})
			text = text[:0]
		}
		if err != nil {
			return
		}
	}
}

// take reports whether n more bytes of the log can be kept.
func (p *Process) take(n int) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.over && p.kept.take(n) {
		return true
	}
	p.over = true
	p.tell()
	return false
}

func (p *Process) add(line Line) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lines = append(p.lines, line)
	p.tell()
}

// tell wakes the goroutines that wait for the log.
func (p *Process) tell() {
	close(p.changed)
	p.changed = make(chan struct{})
}

func trimNewline(text string) string {
	if n := len(text); n > 0 && text[n-1] == '\n' {
		return text[:n-1]
	}
	return text
}
