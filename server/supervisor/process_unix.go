//go:build unix

package supervisor

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

// The descriptors that a worker inherits, after standard input, output and error.
const (
	listenerFD = 3
	controlFD  = 4
)

// Reexec starts workers by running this program again, with the only argument [WorkerArgument], in the directory,
// environment and process group of its parent. Each gets the socket, which must be bound and still belongs to the
// caller, and the configuration, a JSON document.
func Reexec(listener *os.File, config []byte) Spawner {
	return func(place Place) (Process, error) {
		program, err := executable()
		if err != nil {
			return nil, fmt.Errorf("find this program: %w", err)
		}
		first, err := encode(orders{Place: place, Config: config})
		if err != nil {
			return nil, fmt.Errorf("write the configuration: %w", err)
		}
		ours, theirs, err := socketPair()
		if err != nil {
			return nil, err
		}
		defer theirs.Close()
		proc, err := os.StartProcess(program, []string{os.Args[0], WorkerArgument}, &os.ProcAttr{
			Files: []*os.File{os.Stdin, os.Stdout, os.Stderr, listener, theirs},
		})
		if err != nil {
			ours.Close()
			return nil, err
		}
		return newOSProcess(proc, ours, place.Number, first), nil
	}
}

// executable is the path of this program, on Linux even if its file has been replaced.
func executable() (string, error) {
	if runtime.GOOS == "linux" {
		return "/proc/self/exe", nil
	}
	return os.Executable()
}

// osProcess is a worker process.
type osProcess struct {
	*caller
	proc   *os.Process
	number int
	exited chan struct{}
	code   int // written before exited is closed
}

func newOSProcess(proc *os.Process, control *os.File, number int, first json.RawMessage) *osProcess {
	w := &osProcess{caller: newCaller(newChannel(control)), proc: proc, number: number, exited: make(chan struct{})}
	_ = w.send(message{Request: configRequest, Params: first}) // the queue is empty, so it fits
	go w.read()
	go w.wait()
	return w
}

func (w *osProcess) PID() int                { return w.proc.Pid }
func (w *osProcess) Number() int             { return w.number }
func (w *osProcess) Exited() <-chan struct{} { return w.exited }

// Signal sends a signal. SIGQUIT and SIGABRT are delayed until the worker is ready: before it handles
// them, Go's runtime would print stacks on standard error.
func (w *osProcess) Signal(sig os.Signal) error {
	if sig != syscall.SIGQUIT && sig != syscall.SIGABRT || closed(w.ready) {
		return w.proc.Signal(sig)
	}
	go func() {
		select {
		case <-w.ready:
			_ = w.proc.Signal(sig) // it can only fail if the worker has just ended
		case <-w.exited:
		}
	}()
	return nil
}

func (w *osProcess) ExitCode() int {
	if !closed(w.exited) {
		return 0
	}
	return w.code
}

func (w *osProcess) wait() {
	state, err := w.proc.Wait()
	w.code = exitCode(state, err)
	w.close()
	close(w.exited)
}

func exitCode(state *os.ProcessState, err error) int {
	if err != nil {
		return -1
	}
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return -int(status.Signal())
	}
	return state.ExitCode()
}

// socketPair returns the two ends of a control channel. Ours is non-blocking, so that closing it ends a read.
func socketPair() (ours, theirs *os.File, err error) {
	syscall.ForkLock.RLock()
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	if err == nil {
		unix.CloseOnExec(fds[0])
		unix.CloseOnExec(fds[1])
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		return nil, nil, fmt.Errorf("make a control channel: %w", err)
	}
	if err := unix.SetNonblock(fds[0], true); err != nil {
		return nil, nil, fmt.Errorf("make a control channel: %w", errors.Join(err, unix.Close(fds[0]), unix.Close(fds[1])))
	}
	return os.NewFile(uintptr(fds[0]), "control"), os.NewFile(uintptr(fds[1]), "control"), nil
}

// Inherit takes over the descriptors from the parent, and waits for the configuration. In a process that [Reexec] did
// not start it fails, and changes nothing.
func Inherit() (*Child, error) {
	if !isSocket(listenerFD, false) || !isSocket(controlFD, true) {
		return nil, errors.New("worker: this command is started by its parent, not by hand")
	}
	unix.CloseOnExec(listenerFD)
	unix.CloseOnExec(controlFD)
	for _, fd := range []int{listenerFD, controlFD} {
		if err := unix.SetNonblock(fd, true); err != nil {
			return nil, fmt.Errorf("worker: make descriptor %d non-blocking: %w", fd, err)
		}
	}
	control := newChannel(os.NewFile(controlFD, "control"))
	child, err := newChild(control, listenerFD)
	if err != nil {
		control.close()
		return nil, err
	}
	return child, nil
}

// isSocket reports whether a descriptor is a stream socket, either a Unix one or not.
func isSocket(fd int, local bool) bool {
	kind, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_TYPE)
	if err != nil || kind != unix.SOCK_STREAM {
		return false
	}
	addr, err := unix.Getsockname(fd)
	if err != nil {
		return false
	}
	_, unixAddr := addr.(*unix.SockaddrUnix)
	return unixAddr == local
}
