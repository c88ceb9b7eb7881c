//go:build linux

package supervisor_test

import (
	"errors"
	"fmt"
	"net"
	"os"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/target-server/target-server/server/listen"
	"github.com/target-server/target-server/server/supervisor"
)

func two(p supervisor.Policy) played { return played{Policy: p, Workers: 2} }

func TestProcessesEndInOrder(t *testing.T) {
	for name, policy := range map[string]supervisor.Policy{"0.21.1": uvicorn021(), "0.54.0": uvicorn054()} {
		for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
			for _, who := range []string{"the parent", "the group"} {
				t.Run(fmt.Sprintf("%s/%v/to %s", name, sig, who), func(t *testing.T) {
					h := open(t, two(policy))
					h.servedOnlyBy(h.workers...)
					to := h.parent()
					if who == "the group" {
						to = -to
					}
					h.signal(to, sig)
					if code := h.exit(); code != 0 {
						t.Errorf("exit code %d, want 0", code)
					}
					if !h.refused() {
						t.Error("someone still has the port")
					}
					h.logs(fmt.Sprintf("Started parent process [%d]", h.parent()), fmt.Sprintf("Stopping parent process [%d]", h.parent()))
				})
			}
		}
	}
}

func TestUvicorn021LeavesClientsHanging(t *testing.T) {
	h := open(t, two(uvicorn021()))
	h.signal(h.workers[0], syscall.SIGKILL)
	h.until("the end of a worker", func() bool { return gone(h.workers[0]) })
	h.servedOnlyBy(h.workers[1])
	h.signal(h.workers[1], syscall.SIGKILL)
	h.until("the end of the last worker", func() bool { return gone(h.workers[1]) })
	conn, err := net.DialTimeout("tcp", h.addr, patience)
	if err != nil {
		t.Fatalf("the parent should still hold the socket: %v", err)
	}
	defer conn.Close()
	_ = conn.SetReadDeadline(time.Now().Add(200 * time.Millisecond))
	if n, err := conn.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("got %d bytes and %v, want silence", n, err)
	}
	h.signal(h.parent(), syscall.SIGTERM)
	if code := h.exit(); code != 0 {
		t.Errorf("exit code %d, want 0", code)
	}
	if log := h.written(); strings.Contains(log, "died") {
		t.Errorf("a death was told:\n%s", log)
	}
}

func TestDeadWorkersAreReplaced(t *testing.T) {
	for name, policy := range map[string]supervisor.Policy{"0.21.1 with respawn": uvicorn021().Respawning(), "0.54.0": uvicorn054()} {
		t.Run(name, func(t *testing.T) {
			h := open(t, two(policy))
			before := h.workers
			h.signal(before[0], syscall.SIGKILL)
			h.next()
			if h.workers[0] == before[0] || h.workers[1] != before[1] {
				t.Errorf("workers %v, then %v; want the first replaced", before, h.workers)
			}
			h.logs(fmt.Sprintf("Child process [%d] died", before[0]))
			h.signal(h.workers[1], syscall.SIGQUIT) // it does not handle this signal, and dies
			h.next()
			h.servedOnlyBy(h.workers...)
		})
	}
}

func TestWorkersEndWithAParentThatIsKilled(t *testing.T) {
	for name, policy := range map[string]supervisor.Policy{"0.21.1": uvicorn021(), "0.54.0": uvicorn054()} {
		t.Run(name, func(t *testing.T) {
			h := open(t, two(policy))
			h.signal(h.parent(), syscall.SIGKILL)
			if code := h.exit(); code != -int(syscall.SIGKILL) {
				t.Errorf("exit code %d", code)
			}
			h.until("a port without a listener", h.refused)
			h.until("the end of the workers", func() bool { return gone(h.workers[0]) && gone(h.workers[1]) })
		})
	}
}

func TestUvicorn021LeavesOrphans(t *testing.T) {
	h := open(t, two(uvicorn021()))
	h.signal(h.parent(), syscall.SIGHUP)
	h.exit()
	h.servedOnlyBy(h.workers...)
	h.signal(h.workers[0], syscall.SIGTERM)
	h.until("the end of a worker", func() bool { return gone(h.workers[0]) })
	h.servedOnlyBy(h.workers[1])
	h.signal(h.workers[1], syscall.SIGTERM)
	h.until("a port without a listener", h.refused)
}

func TestUvicorn021DiesOfSignalsItDoesNotHandle(t *testing.T) {
	for _, sig := range []syscall.Signal{syscall.SIGHUP, syscall.SIGQUIT, syscall.SIGUSR1, syscall.SIGUSR2} {
		t.Run(sig.String(), func(t *testing.T) {
			h := open(t, two(uvicorn021()))
			h.signal(h.parent(), sig)
			if code := h.exit(); code != -int(sig) {
				t.Errorf("exit code %d, want %d", code, -int(sig))
			}
			h.servedOnlyBy(h.workers...)
			if log := h.written(); strings.Contains(log, "goroutine") {
				t.Errorf("Go's dump was printed:\n%s", log)
			}
		})
	}
}

func TestUvicorn021IsStoppedByTTINAndTTOU(t *testing.T) {
	for _, sig := range []syscall.Signal{syscall.SIGTTIN, syscall.SIGTTOU} {
		t.Run(sig.String(), func(t *testing.T) {
			h := open(t, two(uvicorn021()))
			h.signal(h.parent(), sig)
			h.until("a stopped parent", func() bool { return state(h.parent()) == "T" })
			h.servedOnlyBy(h.workers...)
			h.signal(h.parent(), syscall.SIGTERM) // handled when it continues
			h.signal(h.parent(), syscall.SIGCONT)
			if code := h.exit(); code != 0 {
				t.Errorf("exit code %d, want 0", code)
			}
		})
	}
}

func TestUvicorn054GrowsShrinksAndRestarts(t *testing.T) {
	h := open(t, two(uvicorn054()))
	first := h.workers
	h.signal(h.parent(), syscall.SIGTTIN)
	h.next()
	if len(h.workers) != 3 || !slices.Equal(h.workers[:2], first) {
		t.Fatalf("workers %v, then %v; want one more", first, h.workers)
	}
	third := h.workers[2]
	h.signal(h.parent(), syscall.SIGTTOU)
	h.next()
	h.until("the end of the youngest worker", func() bool { return gone(third) })
	if !slices.Equal(h.workers, first) {
		t.Errorf("workers %v, want %v again", h.workers, first)
	}
	h.signal(h.parent(), syscall.SIGHUP)
	h.next() // the first one is replaced
	h.next() // and then the second
	if slices.ContainsFunc(h.workers, func(pid int) bool { return slices.Contains(first, pid) }) {
		t.Errorf("workers %v, then %v; want all replaced", first, h.workers)
	}
	h.servedOnlyBy(h.workers...)
	for _, sig := range []syscall.Signal{syscall.SIGQUIT, syscall.SIGUSR1, syscall.SIGUSR2, syscall.SIGWINCH} {
		h.signal(h.parent(), sig)
	}
	h.signal(h.parent(), syscall.SIGTERM)
	if code := h.exit(); code != 0 {
		t.Errorf("exit code %d, want 0", code)
	}
}

func TestUvicorn054KillsAStoppedWorker(t *testing.T) {
	policy := uvicorn054()
	policy.HealthCheck = 2 * time.Second
	h := open(t, two(policy))
	stopped := h.workers[0]
	h.signal(stopped, syscall.SIGSTOP)
	h.next()
	if !gone(stopped) {
		t.Errorf("worker %d still exists", stopped)
	}
	h.servedOnlyBy(h.workers...)
}

func TestUvicorn054EndsWhenItsWorkersCannotStart(t *testing.T) {
	h := launch(t, played{Policy: uvicorn054(), Workers: 2, Fail: 3})
	if code := h.exit(); code != 0 {
		t.Errorf("exit code %d, want 0", code)
	}
	h.logs(fmt.Sprintf("Stopping parent process [%d]", h.parent()))
	if log := h.written(); !strings.Contains(log, "failed to start, stopping the parent process.") {
		t.Errorf("the reason was not told:\n%s", log)
	}
}

func TestAWorkerIsNotStartedByHand(t *testing.T) {
	if _, err := supervisor.Inherit(); err == nil || !strings.Contains(err.Error(), "not by hand") {
		t.Errorf("got %v", err)
	}
}

func TestWorkersAnswerAndNothingIsLeftBehind(t *testing.T) {
	name, value, _ := strings.Cut(promptExit, "=")
	t.Setenv(name, value)
	sock, err := listen.Bind(t.Context(), "127.0.0.1", 0)
	if err != nil {
		t.Fatal(err)
	}
	defer sock.Close()
	files, routines := descriptors(t), runtime.NumGoroutine()
	for range 3 {
		askTwoWorkers(t, sock)
	}
	for end := time.Now().Add(patience); descriptors(t) > files || runtime.NumGoroutine() > routines; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%d descriptors and %d goroutines, %d and %d before", descriptors(t), runtime.NumGoroutine(), files, routines)
		}
	}
}

func askTwoWorkers(t *testing.T, sock *os.File) {
	t.Helper()
	signals, ready := make(chan os.Signal, 1), make(chan []int, 4)
	parent, err := supervisor.New(supervisor.Options{
		Workers: 2, Policy: uvicorn054(), Spawn: supervisor.Reexec(sock, []byte("{}")), Signals: signals,
		OnReady: func(pids []int) { ready <- pids },
	})
	if err != nil {
		t.Fatal(err)
	}
	over := make(chan error, 1)
	go func() {
		_, err := parent.Run(t.Context())
		over <- err
	}()
	<-ready
	for i, w := range parent.Workers() {
		got, err := w.Call(t.Context(), "stats", nil)
		if want := fmt.Sprintf(`{"pid":%d,"serial":%d}`, w.PID(), i); err != nil || string(got) != want {
			t.Errorf("stats: %s, %v; want %s", got, err, want)
		}
		if want := fmt.Sprintf(`{"pid":%d}`, w.PID()); string(w.Info()) != want {
			t.Errorf("info: %s, want %s", w.Info(), want)
		}
	}
	signals <- syscall.SIGTERM
	if err := <-over; err != nil {
		t.Error(err)
	}
}

func descriptors(t *testing.T) int {
	t.Helper()
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(open)
}
