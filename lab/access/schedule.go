package access

import (
	"cmp"
	"slices"
	"time"

	"github.com/target-server/target-server/lab/scenarios"
	"github.com/target-server/target-server/lab/venue"
)

// step is something that a client does.
type step struct {
	at  time.Duration
	act func(*venue.Simulated, map[string]scenarios.Conn)
}

// bytes is the request as it is sent.
func (r request) bytes() string {
	if r.raw != "" {
		return r.raw
	}
	return "GET " + r.path + " HTTP/1.1\r\nHost: lab\r\nConnection: close\r\n\r\n"
}

// schedule lists what the clients of the requests do, in the order of time. A connection that cannot be made is missing
// among the clients, and its request has no answer.
func schedule(requests []request) []step {
	var steps []step
	for _, r := range requests {
		steps = append(steps, step{r.at, func(s *venue.Simulated, clients map[string]scenarios.Conn) {
			conn, err := s.Dial(time.Second)
			if err != nil {
				return
			}
			clients[r.id] = conn
			_ = conn.Send([]byte(r.bytes()))
		}})
		if r.leaves == 0 {
			continue
		}
		steps = append(steps, step{r.leaves, func(_ *venue.Simulated, clients map[string]scenarios.Conn) {
			conn := clients[r.id]
			switch {
			case conn == nil:
			case r.reset:
				_ = conn.Reset()
			default:
				_ = conn.Leave()
			}
		}})
	}
	slices.SortStableFunc(steps, func(a, b step) int { return cmp.Compare(a.at, b.at) })
	return steps
}
