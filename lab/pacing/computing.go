package pacing

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/target-server/target-server/lab/servers"
)

// Threads is how many threads compute while a request waits for the interpreter's lock.
const Threads = 16

// Wait compares how long a request to the event loop takes while threads compute.
type Wait struct {
	Config     servers.Config
	Connects   bool // each request has a new connection
	Real, Ours Quantiles
}

// Quantiles are those of the times of all rounds.
type Quantiles struct{ Median, Ninetieth time.Duration }

// WaitTolerance is by how much target-server's quantiles may differ.
const WaitTolerance = 0.25

// Shares are target-server's quantiles as shares of the real server's.
func (w Wait) Shares() (median, ninetieth float64) {
	return w.Ours.Median.Seconds() / w.Real.Median.Seconds(), w.Ours.Ninetieth.Seconds() / w.Real.Ninetieth.Seconds()
}

// Within reports whether both shares are within the tolerance.
func (w Wait) Within() bool {
	median, ninetieth := w.Shares()
	return near(median, WaitTolerance) && near(ninetieth, WaitTolerance)
}

// Waits has threads of a server compute, in each round for as long as a load lasts, while one client asks for what needs
// no time, by turns on the connection that it keeps and on a new one.
func (l Lab) Waits(ctx context.Context, stack, vintage string) ([]Wait, error) {
	cfg := servers.Config{Stack: stack, Vintage: vintage, Program: "interpreter"}
	var times [2][2][]time.Duration // by subject, and by whether it connects
	for range l.Rounds {
		for i, subject := range []servers.Subject{l.Real, l.Ours} {
			kept, connected, err := l.waits(ctx, subject, cfg)
			if err != nil {
				return nil, fmt.Errorf("%s of %s at %s: %w", subject.Name(), stack, vintage, err)
			}
			times[i][0], times[i][1] = append(times[i][0], kept...), append(times[i][1], connected...)
		}
	}
	var all []Wait
	for i, connects := range []bool{false, true} {
		all = append(all, Wait{cfg, connects, quantiles(times[0][i]), quantiles(times[1][i])})
	}
	return all, nil
}

// waits is a round of one server.
func (l Lab) waits(ctx context.Context, subject servers.Subject, cfg servers.Config) (kept, connected []time.Duration, err error) {
	r, err := start(ctx, subject, cfg)
	if err != nil {
		return nil, nil, err
	}
	defer r.stop()
	for range Threads {
		computes := client{load: load{addr: r.addr, path: "/long-cpu"}}
		if err := computes.send(); err != nil {
			return nil, nil, err
		}
		defer computes.leave()
	}
	time.Sleep(settling)
	keeps := client{load: load{addr: r.addr, path: "/health"}}
	defer keeps.leave()
	for end := time.Now().Add(l.Each); time.Now().Before(end); {
		if ctx.Err() != nil {
			return nil, nil, ctx.Err()
		}
		connects := client{load: keeps.load}
		byNew, err := connects.ask()
		connects.leave()
		time.Sleep(pause)
		byKept, failed := keeps.ask()
		if err := errors.Join(err, failed); err != nil {
			return nil, nil, err
		}
		kept, connected = append(kept, byKept), append(connected, byNew)
		time.Sleep(pause)
	}
	return kept[1:], connected, nil // the first had to connect
}

const (
	settling = 300 * time.Millisecond // until all threads compute
	pause    = 37 * time.Millisecond  // between two requests: what one leaves to do should not delay the next
)

func quantiles(times []time.Duration) Quantiles {
	if len(times) == 0 {
		return Quantiles{}
	}
	slices.Sort(times)
	return Quantiles{times[len(times)/2], times[len(times)*9/10]}
}
