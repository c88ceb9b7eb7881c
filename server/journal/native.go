package journal

import (
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/target-server/target-server/accesslog"
	"github.com/target-server/target-server/server/http1"
)

// native prints exactly the lines of the imitated server, on stderr, and those of the article's program, on stdout.
type native struct {
	out      *streams
	now      func() time.Time
	lines    Lines
	format   *accesslog.Format // of access lines; nil for the server's own
	noPrefix bool              // access lines have no Format.Begin
}

// This process as rows and lines name it: a system call for each would cost as much as the row.
var (
	processID     = os.Getpid()
	processIDText = strconv.Itoa(processID)
)

func (n *native) Server(level Level, message string) {
	stream := n.out.stderr
	if n.lines.InfoOnStdout && level == Info {
		stream = n.out.stdout
	}
	if level == UnnamedWarning || level == UnnamedInfo {
		level = Unnamed
	}
	line := n.out.to(stream)
	*line = append(n.lines.Server(*line, n.now(), level, message), '\n')
}

func (n *native) Access(e http1.Exchange, status int) {
	stream := n.out.stdout
	if n.lines.AccessOnStderr {
		stream = n.out.stderr
	}
	switch {
	case n.format != nil:
		line := n.out.to(stream)
		if n.lines.Format.Begin != nil && !n.noPrefix {
			*line = n.lines.Format.Begin(*line, n.now())
		}
		*line = append(n.format.Append(*line, n.recordOf(e, status)), '\n')
	case n.lines.Access != nil:
		line := n.out.to(stream)
		*line = append(n.lines.Access(*line, n.now(), e, status), '\n')
	}
}

func (n *native) Begin(thread string, number int, id string) {
	line := n.out.to(n.out.stdout)
	b := append(n.program(*line, thread), '#')
	b = append(strconv.AppendInt(b, int64(number), 10), " processing request id["...)
	*line = append(append(b, id...), "], sleeping...\n"...)
}

func (n *native) End(thread, id string) {
	line := n.out.to(n.out.stdout)
	*line = append(append(append(n.program(*line, thread), "done request id["...), id...), "]\n"...)
}

// program appends the prefix of the program's lines: Python's datetime.now(), which leaves out a fraction of zero, then
// process and thread.
func (n *native) program(b []byte, thread string) []byte {
	now := n.now().Truncate(time.Microsecond)
	layout := "2006-01-02 15:04:05.000000"
	if now.Nanosecond() == 0 {
		layout = time.DateTime
	}
	b = append(append(now.AppendFormat(b, layout), " - "...), processIDText...)
	return append(append(append(b, '-'), thread...), ": "...)
}

func (n *native) Rows() bool { return false }

func (n *native) Row(Row) {}

func (n *native) Flush() { n.out.flush() }

// recordOf is what a user's access log format may show.
func (n *native) recordOf(e http1.Exchange, status int) *accesslog.Record {
	client := string(e.AppendClient(nil))
	show := n.lines.Format.Target
	if show == nil {
		show = targetShown
	}
	target, path, query := show(e)
	user := ""
	if n.lines.Format.User != nil {
		user = n.lines.Format.User(e)
	}
	answer := e.Answer()
	if answer == nil { // the client left first
		answer = &http1.Answer{}
	}
	return &accesslog.Record{
		Dialect: n.lines.Format.Atoms, User: user, Host: client[:max(0, strings.LastIndexByte(client, ':'))], Client: client,
		Method: http1.Latin1(e.Method()), Target: target, Path: path, Query: query, Version: e.Version(), Scheme: e.Scheme(),
		Status: status, Length: Sent(e), At: n.now(), Took: e.Took(), PID: processID,
		Request:  func(name string) (string, bool) { return n.field(e, name), e.HasField(name) },
		Response: func(name string) (string, bool) { value := answer.Line(name); return value, value != "" },
	}
}

// field is a field of a request as text.
func (n *native) field(e http1.Exchange, name string) string {
	if n.lines.Format.WSGI {
		return e.Field(name)
	}
	return http1.Latin1(e.Field(name))
}

func targetShown(e http1.Exchange) (target, path, query string) {
	path, query, _ = strings.Cut(e.Target(), "?")
	return e.Target(), path, query
}
