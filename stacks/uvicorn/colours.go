package uvicorn

import (
	"strconv"
	"strings"
	"time"

	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/journal"
)

// coloured are the same lines with use_colors, which Uvicorn sets if its stdout is a terminal: also for the lines that go
// to stderr, and whatever NO_COLOR says.
var coloured = journal.Lines{Server: colouredServerLine, Access: colouredAccessLine}

// The styles of click.style (0.21.1) and of uvicorn._ansi (0.54.0), which are the same.
const (
	bold      = "\x1b[1m"
	red       = "\x1b[31m"
	green     = "\x1b[32m"
	yellow    = "\x1b[33m"
	cyan      = "\x1b[36m"
	brightRed = "\x1b[91m"
	white     = "\x1b[97m"
	unstyled  = "\x1b[0m"
)

// emphasis is what color_message sets off in a message: what follows begin, up to end.
var emphasis = []struct{ begin, end, style string }{
	{"Uvicorn running on ", " (Press CTRL+C to quit)", bold},
	{"Started server process [", "]", cyan},
	{"Finished server process [", "]", cyan},
	{"Started parent process [", "]", cyan + bold},
	{"Stopping parent process [", "]", cyan + bold},
}

func colouredServerLine(b []byte, _ time.Time, level journal.Level, message string) []byte {
	b = append(b, colouredPrefix(level)...)
	for _, e := range emphasis {
		if rest, ok := strings.CutPrefix(message, e.begin); ok && strings.HasSuffix(rest, e.end) {
			b = append(append(append(b, e.begin...), e.style...), strings.TrimSuffix(rest, e.end)...)
			return append(append(b, unstyled...), e.end...)
		}
	}
	return append(b, message...)
}

// colouredPrefix is ColourizedFormatter.formatMessage's levelprefix: the level has a colour, its colon has none.
func colouredPrefix(level journal.Level) string {
	style := green
	switch level {
	case journal.Warning:
		style = yellow
	case journal.Error:
		style = red
	case journal.Critical:
		style = brightRed
	}
	name, spaces, found := strings.Cut(prefix(level), ":")
	if !found {
		return "" // a line that has not been formatted by Uvicorn
	}
	return style + name + unstyled + ":" + spaces
}

func colouredAccessLine(b []byte, _ time.Time, e http1.Exchange, status int) []byte {
	b = e.AppendClient(append(b, colouredPrefix(journal.Info)...))
	b = append(append(append(append(b, ` - "`...), bold...), e.Method()...), ' ')
	b = append(append(append(b, e.LogTarget()...), " HTTP/"...), e.Version()...)
	b = append(append(append(b, unstyled...), `" `...), statusStyle(status)...)
	b = strconv.AppendInt(b, int64(status), 10)
	return append(append(append(b, ' '), http1.Phrase(status)...), unstyled...)
}

// statusStyle is AccessFormatter.status_code_colours.
func statusStyle(status int) string {
	switch status / 100 {
	case 1:
		return white
	case 2:
		return green
	case 3:
		return yellow
	case 4:
		return red
	}
	return brightRed
}
