package server

import (
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/target-server/target-server/accesslog"
	"github.com/target-server/target-server/server/http1"
)

// native prints the very lines of Uvicorn's default log configuration, and of
// the article's program: the server's on stderr, access and program on stdout.
type native struct {
	out    *outlet
	now    func() time.Time
	format *accesslog.Format // of access lines; nil for Uvicorn's
}

var processID = strconv.Itoa(os.Getpid())

// prefix pads a level as uvicorn.logging.ColourizedFormatter does.
func prefix(level Level) string {
	if level == Unnamed {
		return ""
	}
	const width = len("INFO:     ")
	text := string(level) + ":"
	for len(text) < width {
		text += " "
	}
	return text
}

func (n *native) Server(level Level, message string) {
	line := n.out.to(n.out.stderr)
	*line = append(append(append(*line, prefix(level)...), message...), '\n')
}

func (n *native) Access(c *http1.Cycle, status int) {
	line := n.out.to(n.out.stdout)
	if n.format != nil {
		*line = append(n.format.Append(*line, recordOf(c, status, n.now())), '\n')
		return
	}
	b := c.AppendClient(append(*line, "INFO:     "...))
	b = append(append(append(b, ` - "`...), c.Method()...), ' ')
	b = append(append(append(b, c.Target()...), " HTTP/"...), c.Version()...)
	b = strconv.AppendInt(append(b, `" `...), int64(status), 10)
	*line = append(append(append(b, ' '), http.StatusText(status)...), '\n')
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

// program appends the beginning of the program's lines: Python's
// datetime.now(), which leaves out a fraction of zero, process and thread.
func (n *native) program(b []byte, thread string) []byte {
	now := n.now().Truncate(time.Microsecond)
	layout := "2006-01-02 15:04:05.000000"
	if now.Nanosecond() == 0 {
		layout = time.DateTime
	}
	b = append(append(now.AppendFormat(b, layout), " - "...), processID...)
	return append(append(append(b, '-'), thread...), ": "...)
}

func (n *native) Rows() bool { return false }

func (n *native) Row(Row) {}

func (n *native) Flush() { n.out.flush() }

// recordOf is what an access log format of the user's own may show.
func recordOf(c *http1.Cycle, status int, now time.Time) *accesslog.Record {
	client := string(c.AppendClient(nil))
	path, query, _ := strings.Cut(c.Target(), "?")
	return &accesslog.Record{
		Host: client[:max(0, strings.LastIndexByte(client, ':'))], Client: client, Method: c.Method(), Path: path, Query: query, Version: c.Version(), Scheme: c.Scheme(),
		Status: status, Length: len(c.Answer().Body), At: now, Took: c.Took(), PID: os.Getpid(),
		Request: c.Field, Response: c.Answer().Line,
	}
}
