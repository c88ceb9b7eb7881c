//go:build linux

package supervisor_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/target-server/target-server/server/supervisor"
)

// patience is how long anything may take on a busy machine before a test fails. No test waits for all of it.
const patience = 30 * time.Second

// promptExit turns off the race detector's pause of one second at the end of every process.
const promptExit = "GORACE=atexit_sleep_ms=0"

// house is a real parent process with real workers, in their own process group.
type house struct {
	t       *testing.T
	cmd     *exec.Cmd
	lines   chan announcement
	log     *os.File
	ended   chan struct{}
	addr    string
	workers []int
	known   []int // every worker ever seen
}

// open starts a parent and waits until its workers serve.
func open(t *testing.T, p played) *house {
	t.Helper()
	h := launch(t, p)
	h.next()
	return h
}

func launch(t *testing.T, p played) *house {
	t.Helper()
	t.Parallel()
	config, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	h := &house{t: t, lines: make(chan announcement, 16), ended: make(chan struct{})}
	out, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	h.log, err = os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	h.cmd = exec.Command(program, parentArgument, string(config))
	h.cmd.Stdout, h.cmd.Stderr = in, h.log
	h.cmd.Env = append(os.Environ(), promptExit)
	h.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := h.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	in.Close()
	go h.read(out)
	go func() {
		defer close(h.ended)
		_ = h.cmd.Wait()
	}()
	t.Cleanup(h.close)
	return h
}

func (h *house) read(out io.ReadCloser) {
	defer out.Close()
	for scan := bufio.NewScanner(out); scan.Scan(); {
		var a announcement
		if json.Unmarshal(scan.Bytes(), &a) == nil {
			h.lines <- a
		}
	}
}

// next waits until the parent announces that all workers are ready.
func (h *house) next() {
	h.t.Helper()
	select {
	case a := <-h.lines:
		h.addr, h.workers = a.Addr, a.PIDs
		h.known = append(h.known, a.PIDs...)
	case <-h.ended:
		h.t.Fatalf("the parent has ended; the log is\n%s", h.written())
	case <-time.After(patience):
		h.t.Fatalf("the workers were not ready; the log is\n%s", h.written())
	}
}

func (h *house) close() {
	for _, pid := range append(h.known, h.cmd.Process.Pid) {
		if group, err := syscall.Getpgid(pid); err == nil && group == h.cmd.Process.Pid {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
	}
	<-h.ended
	h.log.Close()
}

func (h *house) signal(pid int, sig syscall.Signal) {
	h.t.Helper()
	if err := syscall.Kill(pid, sig); err != nil {
		h.t.Fatalf("send %v to %d: %v", sig, pid, err)
	}
}

func (h *house) parent() int { return h.cmd.Process.Pid }

// exit waits for the parent to end, and returns its exit code, or minus the signal that ended it.
func (h *house) exit() int {
	h.t.Helper()
	select {
	case <-h.ended:
		return supervisor.ExitCode(h.cmd.ProcessState, nil)
	case <-time.After(patience):
		h.t.Fatalf("the parent did not end; the log is\n%s", h.written())
		return 0
	}
}

// until waits for something that must happen.
func (h *house) until(what string, happened func() bool) {
	h.t.Helper()
	for end := time.Now().Add(patience); !happened(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			h.t.Fatalf("not seen: %s; the log is\n%s", what, h.written())
		}
	}
}

// served connects and returns the process id of the worker that answers.
func (h *house) served() (string, error) {
	conn, err := net.DialTimeout("tcp", h.addr, patience)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(patience))
	answer, err := io.ReadAll(conn)
	return strings.TrimSpace(string(answer)), err
}

// refused reports whether connections are refused.
func (h *house) refused() bool {
	_, err := h.served()
	return errors.Is(err, syscall.ECONNREFUSED)
}

// servedOnlyBy fails if any other worker answers.
func (h *house) servedOnlyBy(pids ...int) {
	h.t.Helper()
	for range 5 {
		who, err := h.served()
		if err != nil {
			h.t.Fatalf("a client got %v", err)
		}
		if !slices.ContainsFunc(pids, func(pid int) bool { return fmt.Sprint(pid) == who }) {
			h.t.Fatalf("a client was served by %q, want one of %v", who, pids)
		}
	}
}

// state is the state of a process in /proc: S for sleeping, R for running, T for stopped; empty if there is none.
func state(pid int) string {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return ""
	}
	return strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))[0]
}

// gone reports whether a process has ended; an orphan may stay a zombie if no process reaps it.
func gone(pid int) bool { return state(pid) == "" || state(pid) == "Z" }

// written is the log of the processes.
func (h *house) written() string {
	h.t.Helper()
	log, err := os.ReadFile(h.log.Name())
	if err != nil {
		h.t.Fatal(err)
	}
	return string(log)
}

func (h *house) logs(want ...string) {
	h.t.Helper()
	rest := h.written()
	for _, line := range want {
		_, after, found := strings.Cut(rest, line+"\n")
		if !found {
			h.t.Fatalf("the log lacks %q, or has it too early:\n%s", line, h.written())
		}
		rest = after
	}
}
