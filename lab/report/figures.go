package report

import (
	"slices"
	"strconv"
	"time"

	"github.com/target-server/target-server/lab/scenarios"
	"github.com/target-server/target-server/lab/servers"
)

// Figure is a picture of the page: what is played for it, and what is drawn.
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

// Figures lists the pictures in the order of the page.
func Figures() []Figure {
	return []Figure{
		{
			Name: "staircase", Title: "A hundred requests, forty threads, one second each",
			About: "The k-th answer, and when it came: a stair of forty, forty and twenty.",
			X:     "answers so far", Y: "seconds after the first request",
			Server: servers.Config{Mode: "threadpool", Sleep: time.Second},
			Play: func(s *scenarios.Stage) []float64 {
				return seconds(slices.Sorted(slices.Values(burst(s, 100, 3*ms))))
			},
		},
		{
			Name: "order", Title: "Who starts when a thread is free",
			About: "The same hundred requests, 3 ms apart: the k-th handler to start, and which request it served. " +
				"Until anyio 3.6 the newest waiter goes first, since 3.7 the oldest.",
			X: "starts so far", Y: "number of the request",
			Server: servers.Config{Mode: "threadpool", Sleep: time.Second},
			Play: func(s *scenarios.Stage) []float64 {
				burst(s, 100, 3*ms)
				return numbers(s.Starts())
			},
		},
		{
			Name: "overload", Title: "Latency by arrival, half as much again as the pool can do",
			About: "Ninety requests 33 ms apart for eight threads of 0.4 s. Last in, first out makes a few wait for very long; " +
				"first in, first out makes everybody wait longer and longer.",
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
			Name: "blocked", Title: "A blocked loop: when each of eight answers arrives",
			About: "Connections that stand already ask 20 ms apart, and every handler holds the loop for half a second. " +
				"uvloop 0.17 sends what was written in a turn when the turn ends, 0.23 at once.",
			X: "number of the request", Y: "seconds after the first request",
			Server: servers.Config{Mode: "async-misuse", Sleep: 500 * ms, Loop: "uvloop"},
			Play: func(s *scenarios.Stage) []float64 {
				return seconds(burst(s, 8, 20*ms))
			},
		},
	}
}

// burst has n clients ask, and gives when each was answered.
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
