package journal

import (
	"io"
	"os"
	"time"

	"github.com/mattn/go-isatty"

	"github.com/target-server/target-server/accesslog"
	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/server/admin"
	"github.com/target-server/target-server/server/http1"
)

// Level is the level of a line of the server's log.
type Level string

// The levels that Python's servers use, as their logs spell them.
const (
	Info     Level = "INFO"
	Warning  Level = "WARNING"
	Error    Level = "ERROR"
	Critical Level = "CRITICAL"

	// Lines of these levels are printed as they are: asyncio's log without a handler to format it, Python's own
	// warnings, Flask's banner. Rows still have a level.
	Unnamed        Level = "" // an error
	UnnamedWarning Level = "warning"
	UnnamedInfo    Level = "info"
)

// Journal prints a log. Each worker has its own, so it need not be safe for use by several goroutines.
type Journal interface {
	Server(level Level, message string)         // a line of the server itself
	Begin(thread string, number int, id string) // the article's "processing" line
	End(thread string, id string)               // and its "done" line
	Print(thread, text string)                  // a line that a program prints, in the form of these
	Access(e http1.Exchange, status int)        // the access line
	Rows() bool                                 // whether Row prints anything
	Row(Row)                                    // the row of a request
	Flush()                                     // to be called before the loop waits
}

// Row is everything about one request. Its Exchange is valid only during the call.
type Row struct {
	Exchange                http1.Exchange
	ID                      string
	Route                   string    // of a program that a file describes, or empty
	Arrived, Started, Ended time.Time // Started is zero if the handler never started
	Wait, Work              time.Duration
	Number                  int // the one in the article's "processing" line; 0 if the handler never started
	Thread                  string
	ThreadNumber            int
	Status                  int // 0 if nothing was sent
	Outcome                 admin.Outcome
	ClientLeft              bool // before the end, as far as the server noticed
}

// Record writes the row into the history's entry for the request.
func (r *Row) Record(m *admin.Request) {
	m.End, m.Wait, m.Work, m.Outcome, m.Status = r.Ended, r.Wait.Seconds(), r.Work.Seconds(), r.Outcome, r.Status
	m.ClientLeft = r.ClientLeft
}

// New returns the journal that cfg asks for: native, json, console or off. cfg must be valid. lines is the format of
// the stack's native log.
func New(cfg config.Config, lines Lines, stdout, stderr io.Writer, now func() time.Time) Journal {
	out := &streams{stdout: stdout, stderr: stderr}
	switch cfg.LogFormat {
	case "json", "console":
		return newRows(out, cfg.LogFormat, now)
	case "off":
		return silence{}
	}
	if lines.OnTerminal != nil && IsTerminal(stdout) {
		lines.Server, lines.Access = lines.OnTerminal.Server, lines.OnTerminal.Access
	}
	n := &native{out: out, now: now, lines: lines, noAccess: !cfg.AccessLog}
	if cfg.AccessLogFormat != "" {
		n.format, _ = accesslog.Parse(cfg.AccessLogFormat) // config has checked it
		n.noPrefix = cfg.AccessLogFormat == accesslog.JSON
	}
	return n
}

// IsTerminal tells whether a stream is a terminal. It asks the descriptor in place: Fd would make the file blocking.
func IsTerminal(stream io.Writer) (is bool) {
	file, ok := stream.(*os.File)
	if !ok {
		return false
	}
	conn, err := file.SyscallConn()
	if err != nil {
		return false
	}
	err = conn.Control(func(fd uintptr) { is = isatty.IsTerminal(fd) })
	return is && err == nil
}

// silence prints nothing.
type silence struct{}

func (silence) Server(Level, string)       {}
func (silence) Begin(string, int, string)  {}
func (silence) End(string, string)         {}
func (silence) Print(string, string)       {}
func (silence) Access(http1.Exchange, int) {}
func (silence) Rows() bool                 { return false }
func (silence) Row(Row)                    {}
func (silence) Flush()                     {}
