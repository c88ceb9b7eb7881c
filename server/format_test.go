package server_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/eventloop/sim"
	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/server/journal"
	"github.com/target-server/target-server/stacks"
)

// An access format shows a field's bytes as the characters of Latin-1 on every stack, once.
func TestFieldsInFormats(t *testing.T) {
	for _, stack := range stacks.All() {
		cfg := stack.Defaults.Values
		cfg.AccessLogFormat, cfg.Sleep, cfg.Seed = "[%({x-odd}i)s %(u)s]", time.Second, 1
		var out bytes.Buffer
		w := sim.NewWorld(noon)
		listener := w.Listen(cfg.Backlog)
		w.Process(func(p *sim.Process) {
			worker := server.NewWorker(cfg, stack, p, p, journal.New(cfg, stack.Log, &out, &out, p.Now))
			if err := worker.Start(p.Adopt(listener)); err != nil {
				t.Error(err)
			}
			if err := worker.Run(); err != nil {
				t.Error(err)
			}
		})
		w.Dial(0, listener, "GET /?id=1 HTTP/1.1\r\nHost: a\r\nX-Odd: a\x9b\xc2\x9bb\r\nAuthorization: Basic YTpi\r\n\r\n")
		w.Run(10 * time.Second)
		w.Close()
		want := "[a\u009b\u00c2\u009bb -]"
		if strings.HasPrefix(cfg.Stack, "gunicorn-") && cfg.Stack != "gunicorn-uvicorn" {
			want = "[a\u009b\u00c2\u009bb a]"
		}
		if got := out.String(); !strings.Contains(got, want) {
			t.Errorf("%s at %s: got %q, want %q in it", cfg.Stack, cfg.Vintage, got, want)
		}
	}
}
