package article

import (
	"fmt"
	"strconv"
	"time"

	"github.com/target-server/target-server/lab/scenarios"
	"github.com/target-server/target-server/lab/servers"
)

// uvicorn are the experiments with plain functions on Uvicorn.
func uvicorn() []Experiment {
	return []Experiment{
		{
			Name: "forty-at-once", Saw: "40 are processed, 1000 connections are established, 960 wait for a thread", Scale: inCrowd,
			Server: servers.Config{Mode: threadpool, Sleep: 10 * time.Second}, Play: gathered,
		},
		extreme(), identity(), reuse(),
		{
			Name: "resized", Saw: "with the limiter set to 200 at start-up, 200 are processed, as on Tomcat", Scale: inCrowd,
			Server: servers.Config{Mode: threadpool, Sleep: 10 * time.Second, Limit: 200, RunVar: true}, Play: gathered,
		},
		line(), processes("two-workers", "uvicorn", "a parent and two server processes, each with a pool of 40 and a counter of its own"),
	}
}

func extreme() Experiment {
	return Experiment{
		Name: "extreme", Saw: "10,000 requests in 30 s: 9,992 connections, 40 processed, ids in scrambled order; a load balancer in front will time out",
		Scale:  "1000 requests in 3 s, 1 s each",
		Server: servers.Config{Mode: threadpool, Sleep: time.Second},
		Play: func(s *scenarios.Stage) {
			clients := crowd(s, 1000, 3*time.Second)
			s.Until(3900 * ms)
			s.Exact("established", s.Established())
			s.Exact("most processed at once", s.Ceiling())
			s.Exact("started after the first forty", second(s.Starts()))
			late := 0
			s.Until(13 * time.Second)
			for _, c := range clients {
				if len(c.Answers()) == 0 {
					late++
				}
			}
			s.Share("share not answered after 13 s", 0.05, late, len(clients))
		},
	}
}

// second returns whether the second forty to start had arrived last or first.
func second(starts []string) string {
	if len(starts) < 80 {
		return "none"
	}
	late := 0
	for _, id := range starts[40:80] {
		if n, err := strconv.Atoi(id); err == nil && n > 120 {
			late++
		}
	}
	if late > 20 {
		return "the last to arrive"
	}
	return "the first to arrive"
}

func identity() Experiment {
	return Experiment{
		Name: "last-come-first-served", Saw: "after `done request id[1]` comes `#41 processing request id[1000]`: the last to arrive",
		Scale:  inCrowd,
		Server: servers.Config{Mode: threadpool, Sleep: 10 * time.Second},
		Play: func(s *scenarios.Stage) {
			crowd(s, 1000, 5*time.Second)
			s.AwaitStarts(41, patience)
			starts, numbers, threads := s.Starts(), s.StartNumbers(), s.StartThreads()
			if len(starts) < 41 {
				s.Exact("started", len(starts))
				return
			}
			s.Exact("first done", s.Dones()[0])
			s.Exact("then starts", fmt.Sprintf("#%s processing request id[%s]", numbers[40], starts[40]))
			s.Exact("threads called", kinds(threads))
		},
	}
}

func reuse() Experiment {
	return Experiment{
		Name: "threads-repeat", Saw: "native ids repeat: there is a pool of 40 threads",
		Scale:  "120 requests at once, 1 s each",
		Server: servers.Config{Mode: threadpool, Sleep: time.Second, NumbersThreads: true},
		Play: func(s *scenarios.Stage) {
			clients := s.Burst(120, 2*ms)
			s.AwaitAll(clients, patience)
			var ids []string
			for i := range clients {
				ids = append(ids, number(i+1))
			}
			s.Exact("requests", len(ids))
			s.Exact("threads", different(s.Threads(ids)))
		},
	}
}

func line() Experiment {
	return Experiment{
		Name: "bounded-line", Saw: "no setting for the length of the queue was found (an open question); target-server has one",
		Scale:  "300 requests in 1 s, 2 s each; `--queue 100` for target-server",
		Server: servers.Config{Mode: threadpool, Sleep: 2 * time.Second}, Ours: []string{"--queue", "100"},
		OnPurpose: "`--queue` is target-server's own",
		Play: func(s *scenarios.Stage) {
			clients := crowd(s, 300, time.Second)
			s.Until(1500 * ms)
			refused := 0
			for _, c := range clients {
				if c.Status(0) == "503" {
					refused++
				}
			}
			s.Exact("processed", len(s.Starts()))
			s.Exact("refused", refused)
			s.Exact("waiting", len(clients)-len(s.Starts())-refused)
		},
	}
}

// processes states the pools and counters of two workers that are kept busy.
func processes(name, stack, saw string) Experiment {
	return Experiment{
		Name: name, Saw: saw, Scale: "1000 requests in 5 s, 10 s each",
		Server: servers.Config{Stack: stack, Mode: threadpool, Sleep: 10 * time.Second, Workers: 2},
		Play: func(s *scenarios.Stage) {
			crowd(s, 1000, 5*time.Second)
			s.Until(7 * time.Second)
			s.Exact("processes", fmt.Sprintf("a parent and %d workers", len(s.Workers())))
			s.Exact("most processed by one worker", s.Ceiling())
			s.Exact("processed", len(s.Starts()))
			s.Exact("requests that are number one", s.Logged(": #1 processing"))
		},
	}
}
