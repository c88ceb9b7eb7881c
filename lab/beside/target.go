package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/target-server/target-server/server/admin"
)

// target is the server under load.
type target struct {
	admin string // URL of its admin address
	url   string // what it serves
	token string // for its admin address; empty for none
}

// sample is what was seen at one moment.
type sample struct {
	at      time.Time
	workers []admin.Statistics
	spent   time.Duration // processor time of all workers
	busy    time.Duration // processor time of the whole machine
}

// sample looks once. Only a target that does not answer is an error.
func (t target) sample(ctx context.Context) (sample, error) {
	s := sample{at: time.Now()}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, t.admin+"/stats", http.NoBody)
	if err != nil {
		return s, err
	}
	if t.token != "" {
		req.Header.Set("Authorization", "Bearer "+t.token)
	}
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		return s, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return s, fmt.Errorf("%s/stats: %s", t.admin, answer.Status)
	}
	if err := json.NewDecoder(answer.Body).Decode(&s.workers); err != nil {
		return s, fmt.Errorf("%s/stats: %w", t.admin, err)
	}
	for _, w := range s.workers {
		s.spent += spentBy(w.Worker)
	}
	s.busy = spentByAll()
	return s, nil
}

// first waits for a target that has just been started, and is perhaps still being compiled.
func (t target) first(ctx context.Context, patience time.Duration) (sample, error) {
	for began := time.Now(); ; {
		s, err := t.sample(ctx)
		if err == nil || ctx.Err() != nil || time.Since(began) >= patience {
			return s, err
		}
		time.Sleep(min(patience, 100*time.Millisecond))
	}
}

// knock asks again and again for a page that is not there, on a connection of its
// own each time, and says how long each answer took. It needs no work and is no
// request in /stats: what is slow about it is the loop. When ctx ends, what has
// not been answered until then counts as well.
func (t target) knock(ctx context.Context) []time.Duration {
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	var took []time.Duration
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, t.url+"/beside", http.NoBody)
		if err != nil {
			return took
		}
		began := time.Now()
		answer, err := client.Do(req)
		switch {
		case err == nil:
			_ = answer.Body.Close()
			took = append(took, time.Since(began))
		case ctx.Err() != nil:
			return append(took, time.Since(began))
		}
		select {
		case <-ctx.Done():
			return took
		case <-tick.C:
		}
	}
}

// watch looks until the generator has ended, whose error it returns. A look that
// fails is left out: the target may be busy.
func (t target) watch(ctx context.Context, first sample, every time.Duration, ended <-chan error) ([]sample, error) {
	samples := []sample{first}
	look := func(ctx context.Context) {
		if s, err := t.sample(ctx); err == nil {
			samples = append(samples, s)
		}
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case err := <-ended:
			look(context.WithoutCancel(ctx))
			return samples, err
		case <-tick.C:
			look(ctx)
		}
	}
}
