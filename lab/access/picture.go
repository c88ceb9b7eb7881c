package access

import (
	"fmt"
	"strconv"
	"time"

	"github.com/target-server/target-server/plot"
)

// Picture draws what the durations of a log contain, as SVG.
func Picture() ([]byte, error) {
	const requests, gap = 12, 50 * time.Millisecond
	picture := plot.Timeline{
		Title: fmt.Sprintf("What the duration of an access line contains: %d requests, %d ms apart", requests, gap.Milliseconds()),
		X:     "seconds since the first request",
		States: []string{
			"waits, and no line tells of it", "waits, within the line's duration", "runs, within the line's duration",
		},
	}
	for _, p := range []struct{ flags, about string }{
		{"--stack hypercorn --vintage current --limit 3 --sleep 1s", "The duration begins when the head has been read: it contains the wait for a thread."},
		{"--stack gunicorn-gthread --vintage current --limit 3 --sleep 1s", "The duration begins when a thread starts with the request: every line says 1.0 s."},
		{"--stack hypercorn --vintage current --mode async-misuse --sleep 300ms", "The loop is blocked: what waits in the kernel has no duration yet."},
	} {
		var crowd []request
		for i := range requests {
			id := strconv.Itoa(i + 1)
			crowd = append(crowd, request{id: id, path: "/?id=" + id, at: time.Duration(i) * gap})
		}
		r, err := play(p.flags, crowd)
		if err != nil {
			return nil, fmt.Errorf("picture of %s: %w", p.flags, err)
		}
		panel := plot.TimelinePanel{Title: "target-server " + p.flags, About: p.about}
		for _, q := range crowd {
			bar, err := r.bar(q)
			if err != nil {
				return nil, fmt.Errorf("picture of %s: %w", p.flags, err)
			}
			panel.Bars = append(panel.Bars, bar)
		}
		picture.Panels = append(picture.Panels, panel)
	}
	return picture.SVG(), nil
}

// bar is when a request was sent, when its line's duration began, when its handler started, and when the line came.
func (r run) bar(q request) (plot.Bar, error) {
	own, start := of(r.lines, q.id), r.starts[q.id]
	if len(own) != 1 || start == 0 && q.at > 0 {
		return nil, fmt.Errorf("request %s has %d lines and starts at %v", q.id, len(own), start)
	}
	begins := own[0].at - own[0].took
	return plot.Bar{q.at.Seconds(), min(begins, start).Seconds(), start.Seconds(), own[0].at.Seconds()}, nil
}
