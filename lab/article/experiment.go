package article

import (
	"slices"
	"time"

	"github.com/target-server/target-server/lab/scenarios"
	"github.com/target-server/target-server/lab/servers"
)

// Experiment is one conclusion of the article.
type Experiment struct {
	Name   string
	Saw    string // in the article
	Scale  string // how it is played here
	Server servers.Config
	// Ours are settings that only target-server has.
	Ours []string
	// OnPurpose is why target-server shows something else, if it does so on purpose.
	OnPurpose string
	Play      func(*scenarios.Stage)
}

// All lists the experiments in the order of the article.
func All() []Experiment {
	return slices.Concat(uvicorn(), hypercorn(), handlers(), gunicorn(), comparisons())
}

const (
	ms       = time.Millisecond
	patience = 20 * time.Second

	threadpool  = "threadpool"
	asyncMisuse = "async-misuse"
	cooperative = "cooperative"
)

// crowd has n clients arrive one after the other over a period, each with one request, as JMeter's
// users do.
func crowd(s *scenarios.Stage, n int, over time.Duration) []*scenarios.Client {
	s.Mark()
	clients := make([]*scenarios.Client, n)
	for i := range clients {
		s.Until(over * time.Duration(i) / time.Duration(n))
		clients[i] = s.Connect()
		clients[i].Get(number(i + 1))
	}
	return clients
}

// gathered has the article's thousand users arrive within five seconds, and states how many are
// processed and waiting once all have arrived.
func gathered(s *scenarios.Stage) {
	crowd(s, 1000, 5*time.Second)
	s.Until(7 * time.Second)
	there, working := s.Established(), len(s.Starts())
	s.Exact("established", there)
	s.Exact("processed", working)
	s.Exact("waiting", there-working)
}

// inCrowd describes how gathered plays an experiment of the article.
const inCrowd = "1000 requests in 5 s, 10 s each: a hundredth of the article's time"

// most is the largest number of handlers at once in one process, for a hundred clients.
func most(s *scenarios.Stage) {
	crowd(s, 300, time.Second)
	s.Until(2500 * ms)
	s.Exact("processed at once", s.Ceiling())
	s.Exact("threads called", kinds(s.StartThreads()))
}

const inHundreds = "300 requests in 1 s, 5 s each"
