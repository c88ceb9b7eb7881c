package soak

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"
)

// Part is one server under one load.
type Part struct {
	Name    string
	Flags   []string // of target-server
	Clients int      // at a time
	Rounds  int
	Count   int           // clients in all; 0 is as many as come in Time
	Time    time.Duration // in all, where Count is 0
	Only    string        // the behaviour of all clients; none is a mixture
	Trouble bool          // its processes are stopped, restarted and killed
	Exact   bool          // every request is answered, which the server must confirm
	Leave   bool          // clients leave with requests in work, which the server must have seen
}

// Parts lists what a soak consists of: so many requests, so many departures,
// and a mixture for so long.
func Parts(requests, departures int, mixed time.Duration) []Part {
	const rounds = 10
	quiet := "--log-format=off"
	minutes := max(rounds, int(mixed/time.Minute))
	return []Part{
		{Name: "requests", Flags: []string{"--sleep=0s", quiet}, Clients: 64, Rounds: rounds, Count: requests / perClient, Only: busy.Name, Exact: true},
		{Name: "departures", Flags: []string{"--sleep=1ms", "--limit=4", quiet}, Clients: 200, Rounds: rounds, Count: departures, Only: "leaves with an RST", Leave: true},
		{Name: "mixed, one process", Flags: []string{"--sleep=2ms", "--limit=8", "--loop=asyncio", "--http=h11"}, Clients: 50, Rounds: minutes, Time: mixed},
		{Name: "mixed, a loop that blocks", Flags: []string{"--vintage=current", "--mode=async-misuse", "--sleep=200us", "--log-format=json"}, Clients: 20, Rounds: minutes, Time: mixed},
		{
			Name: "mixed, workers that are killed", Flags: []string{"--vintage=current", "--workers=2", "--sleep=2ms", "--limit=8", quiet},
			Clients: 50, Rounds: minutes, Time: mixed, Trouble: true,
		},
	}
}

// perClient is how often a client of the first part asks.
const perClient = 100

// busy is what it does.
var busy = Behaviour{Name: "asks a hundred times", do: func(c *client) error { return c.asks(perClient) }}

// Outcome is what a part has shown.
type Outcome struct {
	Part    Part
	Samples []Sample // the first before any load
	Cut     int64
	Events  int // of trouble
	Err     error
}

// Run starts a server, plays every round, and judges. It tells of each sample.
func (p Part) Run(ctx context.Context, binary string, seed uint64, tell func(Part, Sample)) Outcome {
	o := Outcome{Part: p}
	t, err := Start(ctx, binary, p.Flags...)
	if err != nil {
		o.Err = err
		return o
	}
	defer func() { o.Err = errors.Join(o.Err, t.Stop()) }()
	o.Err = p.play(ctx, t, seed, &o, tell)
	return o
}

func (p Part) play(ctx context.Context, t *Target, seed uint64, o *Outcome, tell func(Part, Sample)) error {
	began := time.Now()
	var crowd Crowd
	for round := range p.Rounds + 1 {
		if round > 0 {
			events, err := p.round(ctx, t, &crowd, seed+uint64(round)<<32)
			o.Events += events
			if err != nil {
				return fmt.Errorf("round %d: %w", round, err)
			}
		}
		s, err := t.Rest(ctx)
		if err != nil {
			return fmt.Errorf("after round %d: %w", round, err)
		}
		s.At, s.Requests = time.Since(began), crowd.Requests.Load()
		o.Samples, o.Cut = append(o.Samples, s), crowd.Cut.Load()
		tell(p, s)
		if err := p.judge(s, &crowd); err != nil {
			return fmt.Errorf("round %d: %w", round, err)
		}
	}
	return Flat(o.Samples)
}

// judge compares the crowd's story with the server's.
func (p Part) judge(s Sample, crowd *Crowd) error {
	switch cut := crowd.Cut.Load(); {
	case crowd.Wrong() != nil:
		return crowd.Wrong()
	case cut > 0 && !p.Trouble:
		return fmt.Errorf("%d clients were cut off", cut)
	case p.Exact && s.Answered != s.Requests:
		return fmt.Errorf("the clients have made %d requests, and the server has answered %d", s.Requests, s.Answered)
	case p.Leave && s.Requests > 0 && s.Left == 0:
		return fmt.Errorf("of %d requests the server has seen no client leave", s.Requests)
	}
	return nil
}

// round is load for a while, with trouble beside it.
func (p Part) round(ctx context.Context, t *Target, crowd *Crowd, seed uint64) (events int, err error) {
	over := make(chan struct{})
	troubled := make(chan struct{})
	go func() {
		defer close(troubled)
		if p.Trouble {
			events, err = trouble(ctx, t, seed, over)
		}
	}()
	crowd.Round(ctx, p.Clients, seed, p.more(), t.Addr)
	close(over)
	<-troubled
	return events, errors.Join(err, ctx.Err())
}

// more tells each client of a round whether to come, and what to do.
func (p Part) more() func() (Behaviour, bool) {
	b := p.behaviour()
	if p.Count > 0 {
		var come atomic.Int64
		return func() (Behaviour, bool) { return b, come.Add(1) <= int64(p.Count/p.Rounds) }
	}
	end := time.Now().Add(p.Time / time.Duration(p.Rounds))
	return func() (Behaviour, bool) { return b, time.Now().Before(end) }
}

func (p Part) behaviour() Behaviour {
	for _, b := range append(Behaviours(), busy) {
		if b.Name == p.Only {
			return b
		}
	}
	return Behaviour{}
}
