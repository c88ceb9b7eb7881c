package pacing

import (
	"context"
	"fmt"
	"time"
)

// Row compares target-server at --pace real with the real server, for one setup and a number of clients.
type Row struct {
	Setup      Setup
	Clients    int
	Real, Ours Figures
	// Rate and Latency are target-server's share of the real server's figure, the median of the rounds.
	Rate, Latency float64
}

// Figures are medians of the rounds.
type Figures struct {
	Rate    float64 // requests a second
	Latency time.Duration
}

// Tolerance is by how much target-server may be faster or slower.
const Tolerance = 0.15

// Within reports whether both shares are within the tolerance.
func (r Row) Within() bool { return near(r.Rate, Tolerance) && near(r.Latency, Tolerance) }

func near(share, tolerance float64) bool { return share >= 1-tolerance && share <= 1+tolerance }

// Compare measures both in turns. Target-server is started again in each round, since it calibrates itself when it starts.
func (l Lab) Compare(ctx context.Context, s Setup) ([]Row, error) {
	theirs, err := start(ctx, l.Real, s.Config)
	if err != nil {
		return nil, err
	}
	defer theirs.stop()
	if err := warm(ctx, theirs); err != nil {
		return nil, err
	}
	s.Pace = "real"
	rates, latencies := make([][2][]float64, len(Clients)), make([][2][]float64, len(Clients))
	rate, latency := make([][]float64, len(Clients)), make([][]float64, len(Clients))
	for range l.Rounds {
		pairs, err := l.pairs(ctx, theirs, s)
		if err != nil {
			return nil, fmt.Errorf("%s at %s: %w", s.Name(), s.Key(), err)
		}
		for i, pair := range pairs {
			for side, seen := range pair {
				rates[i][side] = append(rates[i][side], 1/seen.Each.Seconds())
				latencies[i][side] = append(latencies[i][side], float64(seen.Median))
			}
			rate[i] = append(rate[i], pair[0].Each.Seconds()/pair[1].Each.Seconds())
			latency[i] = append(latency[i], pair[1].Median.Seconds()/pair[0].Median.Seconds())
		}
	}
	var rows []Row
	for i, clients := range Clients {
		var f [2]Figures
		for side := range f {
			f[side] = Figures{median(rates[i][side]), time.Duration(median(latencies[i][side]))}
		}
		rows = append(rows, Row{s, clients, f[0], f[1], median(rate[i]), median(latency[i])})
	}
	return rows, nil
}

// pairs is one round: what clients saw of the real server and of target-server, for each number of clients.
func (l Lab) pairs(ctx context.Context, theirs *running, s Setup) ([][2]Seen, error) {
	ours, err := start(ctx, l.Ours, s.Config)
	if err != nil {
		return nil, err
	}
	defer ours.stop()
	if err := warm(ctx, ours); err != nil {
		return nil, err
	}
	pairs := make([][2]Seen, len(Clients))
	for i, clients := range Clients {
		for side, r := range []*running{theirs, ours} {
			pairs[i][side], err = load{addr: r.addr, conns: clients, last: l.Each}.run(ctx)
			if err != nil {
				return nil, err
			}
		}
	}
	return pairs, nil
}
