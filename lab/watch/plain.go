package watch

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/target-server/target-server/server/admin"
	"github.com/target-server/target-server/server/admin/live"
)

// lines prints a line for the first frame and then one a second.
func (s *session) lines(ctx context.Context, first live.Event) error {
	s.model.Add(first)
	second := time.NewTicker(time.Second)
	defer second.Stop()
	for n := 1; ; n++ {
		if _, err := io.WriteString(s.Out, s.model.line(time.Now().In(s.zone))+"\n"); err != nil {
			return fmt.Errorf("cannot print: %w", err)
		}
		if s.Frames > 0 && n >= s.Frames {
			return nil
		}
		if ended, err := s.until(ctx, second.C); ended {
			return err
		}
	}
}

// until collects events until the next tick, and reports whether the session has ended before.
func (s *session) until(ctx context.Context, tick <-chan time.Time) (ended bool, err error) {
	for {
		select {
		case e := <-s.events:
			s.model.Add(e)
		case err := <-s.ended:
			return true, err
		case <-tick:
			return false, nil
		case <-ctx.Done():
			return true, nil
		}
	}
}

// line is what is seen of a server at a moment, in one line.
func (m *Model) line(now time.Time) string {
	parts := []string{now.Format(time.TimeOnly)}
	if state, _ := m.state(); state != "live" {
		return parts[0] + "  " + state + ": " + m.why()
	}
	s := m.sum()
	parts = append(parts,
		fmt.Sprintf("running %d waiting %d limit %s held %d zombies %d", s.Busy, s.Waiting, strings.ReplaceAll(limit(s.Limit), ",", ""), s.Held, s.Zombies),
		fmt.Sprintf("finished %s p50 %s p95 %s", rate(m.series.rate()), length(m.series.quantile(0.5)), length(m.series.quantile(0.95))))
	if s.Refused > 0 {
		parts = append(parts, fmt.Sprintf("refused %d", s.Refused))
	}
	if s.Holding {
		parts = append(parts, "holding")
	}
	for i := range m.Frame.Workers {
		if text := m.trouble(i); text != "" {
			parts = append(parts, text)
		}
	}
	return strings.Join(parts, "  ")
}

// trouble is what is not as usual with a worker: it is silent, or its loop serves nothing; empty if all is well.
func (m *Model) trouble(i int) string {
	w := m.worker(i)
	name := "loop"
	if m.workers() > 1 {
		name = fmt.Sprintf("worker %d", number(w, i))
	}
	since := length(max(0, m.Now-w.Loop.Since))
	switch {
	case w.Statistics.Error != "":
		return fmt.Sprintf("worker %d silent: %s", number(w, i), harmless(w.Statistics.Error, 80))
	case w.Loop.State == admin.LoopPaused:
		return name + " paused for " + since
	case w.Loop.State == admin.LoopBlocked && w.Loop.By != nil:
		return name + " blocked for " + since + " by " + named(w.Loop.By)
	case w.Loop.State == admin.LoopBlocked:
		return name + " blocked for " + since
	}
	return ""
}
