package journal

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"github.com/target-server/target-server/accesslog"
	"github.com/target-server/target-server/server/http1"
)

// rows prints a row for each request, and the server's lines, for machines (json) or people (console). Keys are fixed;
// durations are in seconds.
type rows struct {
	out            *streams
	access, server zerolog.Logger
	now            func() time.Time
	scratch        []byte
}

func newRows(out *streams, format string, now func() time.Time) *rows {
	logger := func(stream io.Writer) zerolog.Logger {
		var w io.Writer = rowWriter{out, stream}
		if format == "console" {
			w = zerolog.ConsoleWriter{
				Out: w, TimeFormat: time.StampMicro, NoColor: true, FormatMessage: consoleMessage, FormatFieldValue: consoleValue,
			}
		}
		return zerolog.New(w)
	}
	return &rows{out: out, now: now, access: logger(out.stdout), server: logger(out.stderr)}
}

// consoleMessage returns a message, in quotes if it could be taken for a message and fields.
func consoleMessage(message any) string {
	text, _ := message.(string)
	if quoted := strconv.QuoteToASCII(text); strings.Contains(text, "=") || len(quoted) > len(text)+len(`""`) {
		return quoted
	}
	return text
}

// consoleValue quotes a value that zerolog has not quoted, if it is empty or could be taken for a field of its own. A
// boolean comes as the bytes of its JSON.
func consoleValue(value any) string {
	if raw, ok := value.([]byte); ok {
		return string(raw)
	}
	text, ok := value.(string)
	if ok && (text == "" || text[0] != '"' && strings.Contains(text, "=")) {
		return strconv.Quote(text)
	}
	return fmt.Sprint(value)
}

// rowWriter writes rows to one of the streams. It makes each of them one line of printable ASCII, whatever its fields
// hold.
type rowWriter struct {
	out    *streams
	stream io.Writer
}

func (l rowWriter) Write(p []byte) (int, error) {
	line := l.out.to(l.stream)
	*line = append(accesslog.AppendPrintable(*line, bytes.TrimSuffix(p, []byte("\n"))), '\n')
	return len(p), nil
}

func (r *rows) Server(level Level, message string) {
	r.server.WithLevel(level.ofRow()).Bytes("time", r.stamp(r.now())).Int("worker", processID).Msg(message)
}

// ofRow is the level of a row. zerolog has no level between an error and one that ends the process.
func (l Level) ofRow() zerolog.Level {
	switch l {
	case Info, UnnamedInfo:
		return zerolog.InfoLevel
	case Warning, UnnamedWarning:
		return zerolog.WarnLevel
	}
	return zerolog.ErrorLevel
}

// stamp formats a time to the microsecond. The result is valid until the next call.
func (r *rows) stamp(t time.Time) []byte {
	r.scratch = t.AppendFormat(r.scratch[:0], "2006-01-02T15:04:05.000000Z07:00")
	return r.scratch
}

func (r *rows) Rows() bool { return true }

func (r *rows) Row(row Row) {
	e := r.access.Info().Bytes("time", r.stamp(r.now())).Bytes("arrival", r.stamp(row.Arrived))
	if !row.Started.IsZero() {
		e = e.Bytes("start", r.stamp(row.Started))
	}
	e = e.Bytes("end", r.stamp(row.Ended)).
		Float64("wait", row.Wait.Seconds()).Float64("work", row.Work.Seconds()).Int("worker", processID)
	if row.Number > 0 {
		e = e.Int("number", row.Number)
	}
	if row.Thread != "" {
		e = e.Str("thread", row.Thread).Int("thread_number", row.ThreadNumber)
	}
	if row.Route != "" {
		e = e.Str("route", row.Route)
	}
	r.scratch = row.Exchange.AppendClient(r.scratch[:0])
	e.Str("outcome", string(row.Outcome)).Int("status", row.Status).Bool("client_left", row.ClientLeft).Bytes("client", r.scratch).
		Str("method", row.Exchange.Method()).Str("target", row.Exchange.Target()).Str("id", row.ID).Send()
}

func (*rows) Begin(string, int, string)  {}
func (*rows) End(string, string)         {}
func (*rows) Print(string, string)       {}
func (*rows) Access(http1.Exchange, int) {}

func (r *rows) Flush() { r.out.flush() }
