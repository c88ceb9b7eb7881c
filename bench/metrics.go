package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
)

// measureMetrics compares the CPU time per request with and without an admin address whose metrics are scraped ten times
// a second. The address also remembers the last requests.
func measureMetrics(ctx context.Context, b *bench) ([]result, error) {
	n := b.size(60_000, 5_000)
	r := result{
		Figure: "metrics", What: "CPU time per request, with metrics scraped ten times a second ÷ without an admin address", Unit: times,
		Goal: "at most 1.05",
		How: fmt.Sprintf("user and system time of the server for %s requests without sleep over 64 connections kept alive, scrapes "+
			"included; the median of pairs in turns", thousands(n)),
	}
	scraped := func(ctx context.Context, t *target) func() error { return scrape(ctx, t, 100*time.Millisecond) }
	err := b.overhead(ctx, &r, n, scraped)
	r.Met = r.Ours <= 1.05
	return []result{r}, err
}

// overhead sets the result to the CPU time per request with an admin address and while something uses it, divided by the
// same without. during returns what ends the use.
func (b *bench) overhead(ctx context.Context, r *result, n int, during func(context.Context, *target) func() error) error {
	return b.compare(ctx, r, n, settings{limit: 40}, during)
}

// compare sets the result to the CPU time per request with these settings, and while something uses the admin address unless
// during is nil, divided by that without either.
func (b *bench) compare(
	ctx context.Context, r *result, n int, s settings, during func(context.Context, *target) func() error,
) error {
	var ratios, plain, costly []float64
	for round := range b.size(15, 1) {
		without, err := b.timeWhile(ctx, settings{limit: 40}, n, nil)
		if err != nil {
			return err
		}
		with, err := b.timeWhile(ctx, s, n, during)
		if err != nil {
			return err
		}
		plain, costly, ratios = append(plain, without), append(costly, with), append(ratios, with/without)
		b.say("%s: round %d: without %s, with %s", r.Figure, round+1, seconds.text(without), seconds.text(with))
	}
	r.Ours = quantile(ratios, 0.5)
	r.More = fmt.Sprintf("%s instead of %s", seconds.text(quantile(costly, 0.5)), seconds.text(quantile(plain, 0.5)))
	return nil
}

// timeWhile is the CPU time per request of a server with these settings and, if something is to use it, an admin address.
func (b *bench) timeWhile(
	ctx context.Context, s settings, n int, during func(context.Context, *target) func() error,
) (used float64, err error) {
	if during != nil {
		port, err := freePort(ctx)
		if err != nil {
			return 0, err
		}
		s.more = []string{"--admin-addr=127.0.0.1:" + strconv.Itoa(port)}
	}
	t, err := start(ctx, b.programs[ours], s, nil)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, t.stop()) }()
	if during != nil {
		t.admin = "http://" + s.more[0][len("--admin-addr="):]
		stop := during(ctx, t)
		defer func() { err = errors.Join(err, stop()) }()
	}
	return requestTime(ctx, t, 64, n)
}

// scrape asks for the metrics at once, and then again and again, until the function that it returns is called.
func scrape(ctx context.Context, t *target, every time.Duration) (stop func() error) {
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() {
		ticks := time.NewTicker(every)
		defer ticks.Stop()
		for {
			if err := scrapeOnce(ctx, t); err != nil {
				if ctx.Err() != nil {
					err = nil
				}
				ended <- err
				return
			}
			select {
			case <-ticks.C:
			case <-ctx.Done():
				ended <- nil
				return
			}
		}
	}()
	return func() error {
		cancel()
		return <-ended
	}
}

func scrapeOnce(ctx context.Context, t *target) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, t.admin+"/metrics", nil)
	if err != nil {
		return fmt.Errorf("metrics: %w", err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("metrics: %w", err)
	}
	defer answer.Body.Close()
	if size, err := io.Copy(io.Discard, answer.Body); err != nil || answer.StatusCode != http.StatusOK || size == 0 {
		return fmt.Errorf("metrics: %s, %d bytes, %w", answer.Status, size, err)
	}
	return nil
}
