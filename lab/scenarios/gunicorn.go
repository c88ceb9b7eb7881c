package scenarios

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/target-server/target-server/lab/driver"
	"github.com/target-server/target-server/lab/servers"
)

// startup is how long a real worker may take to load the application on a busy machine.
const startup = 30 * time.Second

// uvicornWorkerUp is what Uvicorn's workers log when they are ready.
const uvicornWorkerUp = "Application startup complete."

// gunicornMaster shows what gunicorn's master does with its workers, which log the text up when they
// are ready. Each scenario needs real processes.
func gunicornMaster(up string) []Scenario {
	all := []Scenario{
		masterLife(), masterInUse(), masterStopsIdle(), masterStopsInWork(), masterKillsTheLate(), masterHastened(),
		masterReload(up), masterRespawns(up), masterLimit(up), masterGrows(up), masterShrinks(), masterHup(up),
	}
	for i := range all {
		all[i].Parent = !all[i].Starting
	}
	return all
}

func masterLife() Scenario {
	return Scenario{
		Name:   "master-whole-life",
		About:  "Start, an answer, a 404, a malformed request, stop: all lines of master and worker, and the exit.",
		Server: quick(),
		Core:   true,
		Play: func(s *Stage) {
			for _, raw := range []string{
				"GET /?id=1 HTTP/1.1\r\nHost: lab\r\n\r\n",
				"GET /no%20where?a=%C3%A4 HTTP/1.1\r\nHost: lab\r\n\r\n",
				"nonsense\r\n\r\n",
			} {
				c := s.Connect()
				c.Send(raw)
				c.Await(1, patience)
				s.Pause(50 * ms)
			}
			s.Signal(syscall.SIGTERM)
			exit, _ := s.AwaitExit(patience)
			s.Exact("exit", exit)
			s.Lines("stdout", s.Log(driver.Stdout))
			s.Lines("stderr, sorted", s.SortedLog(driver.Stderr))
		},
	}
}

func masterInUse() Scenario {
	return Scenario{
		Name:     "master-port-in-use",
		About:    "The port is already in use: how often does the server try?",
		Server:   quick(),
		Starting: true,
		Play: func(s *Stage) {
			exit, _ := s.AwaitExit(startup)
			s.Exact("exit", exit)
			s.Lines("stderr", s.Log(driver.Stderr))
		},
	}
}

func masterStopsIdle() Scenario {
	return Scenario{
		Name:   "master-stop-idle",
		About:  "SIGTERM to the master of two workers while no request runs: one connection is idle, one silent, one has sent half a request.",
		Server: servers.Config{Mode: threadpool, Sleep: 20 * ms, Workers: 2},
		Play: func(s *Stage) {
			clients := s.ConnectAll(3)
			clients[0].Get("1")
			clients[0].Await(1, patience)
			clients[2].Send("GET / HTTP/1.1\r\nHo")
			s.Pause(200 * ms)
			s.Mark()
			s.Signal(syscall.SIGTERM)
			exit, _ := s.AwaitExit(patience)
			s.Exact("exit", exit)
			s.stateEnds(clients, "idle", "silent", "half a request")
			s.Lines("stderr, sorted", s.SortedLog(driver.Stderr))
		},
	}
}

func masterStopsInWork() Scenario {
	return Scenario{
		Name:   "master-stop-in-work",
		About:  "SIGTERM with requests running and queued: which are answered, and what happens to a later connection?",
		Server: servers.Config{Mode: threadpool, Limit: 2, Sleep: time.Second},
		Core:   true,
		Play: func(s *Stage) {
			clients := s.Burst(3, 50*ms)
			s.Until(300 * ms)
			s.Signal(syscall.SIGTERM)
			s.Until(700 * ms)
			_, late := s.TryConnect(300 * ms)
			s.Exact("a late connection is", late)
			exit, _ := s.AwaitExit(patience)
			s.Exact("exit", exit)
			s.stateEnds(clients, "first", "second", "third")
			s.Lines("stderr, sorted", s.SortedLog(driver.Stderr))
		},
	}
}

func masterKillsTheLate() Scenario {
	return Scenario{
		Name:   "master-graceful-timeout",
		About:  "Requests that take longer than the master's graceful timeout: what do they get?",
		Server: servers.Config{Mode: threadpool, Limit: 1, Sleep: 4 * time.Second, GracefulTimeout: time.Second},
		Play: func(s *Stage) {
			clients := s.Burst(2, 50*ms)
			s.Until(300 * ms)
			s.Signal(syscall.SIGTERM)
			exit, _ := s.AwaitExit(patience)
			s.Exact("exit", exit)
			s.Pause(100 * ms)
			s.stateEnds(clients, "first", "second")
		},
	}
}

func masterHastened() Scenario {
	return Scenario{
		Name:   "master-stop-then-sigint",
		About:  "SIGINT while the master waits for its workers: does it change anything?",
		Server: servers.Config{Mode: threadpool, Sleep: 4 * time.Second, GracefulTimeout: 6 * time.Second},
		Play: func(s *Stage) {
			clients := s.Burst(1, 0)
			s.Until(300 * ms)
			s.Signal(syscall.SIGTERM)
			s.Until(700 * ms)
			s.Signal(syscall.SIGINT)
			exit, _ := s.AwaitExit(patience)
			s.Exact("exit", exit)
			s.Pause(100 * ms)
			s.stateEnds(clients, "in work")
		},
	}
}

func masterReload(up string) Scenario {
	return Scenario{
		Name:   "master-reload-in-work",
		About:  "SIGHUP while a request runs: the old worker answers it while the new one already answers others.",
		Server: servers.Config{Mode: threadpool, Sleep: 2 * time.Second},
		Play: func(s *Stage) {
			old := s.Burst(1, 0)
			s.AwaitStarts(1, patience)
			s.Signal(syscall.SIGHUP)
			s.AwaitLog(up, 2, startup)
			s.Pause(300 * ms)
			c := s.Connect()
			c.Get("2")
			old[0].Await(1, patience)
			c.Await(1, patience)
			s.AwaitRest(time.Second, 8*time.Second)
			s.Exact("the old", old[0].Wire())
			s.Exact("the new", c.Status(0))
			served := slices.Compact(slices.Sorted(slices.Values(s.StartPids())))
			s.Exact("workers that served", len(served))
			s.stateLines()
		},
	}
}

func masterRespawns(up string) Scenario {
	return Scenario{
		Name:   "master-worker-killed",
		About:  "The only worker is killed: its connections end, new ones wait in the kernel, and another worker takes over.",
		Server: servers.Config{Mode: threadpool, Sleep: 300 * ms},
		Core:   true,
		Play: func(s *Stage) {
			lost := s.Burst(1, 0)
			s.AwaitStarts(1, patience)
			s.KillPid(s.Workers()[0], syscall.SIGKILL)
			lost[0].AwaitEnd(patience)
			c, how := s.TryConnect(500 * ms)
			s.Exact("a connection is", how)
			c.Get("2")
			c.Await(1, startup)
			s.Exact("lost", lost[0].Wire())
			s.Exact("and the next gets", c.Status(0))
			s.AwaitLog(up, 2, startup)
			s.Lines("stderr, sorted", s.SortedLog(driver.Stderr))
		},
	}
}

func masterLimit(up string) Scenario {
	return Scenario{
		Name:   "master-limit-max-requests",
		About:  "A worker that has answered its two requests ends and is replaced; the next client waits only until then.",
		Server: servers.Config{Mode: threadpool, Sleep: 100 * ms, LimitMaxRequests: 2},
		Play: func(s *Stage) {
			s.AwaitAll(s.Burst(2, 20*ms), patience)
			s.AwaitLog(up, 2, startup)
			c := s.Connect()
			c.Get("3")
			c.Await(1, patience)
			s.Exact("the third gets", c.Status(0))
			s.Lines("stderr, sorted", s.SortedLog(driver.Stderr))
		},
	}
}

func masterGrows(up string) Scenario {
	return Scenario{
		Name:   "master-sigttin",
		About:  "SIGTTIN adds a worker.",
		Server: servers.Config{Mode: threadpool, Sleep: 50 * ms, Workers: 2},
		Play: func(s *Stage) {
			s.Signal(syscall.SIGTTIN)
			s.AwaitLog(up, 3, startup)
			s.AwaitRest(300*ms, 5*time.Second)
			s.stateLives()
		},
	}
}

func masterShrinks() Scenario {
	return Scenario{
		Name:   "master-sigttou",
		About:  "SIGTTOU with two workers, and again with one left: which of the two ends, and does the last one end?",
		Server: servers.Config{Mode: threadpool, Sleep: 50 * ms, Workers: 2},
		Play: func(s *Stage) {
			s.Signal(syscall.SIGTTOU)
			s.AwaitGone(1)
			s.Signal(syscall.SIGTTOU)
			s.AwaitRest(1500*ms, 8*time.Second)
			s.stateLives()
		},
	}
}

func masterHup(up string) Scenario {
	return Scenario{
		Name:   "master-sighup",
		About:  "SIGHUP after SIGTTIN: as many new workers as at the start, and all three old ones end.",
		Server: servers.Config{Mode: threadpool, Sleep: 50 * ms, Workers: 2},
		Core:   true,
		Play: func(s *Stage) {
			s.Signal(syscall.SIGTTIN)
			s.AwaitLog(up, 3, startup)
			s.Signal(syscall.SIGHUP)
			s.AwaitLog(up, 5, startup)
			s.AwaitGone(3)
			s.AwaitRest(500*ms, 8*time.Second)
			s.stateLives()
		},
	}
}

// AwaitGone waits until n workers have logged that they are ending.
func (s *Stage) AwaitGone(n int) {
	s.venue.AwaitLines(startup, func([]driver.Line) bool { return len(s.Workers())-len(s.living()) >= n })
	s.Pause(300 * ms)
}

// living are the workers that have not logged that they are ending, numbered from 1 in the order of
// their start.
func (s *Stage) living() []string {
	var alive []string
	for i, pid := range s.Workers() {
		if s.Logged(fmt.Sprintf("Finished server process [%d]", pid))+s.Logged(fmt.Sprintf("Worker exiting (pid: %d)", pid)) == 0 {
			alive = append(alive, strconv.Itoa(i+1))
		}
	}
	return alive
}

// stateLives states which workers are alive, that they answer, and what was logged about each.
func (s *Stage) stateLives() {
	clients := s.Burst(3, 50*ms)
	s.AwaitAll(clients, patience)
	alive := s.living()
	s.Exact("workers started", len(s.Workers()))
	s.Exact("those that live, by birth", strings.Join(alive, " "))
	s.Exact("answers", tally(clients))
	for i, pid := range s.Workers() {
		if slices.Contains(s.StartPids(), strconv.Itoa(pid)) && !slices.Contains(alive, strconv.Itoa(i+1)) {
			s.Exact("one that has ended served", i+1)
		}
	}
	s.stateLines()
}

// stateLines states what was logged on stderr. gunicorn 20.1.0 signals a worker repeatedly to stop;
// whether one of these signals comes while Python is exiting, and so kills it, is random.
func (s *Stage) stateLines() {
	lines := slices.DeleteFunc(s.SortedLog(driver.Stderr), func(line string) bool {
		return strings.HasSuffix(line, "was terminated due to signal 15")
	})
	s.Lines("stderr, sorted", lines)
}
