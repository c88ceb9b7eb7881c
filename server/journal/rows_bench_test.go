package journal

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/server/admin"
	"github.com/target-server/target-server/server/http1"
)

// asked is as much of an exchange as a row shows.
type asked struct {
	http1.Exchange
	client, method, target string
}

func (a asked) AppendClient(b []byte) []byte { return append(b, a.client...) }
func (a asked) Method() string               { return a.method }
func (a asked) Target() string               { return a.target }

// BenchmarkRow is what a row costs; one with letters beyond ASCII costs more.
func BenchmarkRow(b *testing.B) {
	for _, bench := range []struct{ name, format, id string }{
		{"json", "json", "123"}, {"json, letters", "json", strings.Repeat("ä", 50)}, {"console", "console", "123"},
	} {
		b.Run(bench.name, func(b *testing.B) {
			out := &streams{stdout: io.Discard, stderr: io.Discard}
			at := time.Date(2026, 11, 22, 21, 11, 19, 4120000, time.UTC)
			r := newRows(out, bench.format, func() time.Time { return at })
			row := Row{
				Exchange: asked{client: "127.0.0.1:54666", method: http.MethodGet, target: "/?id=" + bench.id}, ID: bench.id,
				Arrived: at, Started: at, Ended: at.Add(3 * time.Second), Wait: 51 * time.Microsecond, Work: 3 * time.Second,
				Number: 3, Thread: "AnyIO worker thread", ThreadNumber: 1, Status: 200, Outcome: admin.Answered,
			}
			b.ReportAllocs()
			for b.Loop() {
				r.Row(row)
				out.pending = out.pending[:0]
			}
		})
	}
}
