package hypercorn

import (
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/target-server/target-server/accesslog"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/journal"
)

// lines are the formats of hypercorn.logging.Logger, with an access log on stdout.
var lines = journal.Lines{
	Server: journal.Bracketed, Access: accessLine, Fields: []string{"referer", "user-agent"},
	Format: journal.Format{Atoms: accesslog.Hypercorn, Begin: beginLine, Target: target, Variable: variable},
}

// failed begins the log of an exception that the application has raised.
const failed = "Error in ASGI Framework\n"

// accessLine is an access line in Hypercorn's default format, as --access-logfile - prints it. A request whose client
// has left has no status.
func accessLine(b []byte, now time.Time, e http1.Exchange, status int) []byte {
	b = e.AppendClient(journal.Bracketed(b, now, journal.Info, ""))
	b = now.AppendFormat(append(b, " - - "...), "[02/Jan/2006:15:04:05 -0700]")
	b = append(append(append(b, ` "`...), e.Method()...), ' ')
	b = append(append(append(b, e.ScopePath()...), ' '), e.Version()...)
	b = append(b, `" `...)
	if status == 0 {
		b = append(b, "- -"...)
	} else {
		b = append(strconv.AppendInt(b, int64(status), 10), ' ')
		b = append(b, orDash(e.Answer().Line("content-length"))...)
	}
	b = append(append(b, ` "`...), latin1Field(e, "referer")...)
	return append(append(append(b, `" "`...), latin1Field(e, "user-agent")...), '"')
}

// beginLine is the beginning of every line of its loggers.
func beginLine(b []byte, now time.Time) []byte {
	return journal.Bracketed(b, now, journal.Info, "")
}

// orDash shows an atom without a value as "-".
func orDash(value string) string {
	if value == "" {
		return "-"
	}
	return value
}

// latin1Field is a field as its atom shows it: the last of its name. An empty field is shown as empty, a missing one as
// "-".
func latin1Field(e http1.Exchange, name string) string {
	values := e.Fields().Values(name)
	if len(values) == 0 {
		return "-"
	}
	return http1.Latin1(values[len(values)-1])
}

// variable is a variable of the process, by its name in lower case.
func variable(_ http1.Exchange, name string) (value string, found bool) {
	for _, pair := range os.Environ() {
		key, text, _ := strings.Cut(pair, "=")
		if strings.EqualFold(key, name) {
			value, found = text, true
		}
	}
	return value, found
}

// target is the target with its path decoded, as it is in the ASGI scope.
func target(e http1.Exchange) (whole, path, query string) {
	path, query = e.ScopePath(), e.Query()
	if query == "" {
		return path, path, query
	}
	return path + "?" + query, path, query
}
