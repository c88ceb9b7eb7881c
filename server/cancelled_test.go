package server_test

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/target-server/target-server/config"
)

// A request that is cancelled has a row as any other, with what its client was
// told, and is held no longer.
func TestCancelledRequestsBalance(t *testing.T) {
	w := newWorld(t, func(c *config.Config) { c.Sleep, c.Limit = 2*time.Second, 1 })
	w.get(0, 1)
	w.get(100*time.Millisecond, 2)
	gone := w.get(150*time.Millisecond, 3)
	w.At(300*time.Millisecond, gone.CloseWrite)
	w.signal(450*time.Millisecond, syscall.SIGINT)
	w.signal(950*time.Millisecond, syscall.SIGINT)
	w.Run(time.Hour)
	s := w.workers[0].Statistics()
	equal(t, "held", s.Held, 0)
	equal(t, "answered, cancelled, left", fmt.Sprint(s.Answered, s.Cancelled, s.Left), "0 2 1")
	var rows []string
	for _, row := range w.records[0].rows {
		rows = append(rows, fmt.Sprint(row.ID, " ", row.Status, " ", row.Outcome))
	}
	equal(t, "rows", strings.Join(rows, ", "), "1 500 cancelled, 2 500 cancelled, 3 0 client left")
}
