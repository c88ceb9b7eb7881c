package server_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/distribution"
	"github.com/target-server/target-server/server/servertest"
	"github.com/target-server/target-server/stacks"
	"github.com/target-server/target-server/trace"
)

// nowhere counts what a trace would write.
type nowhere struct{ n int }

func (s *nowhere) Write(p []byte) { s.n += len(p) }
func (*nowhere) Ready() bool      { return true }
func (*nowhere) Lost(int)         {}

// BenchmarkTrace is what requests cost with and without a trace, apart from writing the file: 64 clients for 40 threads.
func BenchmarkTrace(b *testing.B) {
	for _, bench := range []struct {
		name string
		kind trace.Kind
	}{{"none", -1}, {"pftrace", trace.PerfettoTrace}, {"ndjson", trace.NDJSONRows}, {"csv", trace.CSVRows}} {
		b.Run(bench.name, func(b *testing.B) {
			to := &nowhere{}
			w := servertest.New(b, stacks.All()[0], func(c *config.Config) { c.Sleep = distribution.Of(time.Millisecond) })
			clients := b.N/64 + 1
			for i := range 64 {
				var text strings.Builder
				for j := range clients {
					fmt.Fprintf(&text, "GET /?id=%d HTTP/1.1\r\nHost: a\r\n\r\n", j)
				}
				_ = i
				w.Send(0, text.String())
			}
			w.At(0, func() {
				if bench.kind >= 0 {
					w.Workers[0].Trace(bench.kind, to, 0)
				}
			})
			b.ReportAllocs()
			w.Run(time.Hour)
			b.ReportMetric(float64(to.n)/float64(clients*64), "B/request")
		})
	}
}
