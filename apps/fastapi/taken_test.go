package fastapi_test

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/server/servertest"
)

const cancelledQuery = `
pools: {db: {size: 1, overflow: 0, timeout: 30s}}
dependencies:
  a: {async: [], yield: true, exit: [{query: 10ms}, {log: exited}]}
routes:
  GET /: {depends: [a], async: [{query: 5s}]}
`

// A coroutine that is cancelled during its query gives the connection back, and one that is cancelled while it waits for
// one takes none: exits that need a connection have it at once.
func TestConnectionsOfCancelledRequests(t *testing.T) {
	servertest.Both(t, func(t *testing.T, vintage string) {
		w := serve(t, vintage, cancelledQuery)
		burst(w, 3, 10*time.Millisecond, "GET /")
		w.Signal(950*time.Millisecond, syscall.SIGINT)
		w.Signal(1350*time.Millisecond, syscall.SIGINT)
		w.Run(time.Minute)
		var exited []string
		for _, line := range w.Workers[0].Lines {
			if strings.HasSuffix(line, "exited on MainThread") {
				exited = append(exited, line)
			}
		}
		check.Equal(t, "exits", strings.Join(exited, "\n"),
			"1.41s exited on MainThread\n1.42s exited on MainThread\n1.43s exited on MainThread")
		pool := w.Workers[0].Statistics().Pools[0]
		check.Equal(t, "connections", fmt.Sprint(pool.InUse, pool.Waiting, pool.Timeouts), "0 0 0")
	})
}
