package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/target-server/target-server/bench/crowd"
)

// measureLateness has many requests sleep at once, whose sleeps end one by one.
func measureLateness(ctx context.Context, b *bench) ([]result, error) {
	var results []result
	for _, c := range []struct{ mode, flag, wants string }{
		{"cooperative", "--mode=cooperative", `"hello #%d"`},
		{"threadpool", "--mode=threadpool", `"hello"`},
	} {
		n := b.size(10_000, 1_000)
		r := result{
			Figure: "lateness",
			What:   fmt.Sprintf("a sleep's lateness with %s sleeping, 99th percentile, %s", thousands(n), c.mode),
			Unit:   seconds, Goal: "at most 1 ms",
			How: "end minus start minus sleep, from the server's log; all sleep at once, then the sleeps end 0.5 ms apart",
		}
		err := b.percentiles(&r, func() ([]float64, float64, error) { return b.lateness(ctx, n, c.flag, c.wants) })
		if err != nil {
			return results, err
		}
		r.Met = r.Ours <= 1e-3
		results = append(results, r)
	}
	return results, nil
}

// lateness returns by how many seconds each of n sleeps was late, and the lateness of a bare sleep.
func (b *bench) lateness(ctx context.Context, n int, flag, wants string) (late []float64, machine float64, err error) {
	limit := n
	if flag == "--mode=cooperative" { // which has no threads, and warns of a limit
		limit = 0
	}
	rows, machine, err := b.logged(ctx, settings{limit: limit, more: []string{flag}}, func(t *target) error {
		first := 500*time.Millisecond + time.Duration(n)*200*time.Microsecond // by then all have asked
		return everyone(ctx, crowd.Plan{Addr: t.addr, Size: n, Sleep: first, Later: 500 * time.Microsecond, Wants: wants})
	})
	if err != nil {
		return nil, 0, err
	}
	if len(rows) != n {
		return nil, 0, fmt.Errorf("the log has %d rows for %d requests", len(rows), n)
	}
	late = make([]float64, len(rows))
	for i, r := range rows {
		slept, err := sleepOf(r.Target)
		if err != nil {
			return nil, 0, err
		}
		late[i] = r.Work - slept.Seconds()
	}
	return late, machine, nil
}

// everyone has every client send its request and get its answer.
func everyone(ctx context.Context, p crowd.Plan) (err error) {
	clients, err := crowd.Start(ctx, p)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, clients.Leave()) }()
	if err := clients.Ask(ctx); err != nil {
		return err
	}
	tally, err := clients.Answers(ctx)
	if err == nil && tally.Answered != p.Size {
		err = fmt.Errorf("%d of %d were answered: %s", tally.Answered, p.Size, tally.Why)
	}
	return err
}

// sleepOf is the sleep that a request asked for.
func sleepOf(target string) (time.Duration, error) {
	_, query, _ := strings.Cut(target, "?")
	values, err := url.ParseQuery(query)
	if err != nil {
		return 0, fmt.Errorf("log: target %q: %w", target, err)
	}
	return time.ParseDuration(values.Get("sleep"))
}
