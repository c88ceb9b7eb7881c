package pacing

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/target-server/target-server/lab/servers"
	"github.com/target-server/target-server/pace"
)

// Lab measures.
type Lab struct {
	Real, Ours servers.Subject
	Rounds     int
	Each       time.Duration // how long each load lasts
	Say        func(format string, args ...any)
}

// point is one load on one setup.
type point struct {
	async, sleeps, closes bool
	clients               int
}

// found has what each round saw at each point, as if the reference took the same time in all of them.
type found struct {
	each, median map[point][]float64 // microseconds; the median without the sleep itself
	reference    []float64
	closed       bool // the server closes the connections
}

// Measure finds the costs of a real server: what is left of its times if everything is taken off that clients and the
// kernel take.
//
// Where clients keep a server busy, the time between two answers is what a request costs it. A single client does not:
// its median latency less that on target-server without --pace, whose own work is next to nothing.
func (l Lab) Measure(ctx context.Context, setups []Setup) (pace.Measured, error) {
	f := found{each: map[point][]float64{}, median: map[point][]float64{}}
	var all []*running
	defer func() {
		for _, r := range all {
			r.stop()
		}
	}()
	for _, s := range setups {
		r, err := start(ctx, l.Real, s.Config)
		if err != nil {
			return pace.Measured{}, err
		}
		all = append(all, r)
		if err := warm(ctx, r); err != nil {
			return pace.Measured{}, err
		}
	}
	bare, err := start(ctx, l.Ours, setups[0].Config)
	if err != nil {
		return pace.Measured{}, err
	}
	all = append(all, bare)
	var floor found
	floor.each, floor.median = map[point][]float64{}, map[point][]float64{}
	for round := range l.Rounds {
		l.Say("%s at %s: round %d of %d", setups[0].Stack, setups[0].Key(), round+1, l.Rounds)
		for i, s := range setups {
			if err := l.measure(ctx, all[i], s, &f); err != nil {
				return pace.Measured{}, err
			}
		}
		for _, closes := range []bool{false, true} {
			p := point{async: setups[0].Async, closes: closes, clients: 1}
			if err := l.add(ctx, bare, p, &floor); err != nil {
				return pace.Measured{}, err
			}
		}
	}
	share, err := before(ctx, all[0])
	if err != nil {
		return pace.Measured{}, err
	}
	line, err := l.line(ctx, setups[0].Config)
	if err != nil {
		return pace.Measured{}, err
	}
	costs := f.fit(setups[0].Async, floor, share, line)
	return pace.Measured{Costs: costs, Date: time.Now().Format(time.DateOnly), Reference: whole(median(f.reference))}, nil
}

// measure measures one setup, once.
func (l Lab) measure(ctx context.Context, r *running, s Setup, f *found) error {
	for _, clients := range Clients {
		if err := l.add(ctx, r, point{async: s.Async, sleeps: s.Sleep > 0, clients: clients}, f); err != nil {
			return err
		}
	}
	if s.Sleep > 0 {
		return nil
	}
	return l.add(ctx, r, point{async: s.Async, closes: true, clients: 16}, f)
}

// add measures one point.
func (l Lab) add(ctx context.Context, r *running, p point, f *found) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	time.Sleep(rest)
	reference := micro(pace.Reference())
	seen, err := load{addr: r.addr, conns: p.clients, last: l.Each, closes: p.closes}.run(ctx)
	if err != nil {
		return err
	}
	f.closed = f.closed || seen.closed
	f.reference = append(f.reference, reference)
	f.each[p] = append(f.each[p], micro(seen.Each)/reference)
	if p.sleeps {
		seen.Median -= Sleep // which takes no longer on a slower machine
	}
	f.median[p] = append(f.median[p], micro(seen.Median)/reference)
	return nil
}

// rest is how long a server is left alone after a load, until it has closed the connections.
const rest = 100 * time.Millisecond

// at gives what was found at a point, at the median speed of the machine.
func (f *found) at(p point) (each, middle float64) {
	reference := median(f.reference)
	return median(f.each[p]) * reference, median(f.median[p]) * reference
}

// ownWork is how long target-server itself takes for a request, in microseconds.
const ownWork = 15

// fit makes costs of what was found.
func (f *found) fit(hasAsync bool, floor found, share, line float64) pace.Costs {
	var c pace.Costs
	for i, clients := range Clients {
		usual := point{async: hasAsync, clients: clients}
		total := f.cost(usual, floor)
		c.Line[i] = whole(line)
		c.Request[i] = whole((total - 2*line) * share)
		c.Answer[i] = whole((total - 2*line) * (1 - share))
		if clients == 1 {
			continue
		}
		if f.closed {
			continue
		}
		closing, _ := f.at(point{async: hasAsync, closes: true, clients: 16})
		each, _ := f.at(point{async: hasAsync, clients: 16})
		c.Accept[i] = whole(closing - each)
	}
	c.Accept[0] = c.Accept[1]
	for i, clients := range Clients {
		inThread := point{clients: clients}
		if hasAsync {
			c.Hop[i] = whole(f.cost(inThread, floor) - f.cost(point{async: true, clients: clients}, floor))
		}
		c.Wake[i] = f.wake(false, clients)
		if hasAsync {
			c.Timer[i] = f.wake(true, clients)
		}
	}
	c.LateSleep = f.late(false)
	if hasAsync {
		c.LateTimer = f.late(true)
	}
	return c
}

// cost is what a request costs the server.
func (f *found) cost(p point, floor found) float64 {
	each, middle := f.at(p)
	if p.clients > 1 {
		return each
	}
	p.async = floor.async()
	_, bare := floor.at(p)
	return middle - bare + ownWork
}

// async reports of which setup the floor is.
func (f *found) async() bool {
	for p := range f.each {
		return p.async
	}
	return false
}

// wake is what the end of a sleep costs: what requests that sleep cost more than those that do not, where the clients keep
// the server busy. The most clients do, unless the server is very fast; fewer are taken to, if a request then costs about
// what that makes likely, and otherwise the end of a sleep to cost as much as with the most.
func (f *found) wake(async bool, clients int) pace.Micro {
	if clients == 1 {
		return 0 // late has it
	}
	most := Clients[len(Clients)-1]
	slept, _ := f.at(point{async: async, sleeps: true, clients: most})
	straight, _ := f.at(point{async: async, clients: most})
	usual := whole(slept - straight)
	if straight*float64(most) < micro(Sleep)*2 || slept > micro(Sleep)/2 {
		return 0 // the server is too fast for the clients, or a sleep holds up the next request
	}
	if clients == most {
		return usual
	}
	slept, _ = f.at(point{async: async, sleeps: true, clients: clients})
	straight, _ = f.at(point{async: async, clients: clients})
	if slept > busy*(straight+float64(usual)) {
		return usual
	}
	return whole(slept - straight)
}

// busy is by how much more a request may seem to cost where the clients keep the server busy.
const busy = 1.15

// late is by how much a sleep lasts longer than was asked for.
func (f *found) late(async bool) pace.Micro {
	_, slept := f.at(point{async: async, sleeps: true, clients: 1})
	_, straight := f.at(point{async: async, clients: 1})
	return whole(slept - straight)
}

// whole leaves no more digits than mean something.
func whole(v float64) pace.Micro { return pace.Micro(max(0, int(v+0.5))) }

func micro(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }

func median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	return slices.Sorted(slices.Values(values))[len(values)/2]
}

// line is how long a function takes to print a line, in microseconds: a program of the interpreter's alone.
func (l Lab) line(ctx context.Context, cfg servers.Config) (float64, error) {
	took, err := printing(ctx, l.Real.Command(cfg, 1))
	if err != nil {
		return 0, fmt.Errorf("a line that is printed: %w", err)
	}
	return took, nil
}
