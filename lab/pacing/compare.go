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
	// Ratio is target-server's share of the real server's figures, and Control the real server's of its own, some moments
	// before: by how much the machine's speed changes. Both are medians of the rounds.
	Ratio, Control Ratio
}

// Ratio is a share of a rate, and of a latency.
type Ratio struct{ Rate, Latency float64 }

// Within reports whether both shares are within the tolerance.
func (r Ratio) Within() bool { return near(r.Rate, Tolerance) && near(r.Latency, Tolerance) }

// Figures are medians of the rounds.
type Figures struct {
	Rate    float64 // requests a second
	Latency time.Duration
}

// Tolerance is by how much target-server may be faster or slower.
const Tolerance = 0.15

func near(share, tolerance float64) bool { return share >= 1-tolerance && share <= 1+tolerance }

// round is what clients saw in a round: of the real server, of target-server, and of the real server again.
type round [3]Seen

// real is what they saw of the real server, on average.
func (r round) real() Seen {
	return Seen{Each: (r[0].Each + r[2].Each) / 2, Median: (r[0].Median + r[2].Median) / 2}
}

// of are the shares of one thing seen in another.
func of(part, whole Seen) Ratio {
	return Ratio{whole.Each.Seconds() / part.Each.Seconds(), part.Median.Seconds() / whole.Median.Seconds()}
}

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
	rounds := make([][]round, len(Clients))
	for range l.Rounds {
		next, err := l.round(ctx, theirs, s)
		if err != nil {
			return nil, fmt.Errorf("%s at %s: %w", s.Name(), s.Key(), err)
		}
		for i := range Clients {
			rounds[i] = append(rounds[i], next[i])
		}
	}
	var rows []Row
	for i, clients := range Clients {
		rows = append(rows, Row{
			s, clients, figures(rounds[i], round.real), figures(rounds[i], func(r round) Seen { return r[1] }),
			ratio(rounds[i], func(r round) Ratio { return of(r[1], r.real()) }),
			ratio(rounds[i], func(r round) Ratio { return of(r[2], r[0]) }),
		})
	}
	return rows, nil
}

// round is one round for each number of clients.
func (l Lab) round(ctx context.Context, theirs *running, s Setup) ([]round, error) {
	ours, err := start(ctx, l.Ours, s.Config)
	if err != nil {
		return nil, err
	}
	defer ours.stop()
	if err := warm(ctx, ours); err != nil {
		return nil, err
	}
	rounds := make([]round, len(Clients))
	for i, clients := range Clients {
		for j, r := range []*running{theirs, ours, theirs} {
			rounds[i][j], err = load{addr: r.addr, conns: clients, last: l.Each}.run(ctx)
			if err != nil {
				return nil, err
			}
		}
	}
	return rounds, nil
}

func figures(rounds []round, of func(round) Seen) Figures {
	var rates, latencies []float64
	for _, r := range rounds {
		seen := of(r)
		rates, latencies = append(rates, 1/seen.Each.Seconds()), append(latencies, float64(seen.Median))
	}
	return Figures{median(rates), time.Duration(median(latencies))}
}

func ratio(rounds []round, of func(round) Ratio) Ratio {
	var rates, latencies []float64
	for _, r := range rounds {
		rates, latencies = append(rates, of(r).Rate), append(latencies, of(r).Latency)
	}
	return Ratio{median(rates), median(latencies)}
}
