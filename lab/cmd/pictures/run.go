package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/target-server/target-server/lab/scenarios"
	"github.com/target-server/target-server/lab/venue"
	"github.com/target-server/target-server/plot"
)

const (
	requests = 12
	gap      = 100 * time.Millisecond
	patience = 30 * time.Second
)

// mode is one panel of the picture.
type mode struct{ flags, about string }

// modes are the panels. A test checks what they say.
func modes() []mode {
	return []mode{
		{"--mode threadpool --limit 3 --sleep 1s", "3 handlers run, each in a thread. The rest are queued: last in, first out, as in FastAPI of March 2023."},
		{"--mode async-misuse --loop asyncio --sleep 1s", "A handler blocks the event loop: one runs at a time, and until it is done, no connection is accepted."},
		{"--mode cooperative --sleep 1s", "Handlers await: each request starts at once, however many are running."},
	}
}

// request is what became of one: each moment since the first was sent.
type request struct{ sent, accepted, started, answered time.Duration }

// play sends the requests to target-server in simulated time.
func play(flags string) ([]request, error) {
	var all []request
	var failed error
	args := append([]string{"--addr", fmt.Sprintf("127.0.0.1:%d", venue.SimulatedPort)}, strings.Fields(flags)...)
	err := venue.Play(args, patience, func(place *venue.Simulated) {
		s := scenarios.NewStage(place)
		s.Mark()
		all = crowd(s)
		s.Close()
		_, failed = s.Found()
	})
	if err == nil {
		err = failed
	}
	if err != nil {
		return nil, fmt.Errorf("target-server %s: %w", flags, err)
	}
	return all, nil
}

// crowd has the clients come one after the other, each with a connection of its own.
func crowd(s *scenarios.Stage) []request {
	all := make([]request, requests)
	clients, ids := make([]*scenarios.Client, requests), make([]string, requests)
	for i := range all {
		all[i].sent = time.Duration(i) * gap
		ids[i] = strconv.Itoa(i + 1)
		s.Until(all[i].sent)
		clients[i] = s.Connect()
		clients[i].Get(ids[i])
	}
	s.AwaitAll(clients, patience)
	started := s.StartTimes(ids...)
	for i, c := range clients {
		all[i].accepted, all[i].started, all[i].answered = c.AcceptedAt(0), started[i], c.AnsweredAt(0)
	}
	return all
}

// draw plays every mode and draws it.
func draw() ([]byte, error) {
	picture := plot.Timeline{
		Title: fmt.Sprintf("The same %d requests, sent %d ms apart, in each of the three modes", requests, gap.Milliseconds()),
		X:     "seconds since the first request",
		States: []string{
			"sent, not accepted yet", "accepted and queued", "running, until it is answered",
		},
	}
	for _, m := range modes() {
		all, err := play(m.flags)
		if err != nil {
			return nil, err
		}
		panel := plot.TimelinePanel{Title: "target-server " + m.flags, About: m.about}
		var last time.Duration
		for _, r := range all {
			last = max(last, r.answered)
			panel.Bars = append(panel.Bars, plot.Bar{r.sent.Seconds(), r.accepted.Seconds(), r.started.Seconds(), r.answered.Seconds()})
		}
		panel.Note = fmt.Sprintf("all answered after %.1f s", last.Seconds())
		picture.Panels = append(picture.Panels, panel)
	}
	return picture.SVG(), nil
}
