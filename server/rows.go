package server

import (
	"io"
	"os"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"github.com/target-server/target-server/server/http1"
)

// rows prints one row for each request, and the server's lines, for machines
// (json) or people (console). Keys are fixed; durations are in seconds.
type rows struct {
	out          *outlet
	access, said zerolog.Logger
	now          func() time.Time
}

func newRows(out *outlet, format string, now func() time.Time) *rows {
	logger := func(stream io.Writer) zerolog.Logger {
		var w io.Writer = rowWriter{out, stream}
		if format == "console" {
			w = zerolog.ConsoleWriter{Out: w, TimeFormat: time.StampMicro, NoColor: true}
		}
		return zerolog.New(w)
	}
	return &rows{out: out, now: now, access: logger(out.stdout), said: logger(out.stderr)}
}

// rowWriter writes to one stream of an outlet.
type rowWriter struct {
	out    *outlet
	stream io.Writer
}

func (l rowWriter) Write(p []byte) (int, error) {
	line := l.out.to(l.stream)
	*line = append(*line, p...)
	return len(p), nil
}

func (r *rows) Server(level Level, message string) {
	if level == Critical {
		level = Error // zerolog has nothing between this and the end of the process
	}
	at, err := zerolog.ParseLevel(strings.ToLower(strings.TrimSuffix(string(level), "ING")))
	if err != nil {
		at = zerolog.InfoLevel
	}
	r.said.WithLevel(at).Str("time", stamp(r.now())).Int("worker", os.Getpid()).Msg(message)
}

// stamp writes a moment to the microsecond.
func stamp(t time.Time) string { return t.Format("2006-01-02T15:04:05.000000Z07:00") }

func (r *rows) Rows() bool { return true }

func (r *rows) Row(row Row) {
	e := r.access.Info().Str("time", stamp(r.now())).Str("arrival", stamp(row.Arrived))
	if !row.Started.IsZero() {
		e = e.Str("start", stamp(row.Started))
	}
	e = e.Str("end", stamp(row.Ended)).Float64("wait", row.Wait.Seconds()).Float64("work", row.Work.Seconds()).Int("worker", os.Getpid())
	if row.Thread != "" {
		e = e.Str("thread", row.Thread).Int("thread_number", row.ThreadNumber)
	}
	e.Str("outcome", string(row.Outcome)).Int("status", row.Status).Bytes("client", row.Exchange.AppendClient(nil)).
		Str("method", row.Exchange.Method()).Str("target", row.Exchange.Target()).Str("id", row.ID).Send()
}

func (*rows) Begin(string, int, string)  {}
func (*rows) End(string, string)         {}
func (*rows) Access(http1.Exchange, int) {}

func (r *rows) Flush() { r.out.flush() }
