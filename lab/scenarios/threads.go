package scenarios

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/target-server/target-server/lab/servers"
)

// threads shows which thread runs which request, as the article does with native ids.
func threads() []Scenario {
	return []Scenario{threadReuse(), threadExpiry()}
}

func threadReuse() Scenario {
	return Scenario{
		Name:   "threads-reused",
		About:  "Three requests at a time, then one by one, then five: which thread runs each, and when is a new one made?",
		Server: servers.Config{Mode: threadpool, Sleep: 300 * ms, NumbersThreads: true},
		Core:   true,
		Play: func(s *Stage) {
			ids := s.InTurn(0, 80*ms, 160*ms, 800*ms, 1400*ms, 2*time.Second, 2050*ms, 2100*ms, 2150*ms, 2200*ms)
			s.Order("thread of each request", 0, s.Threads(ids))
		},
	}
}

func threadExpiry() Scenario {
	return Scenario{
		Name:   "threads-expire",
		About:  "After eleven idle seconds, the next request gets the thread used last: do the other threads still exist for the requests after it?",
		Server: servers.Config{Mode: threadpool, Sleep: 300 * ms, NumbersThreads: true},
		Play: func(s *Stage) {
			ids := s.InTurn(0, 80*ms, 160*ms, 11500*ms, 11600*ms, 11700*ms)
			s.Order("thread of each request", 0, s.Threads(ids))
		},
	}
}

// InTurn has a client send a request at each moment, on a connection of its own, waits for all answers
// and returns the requested ids: 1, 2, 3, ….
func (s *Stage) InTurn(at ...time.Duration) []string {
	clients := s.ConnectAll(len(at))
	s.Pause(100 * ms)
	s.Mark()
	var ids []string
	for i, c := range clients {
		s.Until(at[i])
		ids = append(ids, fmt.Sprint(i+1))
		c.Get(ids[i])
	}
	s.AwaitAll(clients, patience)
	s.Pause(100 * ms)
	return ids
}

var nativeLine = regexp.MustCompile(`- \d+-(\d+): #\d+ processing request id\[(.*)\], sleeping\.\.\.$`)

// Threads returns the thread of each request; the threads are numbered in the order of their first
// occurrence.
func (s *Stage) Threads(ids []string) []string {
	of := map[string]string{} // request -> thread
	for _, line := range s.venue.Lines() {
		var row struct {
			ID     string `json:"id"`
			Thread int    `json:"thread_number"`
		}
		if m := nativeLine.FindStringSubmatch(line.Text); m != nil {
			of[m[2]] = m[1]
		} else if json.Unmarshal([]byte(line.Text), &row) == nil && row.Thread > 0 {
			of[row.ID] = fmt.Sprint(row.Thread)
		}
	}
	var seen, numbers []string
	for _, id := range ids {
		thread := of[id]
		if thread == "" {
			numbers = append(numbers, "none")
			continue
		}
		if !slices.Contains(seen, thread) {
			seen = append(seen, thread)
		}
		numbers = append(numbers, fmt.Sprint(slices.Index(seen, thread)+1))
	}
	return numbers
}
