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
	noAccess bool              // there are no access lines
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
	case n.noAccess:
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

func (n *native) Print(thread, text string) {
	line := n.out.to(n.out.stdout)
	*line = append(append(n.program(*line, thread), text...), '\n')
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
	f := &n.lines.Format
	host, _ := client(e)
	target, path, query := f.targetOf(e)
	answer := e.Answer()
	if answer == nil || status == 0 { // the client left first
		answer = &http1.Answer{}
	}
	return &accesslog.Record{
		Dialect: f.Atoms, User: f.userOf(e), Host: host, Client: string(e.AppendClient(nil)),
		Method: http1.Latin1(e.Method()), Target: target, Path: path, Query: query, Version: e.Version(), Scheme: e.Scheme(),
		Status: status, Phrase: http1.Phrase(status), Length: Sent(e), At: n.now(), Took: e.Took(), PID: processID,
		Request:  func(name string) (string, bool) { return f.lastField(e, name) },
		Response: func(name string) (string, bool) { return lastLine(answer, name) },
		Variable: func(name string) (string, bool) { return f.variableOf(e, name) },
	}
}

// lastLine is the value of an answer's last line of that name, in any case.
func lastLine(a *http1.Answer, name string) (value string, found bool) {
	for _, l := range a.Lines {
		if strings.EqualFold(l.Name, name) {
			value, found = l.Value, true
		}
	}
	return value, found
}
