//go:build unix

package targettest_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/internal/eventually"
	"github.com/target-server/target-server/targettest"
)

// workers are the process ids that requests have reached.
func workers(s *targettest.Server) map[int]bool {
	pids := map[int]bool{}
	for _, r := range s.Requests() {
		pids[r.Worker] = true
	}
	return pids
}

// ended reports whether a process runs no more. Its entry may stay until the first process
// of the system, or of the container, has asked what became of it.
func ended(pid int) bool {
	if errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
		return true
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err == nil && strings.Contains(string(stat), ") Z ")
}

// ends waits for the end of a process that is about to.
func ends(t *testing.T, pid int) {
	t.Helper()
	eventually.True(t, fmt.Sprintf("process %d has ended", pid), func() bool { return ended(pid) })
}

// Two workers share one socket, and have a pool each. When the test ends, so do they.
func TestProcesses(t *testing.T) {
	p := &played{TB: t}
	pids := map[int]bool{}
	p.run(func() {
		s := targettest.New(p, targettest.Processes(2), targettest.Limit(3))
		s.Hold()
		a := asks(t, s)
		for id := 0; len(workers(s)) < 2; id++ { // until each has accepted a request
			a.ask(id)
			must(t, until(s, func(n targettest.Snapshot) bool { return n.Accepted == id+1 }))
		}
		pids = workers(s)
		check.Equal(t, "limit", s.Snapshot().Limit, 6)
		check.Equal(t, "running and queued", s.Snapshot().Busy+s.Snapshot().Waiting, s.Snapshot().Held)
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		if err := s.WaitBusy(ctx, 7); !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "wait for 7 busy: ") {
			t.Errorf("more than there are threads: %v", err)
		}
		s.Release()
		a.Wait()
	})
	for pid := range pids {
		ends(t, pid) // it has closed its files already
	}
	if p.failed {
		t.Error(p.text)
	}
}

// What two workers knew at their end is put together; one that was killed says what it knew before.
func TestProcessesAfterTerminate(t *testing.T) {
	for _, stack := range []string{"uvicorn", "gunicorn-gthread", "hypercorn"} {
		t.Run(stack, func(t *testing.T) {
			t.Parallel()
			s := targettest.New(t, targettest.Stack(stack), targettest.Processes(2), targettest.Sleep(300*time.Millisecond))
			a := asks(t, s)
			for id := range 8 {
				a.ask(id)
			}
			must(t, until(s, func(n targettest.Snapshot) bool { return n.Accepted == 8 }))
			must(t, s.Terminate(t.Context()))
			a.Wait()
			n := s.Snapshot()
			check.Equal(t, "sums", fmt.Sprint(n.Accepted, n.Held, n.Answered), "8 0 8")
			ids := map[string]bool{}
			for _, r := range s.Requests() {
				ids[r.ID] = r.Outcome == targettest.Answered && !r.End.IsZero()
			}
			check.Equal(t, "requests", len(ids), 8)
			for id, answered := range ids {
				check.Equal(t, "answered "+id, answered, true)
			}
		})
	}
}

// After Close nothing is known of processes, and the error says what to do.
func TestProcessesAfterClose(t *testing.T) {
	p := &played{TB: t}
	p.run(func() {
		s := targettest.New(p, targettest.Processes(1))
		s.Close()
		s.Snapshot()
		s.Hold()
	})
	for _, want := range []string{"targettest: Snapshot: the server has ended, and nothing is known of its end; use Terminate", "targettest: Hold: the server has ended\n"} {
		if !strings.Contains(p.text, want) {
			t.Errorf("%q is missing in\n%s", want, p.text)
		}
	}
}

// A server that asks for a token gets it from the fixture.
func TestProcessesWithAToken(t *testing.T) {
	for _, n := range []int{1, 2} {
		s := targettest.New(t, targettest.Processes(n), targettest.Set("admin-token", "hush"), targettest.Limit(1))
		s.SetLimit(3)
		check.Equal(t, "limit", s.Snapshot().Limit, 3*n)
		check.Equal(t, "requests", len(s.Requests()), 0)
		must(t, s.WaitBusy(t.Context(), 0))
	}
}

// A worker that replaces another one gets the commands that the other one had got.
func TestNewWorkerHolds(t *testing.T) {
	s := targettest.New(t, targettest.Processes(2), targettest.Set("respawn", "true"), targettest.Limit(1))
	s.Hold()
	s.SetLimit(2)
	a := asks(t, s)
	a.ask(1)
	must(t, s.WaitBusy(t.Context(), 1))
	killed := s.Requests()[0].Worker
	must(t, syscall.Kill(killed, syscall.SIGKILL))
	must(t, until(s, func(n targettest.Snapshot) bool { return n.Limit == 4 && n.Busy == 0 }))
	for id := 2; len(workers(s)) < 2; id++ {
		a.ask(id)
		must(t, until(s, func(n targettest.Snapshot) bool { return n.Accepted == id-1 }))
	}
	check.Equal(t, "a request reached the one that was killed", workers(s)[killed], false)
	check.Equal(t, "answered", s.Snapshot().Answered, 0)
	s.Release()
	a.Wait()
}

// The workers sleep for what their parent read from a file, the replacement of a killed one too, though the file is gone.
func TestProcessesSleepFromAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "times.txt")
	must(t, os.WriteFile(path, []byte("1h\n2h\n"), 0o600))
	s := targettest.New(t, targettest.Processes(2), targettest.Set("respawn", "true"), targettest.SleepFrom("file("+path+")"))
	must(t, os.Remove(path))
	a := asks(t, s)
	a.ask(1)
	must(t, s.WaitBusy(t.Context(), 1))
	must(t, syscall.Kill(s.Requests()[0].Worker, syscall.SIGKILL))
	must(t, until(s, func(n targettest.Snapshot) bool { return n.Limit == 80 && n.Busy == 0 }))
	id := 2
	for ; len(workers(s)) < 2 && id < 60; id++ {
		a.ask(id)
		must(t, until(s, func(n targettest.Snapshot) bool { return n.Accepted == id-1 }))
	}
	check.Equal(t, "workers", len(workers(s)), 2)
	check.Equal(t, "asleep", s.Snapshot().Busy, id-2)
	s.Close()
	a.Wait()
}

// Whatever a test commands, and whichever worker is killed, while clients come and
// leave: the sums balance at every look, and in the end nothing is held.
func TestProcessesUnderLoad(t *testing.T) {
	for _, stack := range []string{"uvicorn", "gunicorn-gthread", "hypercorn"} {
		t.Run(stack, func(t *testing.T) {
			t.Parallel()
			s := targettest.New(t, targettest.Stack(stack), targettest.Processes(2), targettest.Sleep(time.Millisecond), targettest.Set("respawn", "true"))
			random := rand.New(rand.NewPCG(1, 2))
			kill := func() {
				if all := s.Requests(); stack != "hypercorn" && len(all) > 0 { // whose parent ends with a worker that was killed
					_ = syscall.Kill(all[len(all)-1].Worker, syscall.SIGKILL) // which may have ended
				}
			}
			commands := []func(){
				s.Hold, s.Release, s.Pause, s.Resume, s.Reset,
				func() { s.ReleaseNext(1 + random.IntN(3)) }, func() { s.SetLimit(1 + random.IntN(8)) },
			}
			stop := crowd(s, 8)
			for i := range 60 {
				commands[random.IntN(len(commands))]()
				if n := s.Snapshot(); n.Accepted != n.Held+n.Answered+n.Refused+n.Cancelled+n.Left {
					t.Fatalf("it does not add up: %s", n)
				}
				if i%20 == 10 {
					kill()
				}
			}
			s.Reset()
			stop()
			must(t, until(s, func(n targettest.Snapshot) bool { return n.Held == 0 && n.Busy == 0 && n.Zombies == 0 }))
		})
	}
}

// A test that is killed leaves no process: this one starts itself again, in
// which a server runs, and kills that.
func TestKilledTestLeavesNothing(t *testing.T) {
	const told = "workers: "
	if os.Getenv("TARGETTEST_DIES") != "" {
		s := targettest.New(t, targettest.Processes(2), targettest.Sleep(time.Hour))
		asks(t, s).ask(1)
		must(t, s.WaitBusy(t.Context(), 1))
		fmt.Println(told, s.Requests()[0].Worker)
		select {}
	}
	self, err := os.Executable()
	must(t, err)
	victim := exec.Command(self, "-test.run=^"+t.Name()+"$", "-test.count=1")
	victim.Env = append(os.Environ(), "TARGETTEST_DIES=1")
	out, err := victim.StdoutPipe()
	must(t, err)
	must(t, victim.Start())
	worker := 0
	for lines := bufio.NewScanner(out); worker == 0 && lines.Scan(); {
		if _, after, found := strings.Cut(lines.Text(), told); found {
			worker, err = strconv.Atoi(strings.TrimSpace(after))
			must(t, err)
		}
	}
	must(t, victim.Process.Kill())
	_ = victim.Wait() // it was killed
	if worker == 0 {
		t.Fatal("it named no worker")
	}
	ends(t, worker)
}
