package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"

	"github.com/target-server/target-server/bench/crowd"
	"github.com/target-server/target-server/server/admin"
)

// point is the cost of holding a number of requests and then answering them.
type point struct {
	Held                    int
	Memory                  float64 // bytes by which the server's processes have grown
	Took                    float64 // seconds from the first connection until all were held
	Answered                float64 // seconds from raising the limit until the last client has its answer
	ProcessorTime           float64 // CPU seconds of the server, from the first connection to the last answer
	MostHeldByOne, Unlucky  int     // number of workers; number of clients that were not answered
	WhyTheFirstWasNotServed string
}

// measureGrowth holds increasing numbers of requests, each with new processes.
func measureGrowth(ctx context.Context, b *bench) ([]result, error) {
	sizes, workers := []int{100, 1_000, 15_000, 37_500, 75_000, 112_500, 150_000}, 10
	if b.quick {
		sizes, workers = []int{100, 1_000, 2_000}, 2
	}
	var points []point
	for _, size := range sizes {
		p, err := b.grow(ctx, size, workers)
		if err != nil {
			return nil, fmt.Errorf("%s held: %w", thousands(size), err)
		}
		b.say("growth: %s held: %.1f MB, held after %s, answered %s later, CPU time %s; "+
			"at most %s in one of %d workers",
			thousands(size), p.Memory/1e6, seconds.text(p.Took), seconds.text(p.Answered), seconds.text(p.ProcessorTime),
			thousands(p.MostHeldByOne), workers)
		points = append(points, p)
	}
	b.addCurves(b.programs[ours].name, points)
	if err := b.growRivals(ctx, sizes); err != nil {
		return nil, err
	}
	return []result{heldResult(points, workers), memoryGrowth(points), timeGrowth(points)}, nil
}

func heldResult(points []point, workers int) result {
	last := points[len(points)-1]
	r := result{
		Figure: "growth", Unit: requests,
		What: fmt.Sprintf("held at once on one machine by %d workers, nothing lost", workers),
		Goal: "150,000", Ours: float64(last.Held - last.Unlucky), Met: last.Held >= 150_000 && last.Unlucky == 0,
		How: "clients in ten processes connect and send a request; when the workers report that they hold all of them, the limit is raised, " +
			"and every client checks its answer; no process opens more than 20,000 files",
		More: fmt.Sprintf("held after %s, answered in %s more; at most %s in one worker",
			seconds.text(last.Took), seconds.text(last.Answered), thousands(last.MostHeldByOne)),
	}
	if last.Unlucky > 0 {
		r.More += "; " + last.WhyTheFirstWasNotServed
	}
	return r
}

func memoryGrowth(points []point) result {
	r := linearity(points, func(p point) float64 { return p.Memory })
	r.What = "memory per request, second half of the ramp ÷ first half"
	r.How = "growth of Pss for the second half of the requests, divided by the growth for the first half"
	return r
}

func timeGrowth(points []point) result {
	r := linearity(points, func(p point) float64 { return p.ProcessorTime })
	r.What = "CPU time per request, second half of the ramp ÷ first half"
	r.How = "the same for the server's CPU time, from the first connection to the last answer"
	return r
}

// linearity is the cost of the second half of the requests divided by that of the first half.
func linearity(points []point, of func(point) float64) result {
	first, last := points[0], points[len(points)-1]
	middle := first
	for _, p := range points {
		if 2*p.Held <= last.Held {
			middle = p
		}
	}
	slope := func(from, to point) float64 { return (of(to) - of(from)) / float64(to.Held-from.Held) }
	r := result{Figure: "growth", Unit: times, Goal: "linear: at most 1.25"}
	r.Ours = slope(middle, last) / slope(first, middle)
	r.Met = r.Ours <= 1.25
	return r
}

// grow has the workers of one server hold a number of requests, all queued because each worker's only
// slot is taken; then it raises the limit.
func (b *bench) grow(ctx context.Context, size, workers int) (p point, err error) {
	t, err := startWorkers(ctx, b.programs[ours], settings{limit: 1, more: []string{"--loop=asyncio"}}, workers)
	if err != nil {
		return p, err
	}
	defer func() { err = errors.Join(err, t.stop()) }()
	blockers, err := t.occupy(ctx, workers)
	defer func() {
		for _, conn := range blockers {
			_ = conn.Close()
		}
	}()
	if err != nil {
		return p, err
	}
	clients, err := crowd.Start(ctx, crowd.Plan{Addr: t.addr, Size: size, Wants: `"hello"`})
	if err != nil {
		return p, err
	}
	defer func() { err = errors.Join(err, clients.Leave()) }()
	return b.holdAndAnswer(ctx, t, clients, size, len(blockers))
}

func (b *bench) holdAndAnswer(
	ctx context.Context, t *target, clients *crowd.Crowd, size, more int,
) (p point, err error) {
	p.Held = size
	used, err := t.cpu()
	if err != nil {
		return p, err
	}
	before, err := t.memory()
	if err != nil {
		return p, err
	}
	began := time.Now()
	if err := clients.Ask(ctx); err != nil {
		return p, err
	}
	err = t.until(ctx, "all are held", func(all []admin.Statistics) bool {
		p.MostHeldByOne = 0
		for _, s := range all {
			p.MostHeldByOne = max(p.MostHeldByOne, int(s.Held))
		}
		return held(all) == size+more
	})
	if err != nil {
		return p, err
	}
	p.Took = time.Since(began).Seconds()
	after, err := t.memory()
	if err != nil {
		return p, err
	}
	p.Memory = float64(after - before)
	return p, t.release(ctx, clients, &p, used)
}

// release lets all requests run, and records the results.
func (t *target) release(ctx context.Context, clients *crowd.Crowd, p *point, used time.Duration) error {
	began := time.Now()
	if err := t.setLimit(ctx, admin.Most); err != nil {
		return err
	}
	tally, err := clients.Answers(ctx)
	if err != nil {
		return err
	}
	p.Answered = time.Since(began).Seconds()
	p.Unlucky, p.WhyTheFirstWasNotServed = p.Held-tally.Answered, tally.Why
	all, err := t.cpu()
	p.ProcessorTime = (all - used).Seconds()
	return err
}

// occupy takes the slot of every worker, with as many requests as that needs: which worker accepts a
// connection is random.
func (t *target) occupy(ctx context.Context, workers int) (conns []net.Conn, err error) {
	busy := func() (bool, error) {
		all, err := t.statistics(ctx)
		n := 0
		for _, s := range all {
			n += min(1, s.Borrowed)
		}
		return n == workers, err
	}
	for len(conns) < 1000*workers {
		conn, err := net.Dial("tcp", t.addr)
		if err != nil {
			return conns, fmt.Errorf("occupy a slot: %w", err)
		}
		conns = append(conns, conn)
		if _, err := fmt.Fprint(conn, "GET /?id=0&sleep=1h HTTP/1.1\r\nHost: localhost\r\n\r\n"); err != nil {
			return conns, fmt.Errorf("occupy a slot: %w", err)
		}
		err = t.until(ctx, "it is held", func(all []admin.Statistics) bool { return held(all) == len(conns) })
		if err != nil {
			return conns, err
		}
		if all, err := busy(); all || err != nil {
			return conns, err
		}
	}
	return conns, errors.New("of " + strconv.Itoa(len(conns)) + " requests, one worker had still received none")
}

// growRivals measures the memory of the rivals, up to the capacity of one process.
func (b *bench) growRivals(ctx context.Context, sizes []int) error {
	for _, rival := range b.rivals("growth") {
		var points []point
		for _, size := range sizes {
			if size > 15_000 {
				break
			}
			grown, err := heldMemory(ctx, rival, settings{limit: 40, sleep: time.Hour}, size)
			if err != nil {
				return fmt.Errorf("%s: %w", rival.name, err)
			}
			points = append(points, point{Held: size, Memory: grown})
			b.say("growth: %s: %s held: %.1f MB", rival.name, thousands(size), grown/1e6)
		}
		b.addCurves(rival.name, points)
	}
	return nil
}
