package report

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/target-server/target-server/lab/scenarios"
	"github.com/target-server/target-server/lab/servers"
	"github.com/target-server/target-server/stacks"
)

// Figure is a picture of a stack's page: what is played for it, and what is drawn.
type Figure struct {
	Name, Title, About string
	X, Y               string // what the axes show
	Server             servers.Config
	Play               func(*scenarios.Stage) []float64
}

const (
	ms       = time.Millisecond
	patience = 20 * time.Second
)

// Figures lists the pictures in the order of the pages: Uvicorn's, and one for each other stack.
func Figures() []Figure {
	all := uvicornFigures()
	for _, stack := range scenarios.Stacks() {
		if stack != servers.Uvicorn {
			all = append(all, burstFigure(stack))
		}
	}
	return all
}

// burstFigure shows of a stack how many requests it works on at once, and which of those that wait comes next.
func burstFigure(stack string) Figure {
	cfg, n, gap, words := servers.Config{Stack: stack, Sleep: 300 * ms}, 16, 10*ms, "with its default settings"
	for _, row := range stacks.Defaults() {
		if row.Values.Stack == stack && row.Values.Vintage == servers.Vintage202303 {
			cfg.Mode = row.Values.Mode
			if cfg.Mode == "threadpool" && row.Values.Limit > 0 && row.Refuses["limit"] == "" {
				cfg.Limit, words = 4, "with 4 threads"
			}
		}
	}
	switch stack {
	case "hypercorn-trio": // no setting changes its 40 threads
		cfg.Limit, n, gap, words = 0, 100, 3*ms, "with its default settings, 40 threads"
	case "gunicorn-sync": // since gunicorn 27 each takes two seconds longer
		n, words = 8, "with its default settings; gunicorn 27 waits up to two seconds for a client to close before it takes the next"
	}
	return Figure{
		Name: "burst-" + stack, Title: fmt.Sprintf("%d requests, %d ms apart: when each is answered", n, gap.Milliseconds()),
		About: "Each handler takes 0.3 s. The server is started " + words + ".",
		X:     "number of the request", Y: "seconds since the first request", Server: cfg,
		Play: func(s *scenarios.Stage) []float64 {
			first := s.Connect() // a server's first request takes longer
			first.Get("0")
			first.Await(1, patience)
			first.Leave()
			return seconds(burst(s, n, gap))
		},
	}
}

func uvicornFigures() []Figure {
	return []Figure{
		{
			Name: "staircase", Title: "100 requests, 40 threads, 1 s each: when the answers come",
			About: "Each mark is an answer. They come in three waves: 40 after one second, 40 after two, the last 20 after three.",
			X:     "answers so far", Y: "seconds since the first request",
			Server: servers.Config{Mode: "threadpool", Sleep: time.Second},
			Play: func(s *scenarios.Stage) []float64 {
				return seconds(slices.Sorted(slices.Values(burst(s, 100, 3*ms))))
			},
		},
		{
			Name: "order", Title: "Which queued request starts when a thread is free",
			About: "The same 100 requests, sent 3 ms apart: each mark is a handler that starts, and the number of its request. " +
				"Up to anyio 3.6 the request that was queued last starts first, since 3.7 the one that was queued first.",
			X: "starts so far", Y: "number of the request",
			Server: servers.Config{Mode: "threadpool", Sleep: time.Second},
			Play: func(s *scenarios.Stage) []float64 {
				burst(s, 100, 3*ms)
				return numbers(s.Starts())
			},
		},
		{
			Name: "overload", Title: "Latency at 1.5 times the pool's capacity",
			About: "90 requests, sent 33 ms apart, for 8 threads and handlers of 0.4 s. Last in, first out makes a few requests wait very long; " +
				"first in, first out makes each wait longer than the one before.",
			X: "number of the request", Y: "latency in seconds",
			Server: servers.Config{Mode: "threadpool", Limit: 8, Sleep: 400 * ms},
			Play: func(s *scenarios.Stage) []float64 {
				at := seconds(burst(s, 90, 33*ms))
				for i := range at {
					at[i] -= float64(i) * 0.033
				}
				return at
			},
		},
		{
			Name: "blocked", Title: "A blocked loop: when each of 8 answers arrives",
			About: "8 open connections send a request each, 20 ms apart, and every handler blocks the loop for half a second. " +
				"uvloop 0.17 sends all answers of a turn of the loop when the turn ends; 0.23 sends each at once.",
			X: "number of the request", Y: "seconds since the first request",
			Server: servers.Config{Mode: "async-misuse", Sleep: 500 * ms, Loop: "uvloop"},
			Play: func(s *scenarios.Stage) []float64 {
				return seconds(burst(s, 8, 20*ms))
			},
		},
	}
}

// burst sends a request from each of n clients, and returns when each was answered.
func burst(s *scenarios.Stage, n int, gap time.Duration) []time.Duration {
	clients := s.Burst(n, gap)
	s.AwaitAll(clients, patience)
	at := make([]time.Duration, n)
	for i, c := range clients {
		at[i] = c.AnsweredAt(0)
	}
	return at
}

func seconds(times []time.Duration) []float64 {
	all := make([]float64, len(times))
	for i, t := range times {
		all[i] = float64(t.Round(ms)) / float64(time.Second)
	}
	return all
}

func numbers(words []string) []float64 {
	all := make([]float64, len(words))
	for i, word := range words {
		all[i], _ = strconv.ParseFloat(word, 64) // an id is a number here
	}
	return all
}
