package server_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/distribution"
	"github.com/target-server/target-server/internal/check"
)

// Setting the wall clock back or forward changes the dates that are shown and nothing else: work, waits and idle
// connections take as long as ever, and no row ends before it starts.
func TestWallClockIsSet(t *testing.T) {
	for _, by := range []time.Duration{-time.Hour, time.Hour} {
		for _, mode := range []string{"threadpool", "cooperative", "async-misuse"} {
			t.Run(fmt.Sprint(mode, " ", by), func(t *testing.T) {
				w := newWorld(t, config.Vintage202303, func(c *config.Config) { c.Mode, c.Limit, c.Sleep = mode, 1, distribution.Of(2*time.Second) })
				first, second := w.Get(0, 1), w.Get(100*time.Millisecond, 2)
				w.At(time.Second, func() { w.SetWallClock(by) })
				w.Run(time.Minute)
				after := map[string]time.Duration{
					"threadpool": 4 * time.Second, "async-misuse": 4 * time.Second, "cooperative": 2100 * time.Millisecond,
				}
				check.Equal(t, "first answer", first.First(), 2*time.Second)
				check.Equal(t, "second answer", second.First(), after[mode])
				check.Equal(t, "the first closes idle", first.Ended, 7*time.Second)
				hour := time.Date(2023, 3, 18, 12, 49, 17, 0, time.UTC).Add(by).Format("15:")
				late := w.Send(w.Now(), "GET /nope HTTP/1.1\r\nHost: x\r\n\r\n")
				w.Run(2 * time.Minute)
				check.Equal(t, "the date of a later answer", strings.Contains(late.Text(), "2023 "+hour), true)
				for _, row := range w.Workers[0].Rows[:2] {
					check.Equal(t, "work", row.Work, 2*time.Second)
					check.Equal(t, "end", row.Ended, row.Started.Add(row.Work))
					check.Equal(t, "start", row.Started, row.Arrived.Add(row.Wait))
				}
			})
		}
	}
}
