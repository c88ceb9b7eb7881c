//go:build linux

package main

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// TestFirstProcess runs the program as process 1 of a PID namespace, as in a container: it reaps the
// orphans that it inherits, still learns how its workers end, and stops on a signal.
func TestFirstProcess(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ args, logged string }{
		{"--vintage=2023-03", ""},
		{"--vintage=current", ""},
		{"--vintage=2023-03 --workers=2 --respawn", ""},
		{"--vintage=current --workers=2", "Child process [%d] died"},
		{"--stack=gunicorn-sync --workers=2", "Worker with pid %d was terminated due to signal 9"},
	} {
		t.Run(c.args, func(t *testing.T) {
			p := command(t, append(strings.Fields(c.args), "--addr=127.0.0.1:0", "--sleep=0s")...)
			p.cmd.SysProcAttr.Cloneflags = syscall.CLONE_NEWPID
			if os.Geteuid() != 0 {
				t.Skip("a PID namespace takes root")
			}
			p.launch()
			first := p.cmd.Process.Pid
			workers := childrenOf(first)
			orphan := p.leaveOrphan()
			p.mustKill(orphan)
			p.until("the orphan is buried", func() bool { return stat(orphan) == nil })
			if len(workers) > 0 {
				inner := p.pids[0]
				p.mustKill(workers[0])
				p.until("another worker takes its place", func() bool {
					now := childrenOf(first)
					return len(now) == len(workers) && !slices.Equal(now, workers)
				})
				if c.logged != "" {
					line := fmt.Sprintf(c.logged, inner)
					p.until(line, func() bool { return strings.Contains(p.stderr.String(), line) })
				}
			}
			p.signal(syscall.SIGTERM)
			if got := p.end(); got != "exit status 0" {
				t.Errorf("end: got %s, want exit status 0", got)
			}
		})
	}
}

// leaveOrphan starts a sleeping process in the program's PID namespace, ends its parent, and waits
// until the program has inherited it.
func (p *process) leaveOrphan() (orphan int) {
	p.t.Helper()
	before := childrenOf(p.cmd.Process.Pid)
	if err := within(p.cmd.Process.Pid, "/bin/sh", "-c", "sleep 600 & exit 3"); err != nil {
		p.t.Fatal(err)
	}
	p.until("the orphan is the program's", func() bool {
		for _, pid := range childrenOf(p.cmd.Process.Pid) {
			if !slices.Contains(before, pid) {
				orphan = pid
			}
		}
		return orphan != 0
	})
	return orphan
}

// within runs a command in the PID namespace of a process.
func within(pid int, name string, args ...string) error {
	failed := make(chan error)
	go func() {
		runtime.LockOSThread() // the thread ends with this goroutine, since it is in another namespace from now on
		failed <- func() error {
			space, err := os.Open(fmt.Sprintf("/proc/%d/ns/pid", pid))
			if err != nil {
				return err
			}
			defer space.Close()
			if err := unix.Setns(int(space.Fd()), unix.CLONE_NEWPID); err != nil {
				return fmt.Errorf("enter the PID namespace: %w", err)
			}
			proc, err := os.StartProcess(name, append([]string{name}, args...), &os.ProcAttr{})
			if err != nil {
				return err
			}
			_, err = proc.Wait()
			return err
		}()
	}()
	return <-failed
}

func (p *process) mustKill(pid int) {
	p.t.Helper()
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
		p.t.Fatal(err)
	}
}

// childrenOf returns the process IDs of a process's children, including zombies, in ascending order.
func childrenOf(parent int) (pids []int) {
	entries, _ := os.ReadDir("/proc")
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err != nil {
			continue
		}
		if fields := stat(pid); len(fields) > 1 && fields[1] == strconv.Itoa(parent) {
			pids = append(pids, pid)
		}
	}
	slices.Sort(pids)
	return pids
}

// TestFirstProcessHasNoDefaultActions sends signals that the program does not handle, such as HUP, USR1
// and, on Node, Flask and waitress, TERM: they would end any other process, but not process 1 of a
// container, as with the real servers.
func TestFirstProcessHasNoDefaultActions(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("a PID namespace takes root")
	}
	for _, args := range []string{
		"--vintage=2023-03", "--vintage=current", "--vintage=2023-03 --workers=2", "--stack=hypercorn --workers=2", "--stack=node", "--stack=flask", "--stack=waitress",
	} {
		t.Run(args, func(t *testing.T) {
			p := command(t, append(strings.Fields(args), "--addr=127.0.0.1:0", "--sleep=0s")...)
			p.cmd.SysProcAttr.Cloneflags = syscall.CLONE_NEWPID
			p.launch()
			sent := []syscall.Signal{syscall.SIGHUP, syscall.SIGUSR1, syscall.SIGQUIT}
			switch args {
			case "--stack=node":
				sent = append(sent, syscall.SIGTERM, syscall.SIGINT)
			case "--stack=flask", "--stack=waitress":
				sent = append(sent, syscall.SIGTERM)
			}
			for _, sig := range sent {
				p.signal(sig)
				if _, err := p.get(t.Context(), "/?id=1"); err != nil {
					t.Fatalf("%v: %v; it has ended", sig, err)
				}
			}
			p.signal(syscall.SIGKILL) // a process that answered while it was ending has closed its connection
			if got, want := p.end(), "signal: killed"; got != want {
				t.Errorf("end: got %s, want %s", got, want)
			}
		})
	}
}
