package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/target-server/target-server/lab/driver"
	"github.com/target-server/target-server/lab/scenarios"
	"github.com/target-server/target-server/lab/venue"
	"github.com/target-server/target-server/plot/runs"
)

// plotted is a picture that target-server plot draws from logs.
type plotted struct {
	file    string
	logs    []recorded
	options runs.Options
}

// recorded is a log, and the flags of the server that writes it.
type recorded struct{ name, flags string }

// plots are the pictures of docs/plot.md.
func plots() []plotted {
	return []plotted{
		{
			"plot-order.svg",
			[]recorded{
				{"2023-03.ndjson", "--vintage 2023-03 --limit 8 --sleep 400ms"}, {"current.ndjson", "--vintage current --limit 8 --sleep 400ms"},
			},
			runs.Options{Title: "60 requests for 8 threads, at both vintages", Panels: []string{"starts", "latency", "threads"}},
		},
		{
			"plot-run.svg",
			[]recorded{{"run.ndjson", "--vintage current --limit 8 --queue 30 --sleep exp(400ms)"}},
			runs.Options{Title: "60 requests for 8 threads and 30 places in the queue"},
		},
	}
}

// record plays a crowd of requests on target-server in simulated time, and returns the log that it writes.
func record(flags string) (string, error) {
	const crowd, gap = 60, 10 * time.Millisecond
	args := append([]string{"--addr", fmt.Sprintf("127.0.0.1:%d", venue.SimulatedPort), "--log-format", "json", "--seed", "1"}, strings.Fields(flags)...)
	var log strings.Builder
	err := venue.Play(args, patience, func(place *venue.Simulated) {
		s := scenarios.NewStage(place)
		s.Mark()
		clients := make([]*scenarios.Client, crowd)
		for i := range clients {
			s.Until(time.Duration(i) * gap)
			clients[i] = s.Connect()
			clients[i].Get(strconv.Itoa(i + 1))
		}
		s.AwaitAll(clients, patience)
		for _, line := range place.Lines() {
			if line.Output == driver.Stdout {
				log.WriteString(line.Text + "\n")
			}
		}
		s.Close()
	})
	if err != nil {
		return "", fmt.Errorf("target-server %s: %w", flags, err)
	}
	return log.String(), nil
}

// draw records the runs and draws them.
func (p plotted) draw() ([]byte, error) {
	var all []runs.Run
	for _, r := range p.logs {
		log, err := record(r.flags)
		if err != nil {
			return nil, err
		}
		run, _, err := runs.Read(r.name, strings.NewReader(log))
		if err != nil {
			return nil, fmt.Errorf("the log of target-server %s %w", r.flags, err)
		}
		all = append(all, run)
	}
	return runs.Draw(all, p.options).SVG(), nil
}
