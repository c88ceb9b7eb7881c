package scenarios

import (
	"fmt"
	"slices"
	"syscall"
	"time"

	"github.com/target-server/target-server/lab/driver"
	"github.com/target-server/target-server/lab/servers"
)

// gunicornUvicornTopics are the scenarios for gunicorn with Uvicorn's workers.
func gunicornUvicornTopics() []Topic {
	return []Topic{
		{"answers", notCore(requestAnswers(httptools), requestClosing(httptools), oddPaths(httptools), malformedSet("request-lines", requestLines()),
			malformedSet("handshakes", uvicornHandshakes()), malformedSet("forwarded", forwardedFields()))},
		{"log lines", notCore(escapes(httptools), accessOff())},
		{"proxies", trustedProxies(map[string]string{"networks": "127.0.0.0/8,10.0.0.0/8", "all": "*"})},
		{"the pool of threads", append(notCore(poolBeyondForty(), poolSaturated(), poolSecondWave()), poolOrderFour())},
		{"idle connections", append(notCore(idleStates(httptools)), idleTwoSeconds())},
		{"the heartbeat", []Scenario{heartbeatBlocked(), heartbeatShortBlocks(), heartbeatBusyPool()}},
		{"the master", gunicornMaster(uvicornWorkerUp)},
		{"signals to Uvicorn's workers", uvicornWorkerSignals()},
		{"several workers", notCore(workersPool(), workersSpread(), workersBlocked())},
		gunicornUvicornPrograms(),
		{"programs: the interpreter and the heartbeat", interpreterTimeouts()},
	}
}

// notCore keeps scenarios out of the short run.
func notCore(all ...Scenario) []Scenario {
	for i := range all {
		all[i].Core = false
	}
	return all
}

func idleTwoSeconds() Scenario {
	return Scenario{
		Name:   "idle-two-seconds",
		About:  "A connection stays open after its answer: when does the server close it with its default timeout?",
		Server: quick(),
		Core:   true,
		Play: func(s *Stage) {
			c := s.Connect()
			c.Get("1")
			c.Await(1, patience)
			answered := c.AnsweredAt(0)
			c.AwaitEnd(6 * time.Second)
			s.Exact("end", c.Ending())
			s.Near("closed after", 350*ms, c.EndedAt()-answered)
		},
	}
}

func heartbeatBlocked() Scenario {
	return Scenario{
		Name:   "heartbeat-blocked",
		About:  "The loop is blocked for longer than the timeout: when is the worker killed, and what happens to its connections and to those waiting?",
		Server: servers.Config{Mode: asyncMisuse, Sleep: 20 * time.Second, Timeout: 3 * time.Second},
		Parent: true,
		Core:   true,
		Play: func(s *Stage) {
			silent := s.Connect()
			s.Pause(200 * ms)
			s.Mark()
			blocking := s.Connect()
			blocking.Get("1")
			s.AwaitStarts(1, patience)
			waiting := s.Connect()
			waiting.GetPath("/nowhere")
			blocking.AwaitEnd(patience)
			s.Near("killed at", 1600*ms, blocking.EndedAt())
			waiting.Await(1, startup)
			s.Exact("the blocking", blocking.Wire())
			s.Exact("the silent", silent.Ending())
			s.Exact("who waited in the kernel", waiting.Status(0))
			s.AwaitLog(uvicornWorkerUp, 2, startup)
			s.Lines("stderr, sorted", s.SortedLog(driver.Stderr))
		},
	}
}

func heartbeatShortBlocks() Scenario {
	return Scenario{
		Name:   "heartbeat-blocked-again-and-again",
		About:  "Several requests in one turn, each of which blocks the loop for less than the timeout, but all together for longer.",
		Server: servers.Config{Mode: asyncMisuse, Sleep: 1500 * ms, Timeout: 3 * time.Second},
		Parent: true,
		Play: func(s *Stage) {
			clients := s.ConnectAll(4)
			s.Pause(200 * ms)
			s.Mark()
			for i, c := range clients {
				c.Get(fmt.Sprint(i + 1))
			}
			for _, c := range clients {
				c.AwaitEnd(patience)
			}
			s.Near("killed at", 1600*ms, clients[0].EndedAt())
			s.Exact("timeouts", s.Logged("WORKER TIMEOUT"))
		},
	}
}

func heartbeatBusyPool() Scenario {
	return Scenario{
		Name:   "heartbeat-busy-pool",
		About:  "Threads that run for longer than the timeout do not stop the heartbeat.",
		Server: servers.Config{Mode: threadpool, Limit: 1, Sleep: 5 * time.Second, Timeout: 3 * time.Second},
		Parent: true,
		Play: func(s *Stage) {
			clients := s.Burst(2, 50*ms)
			s.AwaitAll(clients, 12*time.Second)
			s.Exact("answers", tally(clients))
			s.Exact("timeouts", s.Logged("WORKER TIMEOUT"))
			s.Exact("workers started", len(s.Workers()))
		},
	}
}

// uvicornWorkerSignals show how UvicornWorker takes signals, from its master or from others.
func uvicornWorkerSignals() []Scenario {
	all := []Scenario{uvicornWorkerDeaf(), uvicornWorkerCtrlC()}
	for _, sig := range []workerSignal{
		{stopSignal{"sigterm", syscall.SIGTERM}, true},
		{stopSignal{"sigint", syscall.SIGINT}, true},
		{stopSignal{"sigabrt", syscall.SIGABRT}, true},
		{stopSignal{"sighup", syscall.SIGHUP}, true},
		{stopSignal{"sigquit", syscall.SIGQUIT}, false},
		{stopSignal{"sigusr1", syscall.SIGUSR1}, false},
	} {
		all = append(all, uvicornWorkerSignal(sig))
	}
	return all
}

func uvicornWorkerDeaf() Scenario {
	return Scenario{
		Name:   "stop-sigint-to-the-master",
		About:  "SIGINT to the master alone becomes SIGQUIT for Uvicorn's workers, which continue until they are killed.",
		Server: servers.Config{Mode: threadpool, Sleep: 50 * ms, GracefulTimeout: 3 * time.Second},
		Parent: true,
		Core:   true,
		Play: func(s *Stage) {
			idle := s.Connect()
			s.Mark()
			s.Signal(syscall.SIGINT)
			s.Until(600 * ms)
			c, how := s.TryConnect(300 * ms)
			s.Exact("a late connection is", how)
			c.Get("1")
			c.Await(1, time.Second)
			s.Exact("and gets", c.Status(0))
			exit, _ := s.AwaitExit(patience)
			s.Exact("exit", exit)
			s.stateEnds([]*Client{idle}, "idle")
			s.Lines("stderr, sorted", s.SortedLog(driver.Stderr))
		},
	}
}

func uvicornWorkerCtrlC() Scenario {
	return Scenario{
		Name:   "stop-ctrl-c",
		About:  "SIGINT to the master and its workers, as a terminal sends it, while a request runs.",
		Server: servers.Config{Mode: threadpool, Sleep: time.Second},
		Parent: true,
		Play: func(s *Stage) {
			clients := s.Burst(1, 0)
			s.Until(300 * ms)
			s.Signal(syscall.SIGINT)
			s.KillPid(s.Workers()[0], syscall.SIGINT)
			exit, _ := s.AwaitExit(patience)
			s.Exact("exit", exit)
			s.stateEnds(clients, "in work")
			s.Lines("stderr, sorted", s.SortedLog(driver.Stderr))
		},
	}
}

// workerSignal is a signal and whether it ends a worker.
type workerSignal struct {
	stopSignal
	ends bool
}

func uvicornWorkerSignal(sig workerSignal) Scenario {
	return Scenario{
		Name:   "worker-" + sig.name,
		About:  "A signal to one of two workers: does it end, how, and is it replaced?",
		Server: servers.Config{Mode: threadpool, Sleep: 50 * ms, Workers: 2},
		Parent: true,
		Play: func(s *Stage) {
			s.KillPid(slices.Max(s.Workers()), sig.signal)
			if sig.ends {
				s.AwaitLog(uvicornWorkerUp, 3, startup)
			}
			s.AwaitRest(500*ms, 10*time.Second)
			s.Exact("workers started", len(s.Workers()))
			s.Lines("stderr, sorted", s.SortedLog(driver.Stderr))
		},
	}
}
