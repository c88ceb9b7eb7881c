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
	Clients int      // clients at a time
	Rounds  int
	Count   int           // total number of clients; 0 means as many as come within Time
	Time    time.Duration // total time, if Count is 0
	Only    string        // the behaviour of all clients; nil means a mixture
	Trouble bool          // its processes are stopped, restarted and killed
	Exact   bool          // every request must be answered, according to the server's counts too
	Leave   bool          // clients leave while their requests run, which the server must notice
}

// Parts lists the parts of a soak: a number of requests, a number of departures, and a mixture for a
// given time.
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

// perClient is the number of requests that a client of the first part sends.
const perClient = 100

// busy is that client's behaviour.
var busy = Behaviour{Name: "sends a hundred requests", do: func(c *client) error { return c.asks(perClient) }}

// Outcome is the result of a part.
type Outcome struct {
	Part    Part
	Samples []Sample // the first before any load
	Cut     int64
	Events  int // events of trouble
	Err     error
}

// Run starts a server, plays every round, and judges the result. It reports each sample.
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

// judge compares the crowd's counts with the server's.
func (p Part) judge(s Sample, crowd *Crowd) error {
	switch cut := crowd.Cut.Load(); {
	case crowd.Wrong() != nil:
		return crowd.Wrong()
	case cut > 0 && !p.Trouble:
		return fmt.Errorf("%d clients were disconnected", cut)
	case p.Exact && s.Answered != s.Requests:
		return fmt.Errorf("the clients sent %d requests, but the server answered %d", s.Requests, s.Answered)
	case p.Leave && s.Requests > 0 && s.Left == 0:
		return fmt.Errorf("the server noticed no client leaving, of %d requests", s.Requests)
	}
	return nil
}

// round is one round of load, with trouble at the same time.
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

// more decides whether another client of the round comes, and what it does.
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
