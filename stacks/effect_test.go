package stacks_test

import (
	"fmt"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/distribution"
	"github.com/target-server/target-server/eventloop/sim"
	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/server/servertest"
	"github.com/target-server/target-server/stacks"
)

// Every setting that a stack accepts in a mode does something there: the same clients see, or the log shows, something
// else than with the default. What does nothing is refused, or warned of.
func TestAcceptedSettingsHaveAnEffect(t *testing.T) {
	changes := map[string]func(*config.Config){
		"limit": func(c *config.Config) {
			if c.Limit++; c.Limit != 2 { // unless it was 1
				c.Limit = 1
			}
		},
		"queue":              func(c *config.Config) { c.Queue = 0 },
		"keep-alive":         func(c *config.Config) { c.KeepAlive = time.Second },
		"sleep":              func(c *config.Config) { c.Sleep = distribution.Of(time.Second) },
		"limit-concurrency":  func(c *config.Config) { c.LimitConcurrency = 2 },
		"limit-max-requests": func(c *config.Config) { c.LimitMaxRequests = 1 },
		"graceful-timeout":   func(c *config.Config) { c.GracefulTimeout = time.Second },
	}
	rows := stacks.Defaults()
	tried := 0
	for _, stack := range stacks.All() {
		for _, mode := range stack.Modes {
			for setting, change := range changes {
				usual := stack.Defaults.Values
				usual.Mode, usual.Sleep = mode.Name, distribution.Of(20*time.Millisecond)
				changed := usual
				change(&changed)
				if usual.Validate(rows) != nil || changed.Validate(rows) != nil || isElsewhere(usual, setting) {
					continue
				}
				without, with := visited(t, stack, usual), visited(t, stack, changed)
				ignored := slices.Contains(changed.WithoutEffect(rows), setting)
				if ignored { // but the log may say so
					without, _, _ = strings.Cut(without, "log:")
					with, _, _ = strings.Cut(with, "log:")
				}
				if same := without == with; same != ignored {
					t.Errorf("%s at %s, %s: does --%s do nothing? %v; is it warned of? %v (alone: %s)\n%s",
						usual.Stack, usual.Vintage, mode.Name, setting, same, ignored, check.Alone(t), with[:min(len(with), 1000)])
				}
				tried++
			}
		}
	}
	if tried < 100 {
		t.Errorf("%d combinations were tried, want 100 or more", tried)
	}
}

// isElsewhere tells whether a setting has its effect where one worker does not show it, or none for a reason of the real
// server's that the guide gives.
func isElsewhere(c config.Config, setting string) bool {
	trio, gunicorn := c.Stack == "hypercorn-trio", strings.HasPrefix(c.Stack, "gunicorn")
	switch setting {
	case "graceful-timeout": // the parent's; a blocked loop looks at no clock; trio waits for threads
		return gunicorn || trio || c.Mode == "async-misuse"
	case "sleep": // every request fails at once
		return trio && c.Mode == "cooperative"
	}
	return false
}

// visited is what is seen of a worker by many clients at once, by one that stays, and by one whose request runs when
// the worker is stopped.
func visited(t *testing.T, stack *server.Stack, cfg config.Config) string {
	w := servertest.New(t, stack, func(c *config.Config) { *c = cfg })
	var b strings.Builder
	clients := make([]*sim.Client, 300)
	for i := range clients {
		clients[i] = w.Get(time.Duration(i)*time.Microsecond, i+1)
	}
	last := w.Send(100*time.Second, servertest.Request("/?id=1000&sleep=10s"))
	w.Signal(101*time.Second, syscall.SIGTERM)
	w.Run(120 * time.Second)
	for _, c := range clients {
		fmt.Fprintln(&b, c.Text(), servertest.Ending(c))
	}
	fmt.Fprintln(&b, last.Text(), servertest.Ending(last), w.End(), w.Sums())
	b.WriteString("log:\n" + strings.Join(w.Workers[0].Lines, "\n"))
	return b.String()
}
