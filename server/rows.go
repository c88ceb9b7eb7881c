package server

import (
	"io"
	"net/netip"
	"os"
	"strings"
	"time"

	"github.com/rs/zerolog"
)

// rows prints one row for each request, and the server's lines, for machines
// (json) or people (console). Keys are fixed; durations are in seconds.
type rows struct {
	out          *outlet
	access, said zerolog.Logger
}

func newRows(out *outlet, format string) *rows {
	logger := func(stream io.Writer) zerolog.Logger {
		var w io.Writer = lines{out, stream}
		if format == "console" {
			w = zerolog.ConsoleWriter{Out: w, TimeFormat: time.StampMicro, NoColor: true}
		}
		return zerolog.New(w)
	}
	return &rows{out: out, access: logger(out.stdout), said: logger(out.stderr)}
}

// lines writes to one stream of an outlet.
type lines struct {
	out    *outlet
	stream io.Writer
}

func (l lines) Write(p []byte) (int, error) {
	line := l.out.to(l.stream)
	*line = append(*line, p...)
	return len(p), nil
}

func (r *rows) Server(level Level, message string) {
	at, err := zerolog.ParseLevel(strings.ToLower(strings.TrimSuffix(string(level), "ING")))
	if err != nil {
		at = zerolog.InfoLevel
	}
	r.said.WithLevel(at).Time("time", time.Now()).Int("worker", os.Getpid()).Msg(message)
}

func (r *rows) Row(row Row) {
	e := r.access.Info().Time("arrival", row.Arrived)
	if !row.Started.IsZero() {
		e = e.Time("start", row.Started)
	}
	e = e.Time("end", row.Ended).Dur("wait", row.Wait).Dur("work", row.Work).Int("worker", os.Getpid())
	if row.Thread != "" {
		e = e.Str("thread", row.Thread).Int("thread_number", row.ThreadNumber)
	}
	e.Str("outcome", row.Outcome).Int("status", row.Status).Str("client", row.Client.String()).
		Str("method", row.Method).Str("target", row.Target).Str("id", row.ID).Send()
}

func (*rows) Begin(string, int, string)                          {}
func (*rows) End(string, string)                                 {}
func (*rows) Access(netip.AddrPort, string, string, string, int) {}

func (r *rows) Flush() { r.out.flush() }
