package server_test

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/eventloop/sim"
	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/server/journal"
	"github.com/target-server/target-server/stacks"
)

// The newer Hypercorn logs a client that leaves before its answer, which has no status
// and no length then, in whichever format.
func TestDepartureInAFormatOfOnesOwn(t *testing.T) {
	for format, want := range map[string]string{`%(m)s %(s)s %(b)s %({server}o)s`: "GET - - -\n", "json": `"status":0,"length":0,`} {
		stack, err := stacks.Find("hypercorn", config.VintageCurrent)
		if err != nil {
			t.Fatal(err)
		}
		cfg := stack.Defaults.Values
		cfg.Seed, cfg.Sleep, cfg.AccessLogFormat = 1, time.Second, format
		w := sim.NewWorld(time.Date(2023, 3, 18, 12, 0, 0, 0, time.UTC))
		listener := w.Listen(cfg.Backlog)
		var log bytes.Buffer
		w.Process(func(p *sim.Process) {
			worker := server.NewWorker(cfg, stack, p, p, journal.New(cfg, stack.Log, &log, io.Discard, p.Now))
			if err := worker.Start(p.Adopt(listener)); err != nil {
				t.Error(err)
			}
			if err := worker.Run(); err != nil {
				t.Error(err)
			}
		})
		c := w.Dial(0, listener, "GET /?id=1 HTTP/1.1\r\nHost: a\r\n\r\n")
		w.At(100*time.Millisecond, c.Close)
		w.Run(10 * time.Second)
		w.Close()
		if !strings.Contains(log.String(), want) {
			t.Errorf("%s: got %q, want %q", format, log.String(), want)
		}
	}
}
