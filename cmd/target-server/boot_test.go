//go:build linux

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/target-server/target-server/internal/eventually"
	"github.com/target-server/target-server/stacks"
)

// glance is the interval at which a test looks for a new worker, which is ready about ten milliseconds
// after its start.
const glance = 100 * time.Microsecond

// Workers are killed as soon as they exist, before they are ready: a parent that replaces them is up in
// the end, any other waits or ends like the real one. No process is left, and none crashes.
func TestWorkersKilledWhileBooting(t *testing.T) {
	t.Parallel()
	const most = 6
	for _, stack := range stacks.All() {
		v := stack.Defaults.Values
		if !stack.Supervised && v.Stack != "uvicorn" {
			continue
		}
		t.Run(v.Stack+" at "+v.Vintage, func(t *testing.T) {
			p := command(t, "--stack="+v.Stack, "--vintage="+v.Vintage, "--workers=2", "--sleep=0s", "--log-format=off", "--addr=127.0.0.1:0", "--admin-addr=127.0.0.1:0")
			ready := t.TempDir() + "/ready.json"
			p.cmd.Args = append(p.cmd.Args, "--ready-file="+ready)
			if err := p.cmd.Start(); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(p.kill)
			self, killed := p.cmd.Process.Pid, map[int]bool{}
			for end := time.Now().Add(10 * time.Second); len(killed) < most && alive(self) && time.Now().Before(end); {
				for _, pid := range born(self) {
					if !killed[pid] && len(killed) < most {
						killed[pid] = true
						_ = syscall.Kill(pid, syscall.SIGKILL) // it may have ended
					}
				}
				if _, err := os.Stat(ready); err == nil || !stack.Parent.RespawnDead && stack.Parent.Arbiter == nil && len(killed) >= 2 {
					break
				}
				time.Sleep(glance)
			}
			if stack.Parent.RespawnDead || stack.Parent.Arbiter != nil {
				p.until("it is ready", func() bool { _, err := os.Stat(ready); return err == nil })
			}
			if alive(self) {
				p.signal(syscall.SIGTERM)
			}
			p.until("it has ended", func() bool { return !alive(self) })
			p.until("no worker is left", func() bool { return !slices.ContainsFunc(keys(killed), alive) && len(children(self)) == 0 })
			_ = p.cmd.Wait() // its exit status is the real server's
			if said := p.stderr.String(); strings.Contains(said, "panic") || strings.Contains(said, "goroutine ") {
				t.Errorf("stderr:\n%s", said)
			}
		})
	}
}

// A master that gets SIGQUIT while it is starting a worker passes it on only when the worker can handle
// it, so that Go's runtime does not print its stacks.
func TestQuitWhileAWorkerBoots(t *testing.T) {
	for range 5 {
		p := start(t, "--stack=gunicorn-sync", "--workers=1", "--sleep=0s")
		master, before := p.cmd.Process.Pid, p.pids[0]
		if err := syscall.Kill(before, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		for end := time.Now().Add(eventually.Patience); !slices.ContainsFunc(born(master), func(pid int) bool { return pid != before }); {
			if time.Now().After(end) {
				t.Fatalf("no worker is started instead:\n%s", p.stderr)
			}
			time.Sleep(glance)
		}
		p.signal(syscall.SIGQUIT)
		p.until("it has ended", func() bool { return !alive(master) })
		if said := p.stderr.String(); strings.Contains(said, "SIGQUIT: quit") {
			t.Fatalf("stderr:\n%s", said)
		}
	}
}

// born lists the children of a process like children, but faster, without scanning all processes: the
// kernel has a list for each thread. A list that changes while it is read may lack some, and it
// includes zombies.
func born(parent int) (all []int) {
	lists, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", parent))
	if len(lists) == 0 {
		return children(parent) // a kernel without these lists
	}
	for _, list := range lists {
		text, _ := os.ReadFile(list) // a thread may have ended
		for word := range strings.FieldsSeq(string(text)) {
			if pid, err := strconv.Atoi(word); err == nil {
				all = append(all, pid)
			}
		}
	}
	return all
}

func keys(m map[int]bool) (all []int) {
	for k := range m {
		all = append(all, k)
	}
	return all
}

// children are the processes that a process has started, except zombies.
func children(parent int) (all []int) {
	entries, _ := os.ReadDir("/proc")
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		if fields := stat(pid); len(fields) > 1 && fields[0] != "Z" && fields[1] == strconv.Itoa(parent) {
			all = append(all, pid)
		}
	}
	return all
}
