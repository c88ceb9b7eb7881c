package front

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Phase is a period of arrivals at one rate.
type Phase struct {
	Rate int // per second
	Time time.Duration
}

// The phases: below the capacity, at twice the capacity, and below it again.
func phases() []Phase {
	return []Phase{{capacity / 2, overloadFrom}, {2 * capacity, overloadFor}, {capacity * 6 / 10, afterwards}}
}

const (
	overloadFrom = 2 * time.Second
	overloadFor  = 4 * time.Second
	afterwards   = 12 * time.Second
	overloadTo   = overloadFrom + overloadFor
	whole        = overloadTo + afterwards
)

// Visit is one request as its client saw it. Times are relative to the first arrival.
type Visit struct {
	Sent, Ended time.Duration
	Status      int  // 0 if there was no answer
	Left        bool // the client left before the answer
	Balancer    bool // the balancer itself sent the answer
}

// patience is how long a client waits if it is not one of those that leave early.
const patience = 30 * time.Second

// crowd starts every client at its scheduled time, on a connection of its own, whether or not earlier
// ones have been answered. It returns when all have ended.
func crowd(ctx context.Context, addr string, leavers bool) []Visit {
	var visits []Visit
	at := time.Duration(0)
	for _, p := range phases() {
		for i := range p.Rate * int(p.Time) / int(time.Second) {
			visits = append(visits, Visit{Sent: at + time.Duration(i)*time.Second/time.Duration(p.Rate)})
		}
		at += p.Time
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	began := time.Now()
	var all sync.WaitGroup
	for i := range visits {
		stay := patience
		if leavers && i%2 == 1 {
			stay = leaveAfter
		}
		select {
		case <-time.After(time.Until(began.Add(visits[i].Sent))):
		case <-ctx.Done():
		}
		all.Go(func() { visits[i].make(ctx, client, fmt.Sprintf("http://%s/?id=%d", addr, i), began, stay) })
	}
	all.Wait()
	return visits
}

// make sends the request and records the outcome. Without an answer the status stays 0.
func (v *Visit) make(ctx context.Context, client *http.Client, url string, began time.Time, stay time.Duration) {
	v.Sent = time.Since(began)
	defer func() { v.Ended = time.Since(began) }()
	ctx, cancel := context.WithTimeout(ctx, stay)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return
	}
	answer, err := client.Do(request)
	if err != nil {
		v.Left = ctx.Err() != nil
		return
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return
	}
	v.Status, v.Balancer = answer.StatusCode, strings.Contains(string(text), "<html>")
}
